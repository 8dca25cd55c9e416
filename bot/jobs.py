"""How often each tick runs. This module does not decide what is due: that is stored in columns, which the ticks
query."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot import metrics
from bot.clock import now, wall
from bot.storage.engine import DatabaseFailed

log = logging.getLogger(__name__)

Tick = Callable[[datetime], Awaitable[object]]
Look = Callable[[datetime], Coroutine[Any, Any, Collection[str]]]
"""Returns which ticks have something to do at the given time."""

SECONDS_BETWEEN: Mapping[str, float] = {
    "dailies": 1,  # a post is sent within a second of its due time
    "closes": 2,
    "clock": 10 * 60,  # this tick has work only when the clock has been wrong
    "counts": 10,  # a post's answer count is edited at most this often
    "goals": 15 * 60,  # how soon the weekly goal on a post includes answers given elsewhere
    "posts": 1,
    "seasons": 5,
    "groups": 60,
    "competitions": 5,
    "awards": 10,
    "duels": 5,
    "leagues": 60,
    "exams": 5,
    "evenings": 2,  # everybody waits for the start
    "live-plans": 5,
    "live": 1,  # a question closes within a second of its time
    "live-answers": 2,
    "promises": 2,
    "notifications": 10,
    "reminders": 20,
    "servers": 10,
    "erasures": 6 * 60 * 60,
    "memory": 10 * 60,
    "upkeep": 60,  # checks whether tonight's backup is due
}
"""How often each tick runs."""
AGAIN_AFTER = 5.0
"""Seconds until a failed startup task is retried."""
WATCH_EVERY = 1.0
"""Seconds between two comparisons of the wall clock with the monotonic one."""
JUMP = 2.0
"""How many seconds the wall clock must move against the monotonic one to count as a jump: slewing is slower."""


class Every(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """Fires one interval from now, no matter what was missed, so that a clock jump of days causes no backlog of
    runs."""

    def __init__(self, seconds: float) -> None:
        self.interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        ahead = previous + self.interval if previous is not None else now
        return ahead if now < ahead <= now + self.interval else now + self.interval


class Jobs:
    """Runs the ticks. A tick that outlasts its interval is not started a second time, and a failed one is retried.

    When the wall clock jumps, forward or back, each tick runs at once and then keeps its interval. A tick in
    `looked_for` runs once at startup, to finish what the last run left incomplete, and after that only if `look` says
    that it has something to do.
    """

    def __init__(self, look: Look | None = None, looked_for: Collection[str] = ()) -> None:
        # No grace time, because a tick that a busy moment delays is still due. Two instances, because with one the
        # scheduler would log a warning at each interval of a slow tick; the second sees that the first is running, and
        # stops.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"max_instances": 2, "coalesce": True, "misfire_grace_time": None}
        )
        self.last_run: datetime | None = None
        """When a tick last finished without failing."""
        self._look = look
        self._looked_for = looked_for
        self._looking: asyncio.Task[Collection[str]] | None = None
        self._has_run: set[str] = set()
        self._regular: list[tuple[float, str, Tick]] = []
        self._once: list[tuple[str, Tick]] = []
        self._running: dict[str, asyncio.Task[bool]] = {}
        self._watch: asyncio.Task[None] | None = None

    def every(self, seconds: float, name: str, tick: Tick) -> None:
        self._regular.append((seconds, name, tick))

    def at_start(self, name: str, tick: Tick) -> None:
        self._once.append((name, tick))

    async def _start(self, name: str, tick: Tick) -> bool:
        """Run a tick; return False if it failed, was cancelled, or its previous run has not finished."""
        if name in self._running:
            return False
        # In a separate task, because the scheduler cancels its own tasks when it shuts down.
        self._running[name] = task = asyncio.create_task(self._run(name, tick), name=f"tick-{name}")
        task.add_done_callback(lambda _: self._running.pop(name))
        with suppress(asyncio.CancelledError):
            return await asyncio.shield(task)
        return False

    async def _start_once(self, name: str, tick: Tick) -> None:
        if await self._start(name, tick) and self._scheduler.running:
            self._scheduler.remove_job(name)

    async def _run(self, name: str, tick: Tick) -> bool:
        """Run a tick; return False if it failed."""
        try:
            if await self._is_due(name):
                await tick(now())
        except DatabaseFailed as error:
            log.error("the tick %s will run again: %s", name, error)  # noqa: TRY400  a traceback would add nothing
        except Exception:
            log.exception("the tick %s failed and will run again", name)
        else:
            metrics.TICKS.labels(name, "no").inc()
            self._has_run.add(name)
            self.last_run = now()
            return True
        metrics.TICKS.labels(name, "yes").inc()
        return False

    async def _is_due(self, name: str) -> bool:
        if self._look is None or name not in self._looked_for or name not in self._has_run:
            return True
        # Ticks that start at the same moment share one look, because each look is a transaction.
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(now()), name="look")
        return name in await asyncio.shield(self._looking)

    def start(self) -> None:
        """Run every tick at once and then at its interval, and retry startup tasks until they succeed."""
        at = wall()
        once = [(AGAIN_AFTER, name, tick, self._start_once) for name, tick in self._once]
        regular = [(seconds, name, tick, self._start) for seconds, name, tick in self._regular]
        for seconds, name, tick, run in (*once, *regular):
            self._scheduler.add_job(run, Every(seconds), (name, tick), id=name, next_run_time=at)
        self._scheduler.start()
        self._watch = asyncio.create_task(self._watch_clock(), name="clock-watch")

    async def stop(self, within: float) -> int:
        """Stop starting ticks, and cancel those that are still running after `within` seconds. Return how many were
        cancelled."""
        if self._watch is not None:
            self._watch.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        ticks = set(self._running.values())
        _, late = await asyncio.wait(ticks, timeout=within) if ticks else (ticks, set())
        for task in (*late, *filter(None, (self._looking,))):
            task.cancel()
        return len(late)

    async def _watch_clock(self) -> None:
        """Watch for clock jumps: the scheduler waits for a wall-clock time, so if the clock were set back by an hour,
        nothing would run for an hour."""
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


def schedule(
    *,
    at_start: Mapping[str, Tick],
    ticks: Mapping[str, Tick],
    look: Look | None = None,
    looked_for: Collection[str] = (),
) -> Jobs:
    """Return the bot's ticks, named as in SECONDS_BETWEEN, and its startup tasks, without starting them. `looked_for`:
    the ticks that `look` checks for due work."""
    jobs = Jobs(look, looked_for)
    for name, tick in at_start.items():
        jobs.at_start(name, tick)
    for name, tick in ticks.items():
        jobs.every(SECONDS_BETWEEN[name], name, tick)
    return jobs
