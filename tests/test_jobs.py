"""The scheduler: it only ticks, and decides nothing."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, timedelta

import pytest
import time_machine

from bot import jobs
from bot.clock import now
from bot.jobs import Jobs
from bot.storage.engine import NotRecorded

PATIENCE = 30
"""Seconds that a test waits for a tick: far longer than it takes."""


@pytest.fixture
async def running():
    """Yield a function that starts jobs; stop them at the end."""
    started = []

    def start(*, every=60.0, **ticks):
        scheduler = Jobs()
        for name, tick in ticks.items():
            scheduler.every(every, name, tick)
        scheduler.start()
        started.append(scheduler)
        return scheduler

    yield start
    for scheduler in started:
        await scheduler.stop(1)


async def test_a_tick_runs_at_the_start_with_the_time_in_utc(running):
    called = asyncio.get_running_loop().create_future()

    async def tick(at):
        called.set_result(at)

    running(tick=tick)
    at = await asyncio.wait_for(called, timeout=PATIENCE)

    assert at.tzinfo is UTC
    assert now() - at < timedelta(seconds=PATIENCE)


async def test_a_slow_tick_never_overlaps_itself(running):
    beside = []
    at_work = 0
    thrice = asyncio.Event()

    async def slow(_at):
        nonlocal at_work
        at_work += 1
        beside.append(at_work)
        await asyncio.sleep(0.1)  # a few of its intervals
        at_work -= 1
        if len(beside) == 3:
            thrice.set()

    running(every=0.02, slow=slow)
    await asyncio.wait_for(thrice.wait(), PATIENCE)

    assert set(beside) == {1}


@pytest.mark.parametrize("error", [NotRecorded("the disk is full"), RuntimeError("a mistake of ours")])
async def test_a_tick_that_fails_is_logged_and_comes_again(running, caplog, error):
    calls = []
    again = asyncio.Event()

    async def failing(_at):
        calls.append(1)
        if len(calls) == 2:
            again.set()
        raise error

    running(every=0.05, failing=failing)
    await asyncio.wait_for(again.wait(), PATIENCE)

    assert "failing" in caplog.text
    assert ("Traceback" in caplog.text) == isinstance(error, RuntimeError)


async def test_a_startup_job_is_repeated_until_it_succeeds(monkeypatch):
    monkeypatch.setattr(jobs, "AGAIN_AFTER", 0.02)
    calls = []
    done = asyncio.Event()

    async def recovery(_at):
        calls.append(1)
        if len(calls) < 3:
            raise NotRecorded("locked")
        done.set()

    scheduler = jobs.schedule(at_start={"recovery": recovery}, ticks={})
    scheduler.start()
    await asyncio.wait_for(done.wait(), PATIENCE)
    await asyncio.sleep(0.1)  # a few of its intervals
    await scheduler.stop(1)

    assert len(calls) == 3


async def test_a_stop_waits_for_the_running_tick_and_begins_none(running):
    done = []
    begun = asyncio.Event()

    async def tick(_at):
        begun.set()
        done.append("begun")
        await asyncio.sleep(0.1)
        done.append("done")

    scheduler = running(every=0.02, tick=tick)
    await asyncio.wait_for(begun.wait(), PATIENCE)
    unfinished = await scheduler.stop(PATIENCE)
    at_the_stop = list(done)
    await asyncio.sleep(0.1)

    assert unfinished == 0
    assert done == at_the_stop
    assert done[-1] == "done"


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=72), timedelta(days=300)])
async def test_ticks_keep_their_interval_when_the_wall_clock_jumps_there_and_back(running, monkeypatch, jump):
    """Ticks neither pause nor come in a burst, and no list of missed ticks is computed."""
    monkeypatch.setattr(jobs, "WATCH_EVERY", 0.05)
    ticks = []

    async def tick(at):
        ticks.append(at)

    with time_machine.travel(now(), tick=True) as clock:
        running(every=0.1, tick=tick)
        seen = []
        for shift in (timedelta(0), jump, -jump):
            clock.shift(shift)
            before = len(ticks)
            await asyncio.sleep(1)
            seen.append(len(ticks) - before)

    assert all(3 <= count <= 13 for count in seen), seen


async def test_ticks_continue_at_once_after_the_clock_jumps_by_days(running):
    """A tick of every second misses 25 million slots in 300 days, and none of them is computed."""
    ticked = asyncio.Event()

    async def tick(_at):
        ticked.set()

    with time_machine.travel(now(), tick=True) as clock:
        running(every=1, tick=tick)
        await asyncio.wait_for(ticked.wait(), PATIENCE)
        ticked.clear()
        clock.shift(timedelta(days=300))
        began = asyncio.get_running_loop().time()
        await asyncio.wait_for(ticked.wait(), PATIENCE)

    assert (
        asyncio.get_running_loop().time() - began < PATIENCE / 2
    )  # computing the missed slots would take longer than any test waits


async def test_a_tick_that_takes_long_fills_no_log(running, caplog):
    caplog.set_level(logging.WARNING)
    released = asyncio.Event()

    async def slow(_at):
        await released.wait()

    running(every=0.02, slow=slow)
    await asyncio.sleep(0.5)
    released.set()

    assert caplog.messages == []


@pytest.fixture
async def looking():
    """Yield a function that starts jobs with a `look` whose answers the test sets. The jobs call `look` for the tick
    "due", but not for "other"."""
    started = []

    def start(look, **ticks):
        scheduler = Jobs(look, {"due"})
        for name, tick in ticks.items():
            scheduler.every(0.02, name, tick)
        scheduler.start()
        started.append(scheduler)
        return scheduler

    yield start
    for scheduler in started:
        await scheduler.stop(1)


class Rounds:
    """A tick that counts its runs. Tests can wait for these."""

    def __init__(self):
        self.count = 0
        self.more = asyncio.Event()

    async def __call__(self, _at):
        self.count += 1
        self.more.set()

    async def go_on(self, rounds=1):
        """Wait for this many more runs."""
        for _ in range(rounds):
            self.more.clear()
            await asyncio.wait_for(self.more.wait(), PATIENCE)


async def test_a_tick_with_nothing_to_do_runs_once_and_then_when_the_look_says_so(looking):
    due, other, found = Rounds(), Rounds(), set()

    async def look(_at):
        return found

    scheduler = looking(look, due=due, other=other)
    await other.go_on(5)
    assert due.count == 1  # the first run handles what the last process left

    found.add("due")
    await due.go_on(3)
    found.clear()
    await other.go_on(5)
    before = due.count
    await other.go_on(5)

    assert due.count == before
    assert now() - scheduler.last_run < timedelta(seconds=PATIENCE)


async def test_ticks_of_a_moment_share_a_look():
    asked, answered, runs = [], asyncio.Event(), []
    both = asyncio.Event()

    async def look(at):
        asked.append(at)
        await answered.wait()
        return {"first", "second"}

    def tick(name):
        async def run(_at):
            runs.append(name)
            if runs.count("first") >= 2 and runs.count("second") >= 2:
                both.set()

        return run

    scheduler = Jobs(look, {"first", "second"})
    for name in ("first", "second"):
        scheduler.every(0.02, name, tick(name))
    scheduler.start()
    try:
        async with asyncio.timeout(PATIENCE):
            while not asked:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)  # a few of their intervals
        waiting = len(asked)
        answered.set()
        await asyncio.wait_for(both.wait(), PATIENCE)
    finally:
        await scheduler.stop(1)

    assert waiting == 1


@pytest.mark.parametrize("error", [NotRecorded("locked"), RuntimeError("a mistake of ours")])
async def test_a_tick_comes_again_when_the_look_has_failed(looking, caplog, error):
    due, other = Rounds(), Rounds()
    failures = 0

    async def look(_at):
        nonlocal failures
        if failures < 3:
            failures += 1
            raise error
        return {"due"}

    looking(look, due=due, other=other)
    await due.go_on(3)

    assert caplog.text.count("tick due") == 3
    assert "tick other" not in caplog.text
