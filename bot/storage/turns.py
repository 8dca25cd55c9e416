"""Turns: work that only one of several processes sharing a database does at a time."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from bot.storage import postgres
from bot.storage.engine import DatabaseAway
from bot.storage.failures import FAILURES
from bot.storage.postgres import PostgresEngine, ProcessTurn


@dataclass(slots=True)
class Turns:
    """Locks between processes. Each is held by a transaction on its own connection, so a process that dies releases
    it."""

    url: str
    _kept: dict[tuple[ProcessTurn, int], asyncio.Task[None]] = field(init=False, default_factory=dict)

    async def take(self, turn: ProcessTurn, part: int = 0, *, keep: float) -> None:
        """Wait until no process, ours included, has this turn, and keep it for this many seconds. Raises
        DatabaseAway."""
        if (before := self._kept.pop((turn, part), None)) is not None:
            await before
        async with AsyncExitStack() as stack:
            engine = PostgresEngine(self.url, pool_size=1, patient=True)
            stack.push_async_callback(engine.dispose)
            try:
                await stack.enter_async_context(engine.turn(turn, part))
            except FAILURES as error:
                raise DatabaseAway(postgres.explain(error) or type(error).__name__) from error
            # From here on, the task releases the turn.
            self._kept[turn, part] = asyncio.create_task(self._keep(stack.pop_all(), keep), name=f"{turn.name}-{part}")
            await asyncio.sleep(0)  # let the task start: if cancelled earlier, it would never release the turn

    @staticmethod
    async def _keep(stack: AsyncExitStack, seconds: float) -> None:
        async with stack:
            await asyncio.sleep(seconds)

    async def close(self) -> None:
        """Release every turn that we hold."""
        for task in self._kept.values():
            task.cancel()
        await asyncio.gather(*self._kept.values(), return_exceptions=True)
