"""Which tick runs how often. No rules: what is due is a column, and a tick asks for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from bot import metrics
from bot.storage.engine import DatabaseFailed

log = logging.getLogger(__name__)

Tick = Callable[[datetime], Awaitable[object]]

SECONDS_BETWEEN: Mapping[str, float] = {
    "dailies": 1,  # posts are up within a second of their time
    "closes": 2,
    "counts": 10,  # a post's number of answers is edited at most this often
    "announcements": 5,
    "awards": 10,
    "duels": 5,
    "leagues": 60,
    "exams": 5,
    "live": 1,  # a question closes within a second of its time
    "live-answers": 2,
    "reminders": 20,
    "servers": 10,
    "erasures": 6 * 60 * 60,
    "upkeep": 60,  # it looks whether tonight's backup is due
}
"""How often each tick runs."""
AGAIN_AFTER = 5.0
"""Seconds until what runs once at the start is tried again, should it fail."""


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the one clock


class Jobs:
    """The ticks. One that takes longer than its interval is not run twice at once, and one that fails comes again.

    Intervals are measured on the monotonic clock: when the wall clock jumps, forward or back, each tick still comes once an
    interval, and asks the wall clock what is due.
    """

    def __init__(self) -> None:
        self.last_run: datetime | None = None
        """When a tick last came to its end without failing."""
        self._regular: list[tuple[float, str, Tick]] = []
        self._once: list[tuple[str, Tick]] = []
        self._loops: set[asyncio.Task[None]] = set()
        self._running: set[asyncio.Task[bool]] = set()

    def every(self, seconds: float, name: str, tick: Tick) -> None:
        self._regular.append((seconds, name, tick))

    def at_start(self, name: str, tick: Tick) -> None:
        self._once.append((name, tick))

    def start(self) -> None:
        """Every tick runs at once, and then at its interval; what runs once, until it does not fail."""
        once = [(name, self._until_done(name, tick)) for name, tick in self._once]
        regular = [(name, self._repeat(seconds, name, tick)) for seconds, name, tick in self._regular]
        self._loops = {asyncio.create_task(loop, name=f"{name}-loop") for name, loop in (*once, *regular)}

    async def stop(self, within: float) -> int:
        """No tick begins any more; those in hand may finish, in seconds, and are given up then. How many that were."""
        for loop in self._loops:
            loop.cancel()
        ticks = set(self._running)
        _, late = await asyncio.wait(ticks, timeout=within) if ticks else (ticks, set())
        for task in late:
            task.cancel()
        return len(late)

    async def _until_done(self, name: str, tick: Tick) -> None:
        done = await self._start(name, tick)
        while not done:
            await asyncio.sleep(AGAIN_AFTER)
            done = await self._start(name, tick)

    async def _repeat(self, seconds: float, name: str, tick: Tick) -> None:
        """Keeps the rhythm. What a busy moment made late is left out, not made up for."""
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            await self._start(name, tick)
            due = max(due + seconds, clock())
            await asyncio.sleep(due - clock())

    async def _start(self, name: str, tick: Tick) -> bool:
        """False if it failed, or was given up."""
        # In a task of its own: a stop cancels the loop, and lets what is in hand finish.
        task = asyncio.create_task(self._run(name, tick), name=f"tick-{name}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _run(self, name: str, tick: Tick) -> bool:
        """False if it failed."""
        try:
            await tick(now())
        except DatabaseFailed as error:
            log.error("the tick %s comes again: %s", name, error)  # noqa: TRY400  the sentence says it all
        except Exception:
            log.exception("the tick %s failed and comes again", name)
        else:
            metrics.TICKS.labels(name, "no").inc()
            self.last_run = now()
            return True
        metrics.TICKS.labels(name, "yes").inc()
        return False


def schedule(*, at_start: Mapping[str, Tick], ticks: Mapping[str, Tick]) -> Jobs:
    """The ticks of the bot, by the names of SECONDS_BETWEEN, and what runs once; not yet started."""
    jobs = Jobs()
    for name, tick in at_start.items():
        jobs.at_start(name, tick)
    for name, tick in ticks.items():
        jobs.every(SECONDS_BETWEEN[name], name, tick)
    return jobs
