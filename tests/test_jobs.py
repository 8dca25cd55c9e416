"""The scheduler: it ticks, and decides nothing."""

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
"""Seconds that a test waits for a tick: by far more than it takes."""


@pytest.fixture
async def running():
    """Starts jobs, and stops them at the end."""
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


async def test_a_tick_that_takes_long_never_runs_beside_itself(running):
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


async def test_what_runs_once_at_the_start_comes_again_until_it_does_not_fail(monkeypatch):
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


async def test_a_stop_waits_for_the_tick_in_hand_and_begins_none(running):
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
    """Neither silence nor a burst, and no list of what was missed."""
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


async def test_a_leap_of_days_costs_no_silence(running):
    """A second's tick has 25 million slots in 300 days, and none of them is looked at."""
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

    assert asyncio.get_running_loop().time() - began < PATIENCE / 2  # listing them takes longer than any test waits


async def test_a_tick_that_takes_long_fills_no_log(running, caplog):
    caplog.set_level(logging.WARNING)
    released = asyncio.Event()

    async def slow(_at):
        await released.wait()

    running(every=0.02, slow=slow)
    await asyncio.sleep(0.5)
    released.set()

    assert caplog.messages == []
