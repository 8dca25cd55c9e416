"""The pace of what the bot sends of its own accord: one for the whole process, below what Discord allows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from heapq import heappop, heappush
from itertools import count

from aiolimiter import AsyncLimiter

ALLOWED = 50.0
"""Requests that Discord takes of a bot in one second, over all its processes."""
CATCH_UP = 0.08
"""Seconds of lateness that are made up for. A busy loop wakes up late for most slots, and each that is lost is lost for good."""
IDLE = timedelta(minutes=15)
"""How long at most what merely brings a number up to date lets everything else go first."""


class Pace:
    """`async with pace:` waits for the next slot; `async with pace.spare():` lets others go first, for a while.

    There is one line. Ten thousand posts that are due in the same minute take every slot for minutes, and edits that can wait
    would halve their speed: so each waits as if it had come later by its patience. That also ends: whoever has had patience
    for so long stands among the posts of that moment, and nothing waits for ever.
    """

    def __init__(self, per_second: float | None, *, allowed: float = ALLOWED) -> None:
        """None: no limit, as where nothing leaves the process. `allowed`: this process's part of what Discord takes."""
        self.per_second = per_second
        self._slots: AsyncLimiter | None = None
        if per_second is not None:
            # So many slots may come at once, and in no second more than `allowed`: a bucket of b lets at most b + rate pass.
            at_once = max(1.0, min(per_second * CATCH_UP, allowed - per_second))
            self._slots = AsyncLimiter(at_once, at_once / per_second)
        self._line: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._calling: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        await self._turn(timedelta(0))

    async def __aexit__(self, *_: object) -> None:
        """A slot is for beginning; how long a request takes is Discord's affair."""

    @asynccontextmanager
    async def spare(self, patience: timedelta = IDLE) -> AsyncIterator[None]:
        """A slot that nobody wants who came before our patience ends."""
        await self._turn(patience)
        yield

    async def _turn(self, patience: timedelta) -> None:
        if self._slots is None:
            return
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        heappush(self._line, (loop.time() + patience.total_seconds(), next(self._numbers), turn))
        if self._calling is None or self._calling.done():
            self._calling = asyncio.create_task(self._call(self._slots), name="pace")
        await turn

    async def _call(self, slots: AsyncLimiter) -> None:
        """Call one after the other. Who is next is decided when the slot is there, and not before."""
        while self._someone_waits():
            await slots.acquire()
            if self._someone_waits():
                heappop(self._line)[-1].set_result(None)

    def _someone_waits(self) -> bool:
        while self._line and self._line[0][-1].done():
            heappop(self._line)  # given up meanwhile
        return bool(self._line)
