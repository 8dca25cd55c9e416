"""A queue of leased work for posts, reminders and roles: done in the background at the bot's pace, released at shutdown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import discord

from bot.cogs.ui.background import Key
from bot.cogs.ui.delivery import LOST
from bot.cogs.ui.now import now
from bot.cogs.ui.outgoing import CannotLook, Outgoing
from bot.storage.engine import DatabaseFailed

log = logging.getLogger(__name__)

LINE = 4.0
"""How many seconds' worth of work is queued: enough to lease more in time, and so little that no lease expires in the
queue."""
SHORTEST, LONGEST = 32, 500
"""The minimum and maximum number of queued pieces."""

T = TypeVar("T")


@dataclass(slots=True)
class Held(Generic[T]):
    """A piece of work with its latest lease."""

    item: T


@dataclass(frozen=True, slots=True)
class Errands(Generic[T]):
    """The leased work of one feature. `key` identifies a piece; two with the same key never run at the same time. `acquire`
    leases due work up to a limit, without the keys that are busy. `do` renews the lease, asks Discord and records the
    result; `failed` gets the exception that `do` raised, or None for a bug."""

    feature: str
    key: Callable[[T], int]
    acquire: Callable[[datetime, int, Collection[int]], Awaitable[Sequence[T]]]
    do: Callable[[Held[T]], Awaitable[None]]
    failed: Callable[[T, BaseException | None], Awaitable[None]]
    release: Callable[[Sequence[T], datetime], Awaitable[None]]
    release_all: Callable[[datetime, Collection[int]], Awaitable[None]]
    patience: Callable[[T], timedelta] = lambda _: timedelta()


class Line(Generic[T]):
    """The queue of one feature."""

    def __init__(self, outgoing: Outgoing, errands: Errands[T]) -> None:
        self.outgoing = outgoing
        self.errands = errands
        self.waiting: dict[int, T] = {}
        """Pieces that are queued and not begun, so that none of them can be on its way to Discord."""
        self.acquiring = asyncio.Lock()
        """Held while leasing, so that leased work is queued before other code leases more or releases everything."""
        self.stopping = False

    def longest(self) -> int:
        per_second = self.outgoing.pace.per_second
        return LONGEST if per_second is None else min(LONGEST, max(SHORTEST, round(LINE * per_second)))

    def room(self) -> int:
        """Return how many more pieces can be done soon."""
        return 0 if self.stopping else max(0, self.longest() - len(self.waiting))

    @property
    def busy(self) -> set[int]:
        return self.outgoing.busy(self.errands.feature)

    async def tick(self, at: datetime) -> None:
        """Start as much due work as can be done soon."""
        async with self.acquiring:
            if room := self.room():
                self.begin(await self.errands.acquire(at, room, self.busy))

    def begin(self, items: Sequence[T]) -> None:
        for item in items:
            if not self.stopping:
                key = self.errands.key(item)
                self.waiting[key] = item
                self.outgoing.begin(self.errands.feature, key, self._do(key, item))

    def give_up(self, key: int) -> None:
        """Remove a piece from the queue."""
        self.outgoing.tasks.give_up((self.errands.feature, key))
        del self.waiting[key]

    async def _do(self, key: int, item: T) -> None:
        async with self.outgoing.pace.spare(self.errands.patience(item)):
            del self.waiting[key]
        held = Held(item)
        try:
            await self.errands.do(held)
        except (CannotLook, discord.HTTPException, *LOST) as error:
            await self.errands.failed(held.item, error)
        except DatabaseFailed:
            raise  # it is retried once its lease expires
        except Exception:
            # A bug: retry it with growing delays, without affecting others.
            await self.errands.failed(held.item, None)
            raise

    async def recover(self, at: datetime) -> None:
        """At startup, take up the work that the last run left unfinished."""
        async with self.acquiring:
            await self.errands.release_all(at, self.busy)
        await self.tick(at)

    # -- the end

    def stop(self) -> set[Key]:
        """Stop beginning work. Return the queued keys, which need not be waited for."""
        self.stopping = True
        return {(self.errands.feature, key) for key in self.waiting}

    async def hand_over(self) -> None:
        """At shutdown, once the ticks have stopped, release queued work, so that another process can take it at
        once."""
        if not (waiting := list(self.waiting.values())):
            return
        log.info("%s queued items of %s are left to another process", len(waiting), self.errands.feature)
        try:
            await self.errands.release(waiting, now())
        except DatabaseFailed as error:
            log.warning("queued items of %s wait until their leases expire: %s", self.errands.feature, error)
