"""Processes that share a database take turns, and none waits for a process that has died."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import pytest

from bot.storage.engine import DatabaseAway
from bot.storage.postgres import ProcessTurn
from bot.storage.turns import Turns

pytestmark = pytest.mark.postgres

A_MOMENT = 0.3


@pytest.fixture
async def processes(db, database_url):
    processes = [Turns(database_url) for _ in range(3)]
    yield processes
    for process in processes:
        await process.close()


async def test_each_process_waits_until_the_previous_one_has_had_its_turn_for_long_enough(processes):
    taken = []

    async def take(process):
        await process.take(ProcessTurn.IDENTIFYING, keep=A_MOMENT)
        taken.append(time.monotonic())

    await asyncio.gather(*(take(process) for process in processes), take(processes[0]))

    assert all(later - earlier >= A_MOMENT * 0.9 for earlier, later in pairwise(taken))


async def test_parts_do_not_wait_for_each_other(processes):
    for part, process in enumerate(processes):
        await asyncio.wait_for(process.take(ProcessTurn.IDENTIFYING, part, keep=60), 10)


async def test_a_process_that_ends_gives_its_turn_back(processes):
    await processes[0].take(ProcessTurn.IDENTIFYING, keep=60)

    await processes[0].close()

    await asyncio.wait_for(processes[1].take(ProcessTurn.IDENTIFYING, keep=0), 10)


async def test_a_process_that_gives_up_waiting_does_not_delay_others(processes):
    await processes[0].take(ProcessTurn.IDENTIFYING, keep=60)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(processes[1].take(ProcessTurn.IDENTIFYING, keep=60), A_MOMENT)

    await processes[0].close()

    await asyncio.wait_for(processes[2].take(ProcessTurn.IDENTIFYING, keep=0), 10)


async def test_an_unreachable_server_is_reported_as_unreachable():
    with pytest.raises(DatabaseAway, match="cannot be reached"):
        await Turns("postgresql+asyncpg://cohort@127.0.0.1:1/cohort").take(ProcessTurn.IDENTIFYING, keep=0)
