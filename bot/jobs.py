"""Which tick runs how often. No rules: what is due is a column, and a tick asks for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot import metrics
from bot.clock import now, wall
from bot.storage.engine import DatabaseFailed

log = logging.getLogger(__name__)

Tick = Callable[[datetime], Awaitable[object]]

SECONDS_BETWEEN: Mapping[str, float] = {
    "dailies": 1,  # posts are up within a second of their time
    "closes": 2,
    "clock": 10 * 60,  # only a clock that was wrong gives it something to do
    "counts": 10,  # a post's number of answers is edited at most this often
    "posts": 1,
    "seasons": 5,
    "competitions": 5,
    "awards": 10,
    "duels": 5,
    "leagues": 60,
    "exams": 5,
    "live": 1,  # a question closes within a second of its time
    "live-answers": 2,
    "promises": 2,
    "reminders": 20,
    "servers": 10,
    "erasures": 6 * 60 * 60,
    "upkeep": 60,  # it looks whether tonight's backup is due
}
"""How often each tick runs."""
AGAIN_AFTER = 5.0
"""Seconds until what runs once at the start is tried again, should it fail."""
WATCH_EVERY = 1.0
"""Seconds between two comparisons of the wall clock with the monotonic one."""
JUMP = 2.0
"""Seconds by which the wall clock must move against the monotonic one to have jumped: slewing is slower."""


class Every(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """Fire once an interval after now, whatever was missed: a clock that leapt by days leaves no list of runs to make up for."""

    def __init__(self, seconds: float) -> None:
        self.interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        ahead = previous + self.interval if previous is not None else now
        return ahead if now < ahead <= now + self.interval else now + self.interval


class Jobs:
    """The ticks. One that takes longer than its interval is not run twice at once, and one that fails comes again.

    When the wall clock jumps, forward or back, each tick comes at once and then keeps its interval.
    """

    def __init__(self) -> None:
        # A tick that is late is due all the same: no grace, or a busy moment would skip it. The second instance finds the first
        # and goes: the scheduler would say so in the log at each interval of a tick that takes long.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"max_instances": 2, "coalesce": True, "misfire_grace_time": None}
        )
        self.last_run: datetime | None = None
        """When a tick last came to its end without failing."""
        self._regular: list[tuple[float, str, Tick]] = []
        self._once: list[tuple[str, Tick]] = []
        self._running: dict[str, asyncio.Task[bool]] = {}
        self._watch: asyncio.Task[None] | None = None

    def every(self, seconds: float, name: str, tick: Tick) -> None:
        self._regular.append((seconds, name, tick))

    def at_start(self, name: str, tick: Tick) -> None:
        self._once.append((name, tick))

    async def _start(self, name: str, tick: Tick) -> bool:
        """False if it failed, was given up, or the one before has not come to its end."""
        if name in self._running:
            return False
        # In a task of its own, for the scheduler cancels its own when it shuts down.
        self._running[name] = task = asyncio.create_task(self._run(name, tick), name=f"tick-{name}")
        task.add_done_callback(lambda _: self._running.pop(name))
        with suppress(asyncio.CancelledError):
            return await asyncio.shield(task)
        return False

    async def _start_once(self, name: str, tick: Tick) -> None:
        if await self._start(name, tick) and self._scheduler.running:
            self._scheduler.remove_job(name)

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

    def start(self) -> None:
        """Every tick runs at once, and then at its interval; what runs once, until it does not fail."""
        at = wall()
        once = [(AGAIN_AFTER, name, tick, self._start_once) for name, tick in self._once]
        regular = [(seconds, name, tick, self._start) for seconds, name, tick in self._regular]
        for seconds, name, tick, run in (*once, *regular):
            self._scheduler.add_job(run, Every(seconds), (name, tick), id=name, next_run_time=at)
        self._scheduler.start()
        self._watch = asyncio.create_task(self._watch_clock(), name="clock-watch")

    async def stop(self, within: float) -> int:
        """No tick begins any more; those in hand may finish, in seconds, and are given up then. How many that were."""
        if self._watch is not None:
            self._watch.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        ticks = set(self._running.values())
        _, late = await asyncio.wait(ticks, timeout=within) if ticks else (ticks, set())
        for task in late:
            task.cancel()
        return len(late)

    async def _watch_clock(self) -> None:
        """The scheduler waits for a time on the wall clock: set back by an hour, it would be silent for an hour."""
        clock = asyncio.get_running_loop().time
        seen = wall().timestamp() - clock()
        while True:
            await asyncio.sleep(WATCH_EVERY)
            at = wall()
            offset = at.timestamp() - clock()
            if abs(offset - seen) > JUMP:
                log.warning("the clock jumped by %s seconds", round(offset - seen))
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=at)
            seen = offset


def schedule(*, at_start: Mapping[str, Tick], ticks: Mapping[str, Tick]) -> Jobs:
    """The ticks of the bot, by the names of SECONDS_BETWEEN, and what runs once; not yet started."""
    jobs = Jobs()
    for name, tick in at_start.items():
        jobs.at_start(name, tick)
    for name, tick in ticks.items():
        jobs.every(SECONDS_BETWEEN[name], name, tick)
    return jobs
