"""Posts: one for each kind, subject and server, by a unique key. A post is dirty if its wanted revision is newer than
the shown one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    true,
    update,
)

from bot.shards import Shards
from bot.storage.leases import Lease, Leases
from bot.storage.rows import from_row
from bot.storage.sql import insert, own
from bot.storage.tables import DIRTY, Instant, guilds, posts
from bot.study.schedules import Trouble

LEASES = Leases(posts, DIRTY, ("id",))
_UNLEASED = posts.c.lease_until.is_(None)
_UP = posts.c.message_id.is_not(None)
_NOT_UP = or_(posts.c.attempts == 0, posts.c.trouble.is_not(None))
"""Whether a post without a message is known to have none in its channel: nobody tried to send it, or Discord
rejected it."""
NUMBERS_WAIT = timedelta(minutes=15)
"""Patience of an edit that only updates numbers."""


class PostKind(StrEnum):
    """The kinds of posts. Nothing in this module depends on them."""

    SEASON = "season"
    LEAGUE = "league"
    STANDINGS = "standings"
    HALF_TIME = "half-time"
    LAST_HOUR = "last-hour"
    RESULT = "result"
    CHALLENGE = "challenge"
    DUEL = "duel"
    LIVE = "live"
    DAILY = "daily"
    WELCOME = "welcome"
    GROUP = "group"
    DISCUSSION = "discussion"
    PRIVATE_TALK = "private-talk"
    SHARE = "share"
    PARTNERS = "partners"
    EVENING = "evening"
    EVENING_NEWS = "evening-news"
    EVENING_THREAD = "evening-thread"
    EVENING_ITEM = "evening-item"
    EVENT = "event"
    LIVE_PLAN = "live-plan"


@dataclass(frozen=True, slots=True)
class Post:
    """A post as the holder of its lease sees it. `lease_until` also identifies the lease."""

    id: int
    kind: str
    subject: str
    guild_id: int
    channel_id: int
    message_id: int | None
    wanted_revision: int
    shown_revision: int
    due_at: datetime
    lease_until: datetime
    attempts: int
    first_tried_at: datetime
    expires_at: datetime
    thread_id: int | None = None
    """The thread that its message is in, once it has been opened."""

    @property
    def place_id(self) -> int:
        """The channel or thread that its message is in."""
        return self.thread_id or self.channel_id

    @property
    def lease(self) -> Lease:
        return Lease((self.id,), self.lease_until, self.attempts, self.first_tried_at)

    @property
    def nonce(self) -> str:
        """Return the post's nonce; Discord drops a second message with the same nonce."""
        return f"post-{self.id}"


# -- requests from features


def want(
    tx: Connection,
    kind: str,
    subject: object,
    guild_id: int,
    channel_id: int,
    *,
    at: datetime,
    expires_at: datetime,
    patience: timedelta = timedelta(),
) -> None:
    """Request that a channel show a post: it is sent if new, else edited in place."""
    if touch(tx, kind, subject, at, patience=patience, guild_id=guild_id):
        return
    tx.execute(
        insert(tx, posts).values(
            kind=kind,
            subject=str(subject),
            guild_id=guild_id,
            channel_id=channel_id,
            due_at=at + patience,
            next_try_at=at,
            expires_at=expires_at,
        )
    )


