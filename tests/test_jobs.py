"""The scheduler: it ticks, and decides nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta
from inspect import signature

from bot import jobs


def scheduler_of(**ticks):
    async def nothing(*_at):
        pass

    return jobs.schedule(**(dict.fromkeys(signature(jobs.schedule).parameters, nothing) | ticks))


async def test_the_scheduler_calls_a_tick_with_the_time_in_utc():
    called = asyncio.get_running_loop().create_future()

    async def post_due(at):
        called.set_result(at)

    scheduler = scheduler_of(post_due=post_due)
    scheduler.get_job("dailies").modify(next_run_time=jobs.now())
    scheduler.start()
    try:
        at = await asyncio.wait_for(called, timeout=5)
    finally:
        scheduler.shutdown()

    assert at.tzinfo is UTC
    assert jobs.now() - at < timedelta(seconds=5)


async def test_a_tick_that_is_late_runs_once_and_never_beside_itself():
    found = scheduler_of().get_jobs()

    assert len(found) >= 2
    assert all(job.max_instances == 1 and job.coalesce for job in found)
