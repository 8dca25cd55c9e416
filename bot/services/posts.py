"""The delivery of posts: which is sent or edited next, by which process, and with what result.

A feature calls `storage.posts.want` in its own transaction, and `touch` when something changes; `cogs.ui.reconciler`
sends and edits until the channel shows it. This module knows kinds, revisions and policies, but no feature.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeAlias, TypeVar

from bot.services.leases import LEASE, RETRY, RETRY_AFTER_REFUSAL, Leasing, Retry, is_new
from bot.storage import guilds, posts
from bot.storage.engine import Connection, Database
from bot.storage.posts import Post
from bot.study.schedules import Trouble

log = logging.getLogger(__name__)

T = TypeVar("T")

SEND_AT_LEAST = timedelta(minutes=1)
"""The longest retry delay of a message that is not up yet."""
EDIT_WITHIN = timedelta(days=7)
"""If Discord rejects an edit for this long, give up: nobody reads it any more."""
ANY_REFUSAL = frozenset(Trouble)
"""The refusals that end a post whose members are waiting for it: they are notified, and may try elsewhere."""


class PostEnding(Enum):
    """Why a post is no longer kept up to date."""

    OVER = "over"
    """There is nothing to show any more, or it could not be sent in time."""
    REFUSED = "refused"
    DELETED = "deleted"
    SHUT = "shut"
    """Its thread was archived or locked."""


@dataclass(frozen=True, slots=True)
class PostShown:
    """A message that has shown a scene since `at`, by Discord's clock."""

    message_id: int
    at: datetime
    scene: Any
    blind: bool = False
    """Whether we cannot read the channel's history, so that the message could not be found again."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """A post that its channel rejects, as reported to its manager. `moved_to`: the other channel in which it is
    retried, if any. `scene`: what it would show. `over`: this ended the post, so that the next refusal will not report
    it again."""

    post: Post
    trouble: Trouble
    moved_to: int | None
    manager: int | None
    scene: Any = None
    over: bool = False


def _nothing(*_: object) -> None:
    return None


Look: TypeAlias = Callable[[Connection, Post], Any]


def by_kind(registered: Iterable[Mapping[str, T]]) -> dict[str, T]:
    """Combine what features register for their kinds of post. Raises ValueError if two of them register the same kind."""
    combined: dict[str, T] = {}
    for each in registered:
        if twice := combined.keys() & each.keys():
            raise ValueError(f"registered twice: {', '.join(sorted(twice))}")
        combined |= each
    return combined


@dataclass(frozen=True, slots=True)
class Policy:
    """How posts of a kind are kept up to date, and the hooks of their feature.

    `scene`: returns what a post shows now; None for nothing. `ends_on`: the refusals that end a post that is not up,
    instead of a retry. `edit_refused`: records that a channel rejects the edit of a post, which is retried;
    True if the manager should be notified. `fallback`: returns another channel, after one of the troubles in `moves`.
    `manager`: returns whom to notify; without it, no one is notified. `trouble`: records a problem; True if no one has
    been notified yet. `warns_blind`: a post is sent even without access to the channel's history, and the manager is
    warned. `every`: the shortest interval between two edits, unless the second is urgent. `shown`, `waits`, `moved`,
    `reported`, `ended`: called in the same transaction when that happens to a post; what `ended` returns goes to a
    manager.
    """

    scene: Look
    ends_on: Collection[Trouble] = ()
    edit_refused: Callable[[Connection, Post, datetime], bool | None] = _nothing
    fallback: Look = _nothing
    moves: Collection[Trouble] = (Trouble.CHANNEL_GONE,)
    manager: Look | None = None
    trouble: Callable[[Connection, Post, Trouble, datetime], bool] | None = None
    warns_blind: bool = False
    every: timedelta = timedelta()
    retry: Retry = RETRY
    edit_within: timedelta = EDIT_WITHIN
    shown: Callable[[Connection, Post, PostShown, datetime], None] = _nothing
    waits: Callable[[Connection, Post, datetime], None] = _nothing
    moved: Callable[[Connection, Post, int], None] = _nothing
    reported: Callable[[Connection, Post], None] = posts.set_reported
    ended: Callable[[Connection, Post, PostEnding, datetime], Any] = _nothing


@dataclass(frozen=True, slots=True)
class Posts:
    db: Database
    policies: Mapping[str, Policy]

    # -- leases

    async def acquire(
        self, at: datetime, *, limit: int, busy: Collection[int] = (), due_by: datetime | None = None
    ) -> list[Post]:
        """Lease dirty posts, earliest due first; with `due_by`, only those due by then."""
        ids = await self.db.read(lambda tx: posts.ready(tx, at, limit, self.db.shards, busy=busy, due_by=due_by))
        return await self.db.write(lambda tx: posts.take(tx, ids, at, at + LEASE)) if ids else []

    async def due_of(self, ids: Collection[int], *, at: datetime) -> list[int]:
        """Return which of these posts are due now, even if they were not when they were leased."""
        return await self.db.read(lambda tx: posts.due_of(tx, ids, at)) if ids else []

    async def lease(
        self, kind: str, subject: object, *, at: datetime, again: bool = False
    ) -> tuple[int | None, list[Post]]:
        """Lease one post; return its id, None if there is no such post, and the post if it was dirty and free. `again`:
        lease it even if it is up to date."""

        def work(tx: Connection) -> tuple[int | None, list[Post]]:
            if again:
                posts.touch(tx, kind, subject, at)
            post_id = posts.id_of(tx, kind, subject)
            return post_id, posts.take(tx, [post_id], at, at + LEASE) if post_id is not None else []

        return await self.db.write(work)

    async def hold(self, post: Post, found: int | None = None, *, at: datetime) -> Post | None:
        """Renew the lease right before sending, unless it is new; return the post as it is now, or None if another
        process has taken it over. The lease may have expired in the queue of a rush, or while waiting for Discord. Also
        return None if the server has removed the bot: the post waits until it is back. `found`: a message of this post
        that its sender could not record."""
        if found is None and is_new(post.lease.until, at):
            held = await self.db.read(
                lambda tx: posts.look(tx, post) if not guilds.has_left(tx, post.guild_id) else None
            )
            if held is not None:
                return held

        def work(tx: Connection) -> Post | None:
            if guilds.has_left(tx, post.guild_id):
                posts.release(tx, post, at)
                return None
            held = posts.renew(tx, post, at + LEASE)
            if held is None or found is None:
                return held
            posts.note_message(tx, held, found)
            return replace(held, message_id=found)

        return await self.db.write(work)

    async def note_thread(self, post: Post, thread_id: int, message_id: int | None = None) -> None:
        """Store the thread that was opened for a post, and the message that it began with, if any."""
        await self.db.write(lambda tx: posts.note_thread(tx, post, thread_id, message_id))

    @property
    def _leasing(self) -> Leasing:
        return Leasing(self.db, posts.LEASES)

    async def release(self, held: Sequence[Post], *, at: datetime) -> None:
        """Release posts whose sending has not begun, so that another process need not wait for the leases to expire."""
        await self._leasing.release([post.lease for post in held], at=at)

    async def release_all(self, at: datetime, *, busy: Collection[int] = ()) -> None:
        """At startup, release the leases of the last run, unless another process may hold them."""
        await self._leasing.release_all(at, busy=busy)

    # -- what it shows

    async def scene(self, post: Post, *, at: datetime) -> Any | None:
        """Return what a post shows now; None if there is nothing to show any more."""
        if _is_late(post, at, self.policies[post.kind].edit_within):
            return None
        return await self.db.read(lambda tx: self.policies[post.kind].scene(tx, post))

    async def is_over(self, post: Post, *, at: datetime) -> bool:
        """Return whether a rejected post is given up. If the post's row is the only record that a manager was notified,
        the post is kept for a while, so that the next post on the subject is not reported again."""
        if post.message_id is not None:
            return False
        if self.policies[post.kind].trouble is None:
            return at >= post.expires_at + EDIT_WITHIN
        return await self.scene(post, at=at) is None

    # -- the outcome of a request to Discord

    async def acknowledge(self, post: Post, shown: PostShown, *, at: datetime) -> None:
        """Record that the message shows the rendered revision."""
        policy = self.policies[post.kind]
        # For a second message with the same nonce, Discord returns the first, which may show an older revision.
        unsure = post.message_id is None and post.attempts > 1

        def work(tx: Connection) -> None:
            if posts.acknowledge(tx, post, shown.message_id, at, policy.every, unsure=unsure):
                policy.shown(tx, post, shown, at)

        await self.db.write(work)
        if post.message_id is None:
            log.info("posted", extra=_about(post))

    async def fail(self, post: Post, *, at: datetime) -> None:
        """Schedule a retry after a temporary failure of Discord or the network."""
        delay = self.policies[post.kind].retry.after(post.attempts)
        delay = delay if post.message_id is not None else min(delay, SEND_AT_LEAST)
        await self.db.write(lambda tx: posts.release(tx, post, at + delay))

    async def wait(self, post: Post, *, at: datetime) -> None:
        """Retry a post later, because it is not up and must not be sent now."""

        def work(tx: Connection) -> None:
            posts.release(tx, post, at + RETRY_AFTER_REFUSAL, not_up=True)
            self.policies[post.kind].waits(tx, post, at)

        await self.db.write(work)

    async def warn(self, post: Post, *, at: datetime) -> Unsent | None:
        """Record that a post is sent without access to the channel's history. Return whom to notify; None if somebody
        already has been."""
        policy = self.policies[post.kind]

        def work(tx: Connection) -> Unsent | None:
            if policy.trouble is None or not policy.trouble(tx, post, Trouble.NO_HISTORY, at):
                return None
            return self._unsent(tx, post, Trouble.NO_HISTORY)

        return await self.db.write(work) if policy.warns_blind else None

    async def refuse(self, post: Post, trouble: Trouble, *, at: datetime) -> Unsent | None:
        """Record that the channel rejects a post. Return whom to notify; None if somebody already has been, or if there
        is nobody."""
        return await self.db.write(lambda tx: self._refused(tx, post, trouble, at))

    def _refused(self, tx: Connection, post: Post, trouble: Trouble, at: datetime) -> Unsent | None:
        policy, moved_to, over = self.policies[post.kind], None, False
        if post.message_id is not None and trouble is not Trouble.CHANNEL_GONE:
            first = bool(policy.edit_refused(tx, post, at))
            posts.release(tx, post, at + RETRY_AFTER_REFUSAL)
        elif trouble in policy.ends_on:
            (first, _), over = self._end(tx, post, PostEnding.REFUSED, at), True
        elif post.message_id is not None:
            self._end(tx, post, PostEnding.DELETED, at)
            return None
        else:
            first, moved_to = self._send_refused(tx, post, trouble, at)
        return self._unsent(tx, post, trouble, moved_to, policy.scene(tx, post), over=over) if first else None

    def _send_refused(self, tx: Connection, post: Post, trouble: Trouble, at: datetime) -> tuple[bool, int | None]:
        """Retry a post that is not up, in another channel if its policy has one. Return whether no one has been
        notified yet, and the other channel."""
        policy = self.policies[post.kind]
        fallback = policy.fallback(tx, post) if trouble in policy.moves else None
        first = posts.set_trouble(tx, post, trouble)
        if policy.trouble is not None:
            first = policy.trouble(tx, post, trouble, at)
        if fallback in (None, post.channel_id):
            posts.release(tx, post, at + _after_refusal(post, at))
            return first, None
        posts.move(tx, post, fallback, at)
        policy.moved(tx, post, fallback)
        return first, fallback

    def _unsent(
        self,
        tx: Connection,
        post: Post,
        trouble: Trouble,
        moved_to: int | None = None,
        scene: Any = None,
        *,
        over: bool = False,
    ) -> Unsent | None:
        manager = self.policies[post.kind].manager
        return Unsent(post, trouble, moved_to, manager(tx, post), scene, over) if manager is not None else None

    async def end(self, post: Post, ending: PostEnding, *, at: datetime) -> Any:
        """Stop keeping a post up to date; return what to notify a manager of."""
        return (await self.db.write(lambda tx: self._end(tx, post, ending, at)))[1]

    def _end(self, tx: Connection, post: Post, ending: PostEnding, at: datetime) -> tuple[bool, Any]:
        if not posts.end(tx, post):
            return False, None
        log.warning("post given up: %s", ending.value, extra=_about(post))
        return True, self.policies[post.kind].ended(tx, post, ending, at)

    async def note_reported(self, post: Post) -> None:
        await self.db.write(lambda tx: self.policies[post.kind].reported(tx, post))


def _after_refusal(post: Post, at: datetime) -> timedelta:
    """Return the retry delay of a refused post that is not up: shorter if it must be sent soon or never."""
    return min(RETRY_AFTER_REFUSAL, max(SEND_AT_LEAST, (post.expires_at - at) / 5))


def _is_late(post: Post, at: datetime, edit_within: timedelta) -> bool:
    if post.message_id is None:
        return at >= post.expires_at
    # However long the bot was down or removed, an edit is tried once.
    return post.attempts > 1 and at >= max(post.expires_at, post.due_at) + edit_within


def _about(post: Post) -> dict[str, object]:
    return {"guild": post.guild_id, "kind": post.kind, "subject": post.subject}