def want_in(
    tx: Connection,
    kind: str,
    subject: object,
    channels: Mapping[int, int],
    *,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Request a post on one subject in the channels of many servers, as `want` does for each."""
    if not channels:
        return
    common = {"kind": kind, "subject": str(subject), "due_at": at, "next_try_at": at, "expires_at": expires_at}
    rows = [{"guild_id": guild_id, "channel_id": channel_id} | common for guild_id, channel_id in channels.items()]
    up = select(posts.c.guild_id).where(_about(kind, subject), posts.c.guild_id.in_(channels))
    for guild_id in tx.execute(up).scalars().all():
        touch(tx, kind, subject, at, guild_id=guild_id)
    tx.execute(insert(tx, posts).on_conflict_do_nothing(), rows)


def touch(
    tx: Connection,
    kind: str,
    subject: object,
    at: datetime,
    *,
    patience: timedelta = timedelta(),
    guild_id: int | None = None,
) -> bool:
    """Mark a post as dirty; False if it does not exist. Without patience, it does not wait for the minimum interval
    between edits."""
    return touch_all(tx, kind, [subject], at, patience=patience, guild_id=guild_id) > 0


def touch_all(
    tx: Connection,
    kind: str,
    subjects: Iterable[object],
    at: datetime,
    *,
    patience: timedelta = timedelta(),
    guild_id: int | None = None,
) -> int:
    """Mark posts of a kind as dirty, as `touch` does, in one statement; return how many exist."""
    due_at, now = literal(at + patience, Instant()), literal(at, Instant())
    waits = and_(_UNLEASED, posts.c.attempts == 0, posts.c.next_try_at > now)
    next_try_at = posts.c.next_try_at if patience else case((waits, now), else_=posts.c.next_try_at)
    touched = tx.execute(
        update(posts)
        .where(posts.c.kind == kind, posts.c.subject.in_(list(map(str, subjects))))
        .where(posts.c.guild_id == guild_id if guild_id is not None else true())
        # Increase the revision with each change, so that content rendered before a change never counts as showing it.
        .values(
            wanted_revision=posts.c.wanted_revision + 1,
            due_at=case((and_(DIRTY, posts.c.due_at < due_at), posts.c.due_at), else_=due_at),
            # The time for an edit counts from the last change, however long an earlier one has been waiting.
            expires_at=case((and_(_UP, posts.c.expires_at < now), now), else_=posts.c.expires_at),
            next_try_at=next_try_at,
        )
    )
    return touched.rowcount


def touch_in(tx: Connection, kind: str, guild_id: int, channel_id: int, at: datetime) -> None:
    """Mark the posts of a kind in a channel as dirty."""
    here = posts.c.kind == kind, posts.c.guild_id == guild_id, posts.c.channel_id == channel_id
    subjects = tx.execute(select(posts.c.subject).where(*here)).scalars().all()
    touch_all(tx, kind, subjects, at, guild_id=guild_id)


def redirect(
    tx: Connection, kind: str, subject: object, channel_id: int, *, at: datetime, expires_at: datetime
) -> bool:
    """Retry a post that is not up, at once and in this channel; False if it stays in its own channel, because it may
    already be up there or is being sent."""
    waits = _waits(kind, subject)
    tx.execute(update(posts).where(waits).values(next_try_at=at, expires_at=expires_at))
    moved = update(posts).where(waits, _NOT_UP).values(channel_id=channel_id, first_tried_at=None, attempts=0)
    return tx.execute(moved).rowcount > 0


def forget_unsent(tx: Connection, kind: str, subject: object) -> bool:
    """Stop sending a post that is not up; False if it may already be up, or is being sent."""
    return tx.execute(delete(posts).where(_waits(kind, subject), _NOT_UP)).rowcount > 0


def _waits(kind: str, subject: object) -> ColumnElement[bool]:
    """Return the condition for posts that have no message and that nobody is sending."""
    return and_(_about(kind, subject), posts.c.message_id.is_(None), _UNLEASED)


def _about(kind: str, subject: object, guild_id: int | None = None) -> ColumnElement[bool]:
    """Return the condition for posts on a subject; only in one server, if several servers have posts on it."""
    in_guild = posts.c.guild_id == guild_id if guild_id is not None else true()
    return and_(posts.c.kind == kind, posts.c.subject == str(subject), in_guild)


def forget(tx: Connection, kind: str, subject: object, guild_id: int | None = None) -> None:
    """Stop updating a post, leased or not; in only one server, if several servers have a post on this subject."""
    tx.execute(delete(posts).where(_about(kind, subject, guild_id)))


def wake(tx: Connection, guild_id: int, at: datetime) -> None:
    """Retry the posts of a server at once, because its permissions may have changed."""
    waiting = DIRTY, posts.c.guild_id == guild_id, _UNLEASED
    tx.execute(update(posts).where(*waiting, posts.c.next_try_at > at).values(next_try_at=at))
    tx.execute(update(posts).where(*waiting, _UP).values(attempts=0))


def id_of(tx: Connection, kind: str, subject: object) -> int | None:
    return tx.execute(select(posts.c.id).where(_about(kind, subject)).limit(1)).scalar()


def exists(tx: Connection, kind: str, subject: object) -> bool:
    """Return whether a post is being updated; False once it has ended."""
    return id_of(tx, kind, subject) is not None


def message_of(tx: Connection, kind: str, subject: object) -> int | None:
    """Return the message of a post, if it is up."""
    return tx.execute(select(posts.c.message_id).where(_about(kind, subject)).limit(1)).scalar()


# -- leases


def ready_query(at: datetime, limit: int, shards: Shards, *, due_by: datetime | None = None) -> Select[int]:
    # Posts of a server that has removed the bot stay dirty until it adds the bot again. Look up each post's server,
    # because no index lists the servers that have removed the bot.
    left_at = select(guilds.c.left_at).where(guilds.c.guild_id == posts.c.guild_id).scalar_subquery()
    query = select(posts.c.id).where(LEASES.free(at), own(shards, posts.c.guild_id), left_at.is_(None))
    if due_by is not None:
        query = query.where(posts.c.due_at <= due_by)
    return query.order_by(posts.c.due_at, posts.c.id).limit(limit)


def ready(
    tx: Connection,
    at: datetime,
    limit: int,
    shards: Shards,
    *,
    busy: Collection[int] = (),
    due_by: datetime | None = None,
) -> list[int]:
    """Return unleased dirty posts of our shards, earliest due first, without posts that this process is `busy` with,
    and without posts of servers that have removed the bot."""
    query = ready_query(at, limit, shards, due_by=due_by)
    return list(tx.execute(query.where(posts.c.id.not_in(busy)) if busy else query).scalars())


def due_of(tx: Connection, ids: Collection[int], at: datetime) -> list[int]:
    """Return which of these posts are due now, because something urgent has changed."""
    return list(tx.execute(select(posts.c.id).where(posts.c.id.in_(ids), posts.c.due_at <= at)).scalars())


def take(tx: Connection, ids: Collection[int], at: datetime, lease_until: datetime) -> list[Post]:
    """Lease the posts among these that are still ready."""
    taken = LEASES.take(tx, [(post_id,) for post_id in ids], at, lease_until)
    return sorted((from_row(Post, row) for row in taken), key=lambda post: (post.due_at, post.id))


def look(tx: Connection, post: Post) -> Post | None:
    """Return a leased post as it is now, or None if another process has taken it over."""
    return from_row(Post, LEASES.look(tx, post.lease))


def renew(tx: Connection, post: Post, lease_until: datetime) -> Post | None:
    """Extend a lease; return the post as it is now, or None if another process has taken it over."""
    return from_row(Post, LEASES.renew(tx, post.lease, lease_until))


def release(tx: Connection, post: Post, next_try_at: datetime, *, not_up: bool = False) -> None:
    """Release a lease, so that any process may take the post. `not_up`: the post has no message in the channel."""
    known = {"attempts": 0, "first_tried_at": None} if not_up else {}
    LEASES.release(tx, post.lease, next_try_at, **known)


# -- the outcome of a request to Discord


def acknowledge(
    tx: Connection, post: Post, message_id: int, at: datetime, every: timedelta, *, unsure: bool = False
) -> bool:
    """Record that the message shows the rendered revision; False if the post no longer exists. Changes made meanwhile
    wait for the end of the interval, unless they are due. `unsure`: it may show an older revision, and is edited once
    more."""
    is_due = and_(posts.c.wanted_revision > post.wanted_revision, posts.c.due_at <= literal(at, Instant()))
    is_due = true() if unsure else is_due
    shown = tx.execute(
        update(posts)
        .where(LEASES.held(post.lease))
        .values(
            message_id=message_id,
            shown_revision=post.wanted_revision - unsure,
            lease_until=None,
            next_try_at=case((is_due, literal(at, Instant())), else_=literal(at + every, Instant())),
            attempts=0,
            trouble=None,
            trouble_reported=False,
        )
    )
    if shown.rowcount:
        return True
    # The lease expired meanwhile, so our edit may have overwritten a newer edit: render the post once more.
    late = tx.execute(
        update(posts)
        .where(posts.c.id == post.id)
        .values(message_id=func.coalesce(posts.c.message_id, message_id), wanted_revision=posts.c.wanted_revision + 1)
    )
    return late.rowcount == 1


@dataclass(frozen=True, slots=True)
class PostPlace:
    """Where a post is: its channel, its thread if one is open, and its message if it has been sent."""

    channel_id: int
    thread_id: int | None
    message_id: int | None


def place_of(tx: Connection, kind: str, subject: object) -> PostPlace | None:
    found = select(posts.c.channel_id, posts.c.thread_id, posts.c.message_id)
    return from_row(PostPlace, tx.execute(found.where(_about(kind, subject)).limit(1)).one_or_none())


def trouble_of(tx: Connection, post: Post) -> Trouble | None:
    """Return why the channel rejects a post; None if it does not."""
    return tx.execute(select(posts.c.trouble).where(posts.c.id == post.id)).scalar()


def note_thread(tx: Connection, post: Post, thread_id: int, message_id: int | None) -> None:
    """Store the thread that was opened for a post, and the message of ours that it began with, if any."""
    noted = {"thread_id": thread_id} if message_id is None else {"thread_id": thread_id, "message_id": message_id}
    tx.execute(update(posts).where(posts.c.id == post.id).values(noted))


def note_message(tx: Connection, post: Post, message_id: int) -> None:
    """Record where a message was found. What it shows is unknown."""
    tx.execute(update(posts).where(posts.c.id == post.id).values(message_id=message_id))


def end(tx: Connection, post: Post) -> bool:
    """Stop keeping a post up to date; False if another process has taken it over."""
    return tx.execute(delete(posts).where(LEASES.held(post.lease))).rowcount == 1


def move(tx: Connection, post: Post, channel_id: int, at: datetime) -> None:
    """Move a post to another channel, where it has not been tried yet."""
    tx.execute(
        update(posts)
        .where(LEASES.held(post.lease))
        .values(channel_id=channel_id, lease_until=None, next_try_at=at, first_tried_at=None, attempts=0)
    )


def set_trouble(tx: Connection, post: Post, trouble: Trouble) -> bool:
    """Record why the channel rejects a post; True if no one has been notified, about this post or another post on its
    subject."""
    same = and_(
        DIRTY,
        posts.c.guild_id == post.guild_id,
        posts.c.subject == post.subject,
        posts.c.trouble == trouble,
    )
    told = select(posts.c.id).where(or_(posts.c.id == post.id, same), posts.c.trouble_reported).limit(1)
    known = tx.execute(told).first() is not None
    tx.execute(update(posts).where(posts.c.id == post.id).values(trouble=trouble))
    return not known


def set_reported(tx: Connection, post: Post) -> None:
    tx.execute(update(posts).where(posts.c.id == post.id).values(trouble_reported=True))
