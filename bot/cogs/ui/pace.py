"""The pace of what the bot sends of its own accord: one for the whole process, below what Discord allows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiolimiter import AsyncLimiter


class Pace:
    """`async with pace:` waits for the next slot, `async with pace.spare():` until nobody else wants one.

    Ten thousand posts that are due in the same minute take every slot for minutes; edits that merely bring a number up to date
    would double that.
    """

    def __init__(self, per_second: float | None) -> None:
        """None: no limit, as where nothing leaves the process."""
        # One token a slot and no burst: a second with 45 requests in its first moment would meet Discord's limit.
        self._slots = AsyncLimiter(1, 1 / per_second) if per_second else None
        self._waiting = 0
        self._nobody_waits = asyncio.Event()
        self._nobody_waits.set()
        self._one_spare = asyncio.Lock()

    async def __aenter__(self) -> None:
        self._waiting += 1
        self._nobody_waits.clear()
        try:
            await self._slot()
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._nobody_waits.set()

    async def __aexit__(self, *_: object) -> None:
        """A slot is for beginning; how long a request takes is Discord's affair."""

    @asynccontextmanager
    async def spare(self) -> AsyncIterator[None]:
        # One at a time: those that already stood in line for slots would be before whoever comes next.
        async with self._one_spare:
            await self._nobody_waits.wait()
            await self._slot()
        yield

    async def _slot(self) -> None:
        if self._slots is not None:
            await self._slots.acquire()
