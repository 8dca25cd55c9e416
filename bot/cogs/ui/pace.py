"""The pace of what the bot sends unprompted: one for the whole process, below Discord's limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from heapq import heappop, heappush
from itertools import count

from aiolimiter import AsyncLimiter

ALLOWED = 50.0
"""Requests per second that Discord accepts from a bot, over all its processes."""
CATCH_UP = 0.08
"""Burst allowance in seconds, so that event-loop lag does not lower the rate."""
IDLE = timedelta(minutes=15)
"""How long edits that only update a number yield to everything else."""


class Pace:
    """A rate limiter. `async with pace:` waits for the next slot; `async with pace.spare():` yields to others for a
    while.

    It is a priority queue with aging: ten thousand posts due in the same minute fill every slot for minutes, and edits
    would halve their speed. Priority is arrival time plus patience, so edits yield to posts but never starve.
    """

    def __init__(self, per_second: float | None, *, allowed: float = ALLOWED) -> None:
        """Set the pace. `per_second`: None means no limit, for a bot that sends nothing out of its process. `allowed`:
        this process's share of Discord's limit."""
        self.per_second = per_second
        self._slots: AsyncLimiter | None = None
        self._gate: AsyncLimiter | None = None
        if per_second is not None:
            # Allow a burst of this size, without exceeding `allowed` in any second: a bucket of b lets at most b + rate
            # pass.
            at_once = max(1.0, min(per_second * CATCH_UP, allowed - per_second))
            self._slots = AsyncLimiter(at_once, at_once / per_second)
            self._gate = AsyncLimiter(at_once, at_once / per_second)
        self._line: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._calling: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        await self._turn(timedelta(0))

    async def __aexit__(self, *_: object) -> None:
        """Do nothing: a slot allows one request to start, however long that request takes."""

    @asynccontextmanager
    async def spare(self, patience: timedelta = IDLE) -> AsyncIterator[None]:
        """Wait for a slot, and yield to others until `patience` has passed."""
        await self._turn(patience)
        yield

    async def go(self) -> None:
        """Wait once more right before a request if other work came after its slot: the database may have delayed many
        requests that had their slots, and would release them all at once."""
        if self._gate is not None:
            await self._gate.acquire()

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
        """Wake waiters one by one. The next one is chosen when the slot is available, not earlier."""
        while self._someone_waits():
            await slots.acquire()
            if self._someone_waits():
                heappop(self._line)[-1].set_result(None)

    def _someone_waits(self) -> bool:
        while self._line and self._line[0][-1].done():
            heappop(self._line)  # its waiter was cancelled
        return bool(self._line)
