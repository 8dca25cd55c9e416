"""Posts on their way to a channel: which is sent or edited next, by whom, and what becomes of it.

A feature calls `storage.posts.want` in its own transaction, and `touch` when something changes; `cogs.ui.reconciler` sends and
edits until the channel shows it. Kinds, revisions and policies are known here, and no feature.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeAlias

from bot.services.leases import LEASE, RETRY, RETRY_AFTER_REFUSAL, Leasing, Retry
from bot.storage import guilds, posts
from bot.storage.engine import Connection, Database
from bot.storage.posts import Post
from bot.study.schedules import Trouble

log = logging.getLogger(__name__)

SEND_AT_LEAST = timedelta(minutes=1)
"""Longest delay of a retry where nothing is up yet."""
EDIT_WITHIN = timedelta(days=7)
"""Where Discord takes no edit for so long, there is nobody left to read it."""


class PostEnding(Enum):
    """Why a post is no longer kept up to date."""

    OVER = "over"
    """Nothing to show any more, or not in time."""
    REFUSED = "refused"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class PostShown:
    """A message that shows a scene, since `at` by Discord's clock."""

    message_id: int
    at: datetime
    scene: Any
    blind: bool = False
    """Whether the channel's history is closed to us, so that it could not be found again."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """A post that its channel does not take, for its manager to hear. `moved_to`: where it is tried next, if not the same. `scene`: what
    it would show, where that is the end of it."""

    post: Post
    trouble: Trouble
    moved_to: int | None
    manager: int | None
    scene: Any = None


def _nothing(*_: object) -> None:
    return None


Look: TypeAlias = Callable[[Connection, Post], Any]


@dataclass(frozen=True, slots=True)
class Policy:
    """How posts of a kind are kept, and what they mean to their feature.

    `scene`: what it shows now; None where there is nothing to show. `ends_refused`: a channel that refuses it ends it, instead of
    being tried again. `refuge`: another channel, after one of the troubles in `moves`. `manager`: who is told; without it nobody is.
    `trouble`: note what is in the way; True if nobody was told of it. `warns_blind`: a message is sent all the same that could not
    be found again, and the manager is warned. `every`: the least interval between two edits, unless the second cannot wait.
    `shown`, `moved`, `reported`, `ended` note it in the same transaction; what
    `ended` returns is told to a manager.
    """

    scene: Look
    ends_refused: bool = False
    refuge: Look = _nothing
    moves: Collection[Trouble] = (Trouble.CHANNEL_GONE,)
    manager: Look | None = None
    trouble: Callable[[Connection, Post, Trouble, datetime], bool] | None = None
    warns_blind: bool = False
    every: timedelta = timedelta()
    retry: Retry = RETRY
    edit_within: timedelta = EDIT_WITHIN
    shown: Callable[[Connection, Post, PostShown, datetime], None] = _nothing
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
        """Lease dirty posts, those due first first; with `due_by` only those due by then."""
        ids = await self.db.read(lambda tx: posts.ready(tx, at, limit, self.db.shards, busy=busy, due_by=due_by))
        return await self.db.write(lambda tx: posts.take(tx, ids, at, at + LEASE)) if ids else []

    async def due_of(self, ids: Collection[int], *, at: datetime) -> list[int]:
        """List those of these posts that are due by now, whatever they were when they were leased."""
        return await self.db.read(lambda tx: posts.due_of(tx, ids, at)) if ids else []

    async def lease(
        self, kind: str, subject: object, *, at: datetime, again: bool = False
    ) -> tuple[int | None, list[Post]]:
        """Lease one post, if it is dirty and nobody has it; with its id, if there is one. `again`: show it whatever it shows."""

        def work(tx: Connection) -> tuple[int | None, list[Post]]:
            if again:
                posts.touch(tx, kind, subject, at)
            post_id = posts.id_of(tx, kind, subject)
            return post_id, posts.take(tx, [post_id], at, at + LEASE) if post_id is not None else []

        return await self.db.write(work)

    async def hold(self, post: Post, found: int | None = None, *, at: datetime) -> Post | None:
        """Renew the lease right before sending; the post as it is now, or None if another process has taken it over.

        A sender may have waited longer than its lease, in the queue of a rush or for Discord. `found`: a message of it that
        was sent by somebody who could not note it.
        """

        def work(tx: Connection) -> Post | None:
            held = posts.renew(tx, post, at + LEASE)
            if held is None or found is None:
                return held
            posts.note_message(tx, held, found)
            return replace(held, message_id=found)

        return await self.db.write(work)

    @property
    def _leasing(self) -> Leasing:
        return Leasing(self.db, posts.LEASES)

    async def release(self, held: Sequence[Post], *, at: datetime) -> None:
        """Leave to another process what nobody has begun to send: it need not wait for the leases."""
        await self._leasing.release([post.lease for post in held], at=at)

    async def release_all(self, at: datetime, *, busy: Collection[int] = ()) -> None:
        """At startup: take what the last run left without waiting for its leases, unless another process may be sending it."""
        await self._leasing.release_all(at, busy=busy)

    # -- what it shows

    async def scene(self, post: Post, *, at: datetime) -> Any | None:
        """Read what a post shows now; None where nothing is to be shown any more."""
        if _is_late(post, at, self.policies[post.kind].edit_within):
            return None

        def work(tx: Connection) -> Any | None:
            return None if guilds.has_left(tx, post.guild_id) else self.policies[post.kind].scene(tx, post)

        return await self.db.read(work)

    async def is_over(self, post: Post, *, at: datetime) -> bool:
        """Return whether a post that its channel refuses is not to be sent any more. Where its row alone says that a manager was told,
        it stays for a while: the next post about the same is then not told of again."""
        if post.message_id is not None:
            return False
        if self.policies[post.kind].trouble is None:
            return at >= post.expires_at + EDIT_WITHIN
        return await self.scene(post, at=at) is None

    # -- what became of it

    async def acknowledge(self, post: Post, shown: PostShown, *, at: datetime) -> None:
        """Note that the message shows the revision that was rendered."""
        policy = self.policies[post.kind]
        # Discord answers a second message of one nonce with the first, which may be older than what has changed since.
        unsure = post.message_id is None and post.attempts > 1

        def work(tx: Connection) -> None:
            if posts.acknowledge(tx, post, shown.message_id, at, policy.every, unsure=unsure):
                policy.shown(tx, post, shown, at)

        await self.db.write(work)
        if post.message_id is None:
            log.info("posted", extra=_about(post))

    async def fail(self, post: Post, *, at: datetime) -> None:
        """Try it again after a while: Discord did not answer, or is in trouble itself."""
        delay = self.policies[post.kind].retry.after(post.attempts)
        delay = delay if post.message_id is not None else min(delay, SEND_AT_LEAST)
        await self.db.write(lambda tx: posts.release(tx, post, at + delay))

    async def wait(self, post: Post, *, at: datetime) -> None:
        """Look at it again later: it is not up, and is not to be sent now."""
        await self.db.write(lambda tx: posts.release(tx, post, at + RETRY_AFTER_REFUSAL, not_up=True))

    async def warn(self, post: Post, *, at: datetime) -> Unsent | None:
        """It is about to be sent where it could not be found again. Who is to be told of it, unless they have been."""
        policy = self.policies[post.kind]

        def work(tx: Connection) -> Unsent | None:
            if policy.trouble is None or not policy.trouble(tx, post, Trouble.NO_HISTORY, at):
                return None
            return self._unsent(tx, post, Trouble.NO_HISTORY)

        return await self.db.write(work) if policy.warns_blind else None

    async def refuse(self, post: Post, trouble: Trouble, *, at: datetime) -> Unsent | None:
        """Discord will not take it there. Who is to be told of it, unless they have been or there is nobody."""
        policy = self.policies[post.kind]

        def work(tx: Connection) -> Unsent | None:
            moved_to, scene = None, None
            if policy.ends_refused:
                if not self._end(tx, post, PostEnding.REFUSED, at)[0]:
                    return None
                first, scene = True, policy.scene(tx, post)
            elif post.message_id is not None:
                if trouble is Trouble.CHANNEL_GONE:
                    self._end(tx, post, PostEnding.DELETED, at)
                else:
                    posts.release(tx, post, at + RETRY_AFTER_REFUSAL)
                return None
            else:
                refuge = policy.refuge(tx, post) if trouble in policy.moves else None
                moved_to = refuge if refuge != post.channel_id else None
                first = posts.set_trouble(tx, post, trouble)
                if policy.trouble is not None:
                    first = policy.trouble(tx, post, trouble, at)
                if moved_to is not None:
                    posts.move(tx, post, moved_to, at)
                    policy.moved(tx, post, moved_to)
                else:
                    posts.release(tx, post, at + RETRY_AFTER_REFUSAL)
            return self._unsent(tx, post, trouble, moved_to, scene) if first else None

        return await self.db.write(work)

    def _unsent(
        self, tx: Connection, post: Post, trouble: Trouble, moved_to: int | None = None, scene: Any = None
    ) -> Unsent | None:
        manager = self.policies[post.kind].manager
        return Unsent(post, trouble, moved_to, manager(tx, post), scene) if manager is not None else None

    async def end(self, post: Post, ending: PostEnding, *, at: datetime) -> Any:
        """Stop keeping it up to date; what a manager is to hear of that."""
        return (await self.db.write(lambda tx: self._end(tx, post, ending, at)))[1]

    def _end(self, tx: Connection, post: Post, ending: PostEnding, at: datetime) -> tuple[bool, Any]:
        if not posts.end(tx, post):
            return False, None
        log.warning("post given up: %s", ending.value, extra=_about(post))
        return True, self.policies[post.kind].ended(tx, post, ending, at)

    async def note_reported(self, post: Post) -> None:
        await self.db.write(lambda tx: self.policies[post.kind].reported(tx, post))


def _is_late(post: Post, at: datetime, edit_within: timedelta) -> bool:
    if post.message_id is None:
        return at >= post.expires_at
    return at >= max(post.expires_at, post.due_at) + edit_within


def _about(post: Post) -> dict[str, object]:
    return {"guild": post.guild_id, "kind": post.kind, "subject": post.subject}
