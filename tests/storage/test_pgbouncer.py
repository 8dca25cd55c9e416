"""The bot behind a real PgBouncer in transaction mode: each transaction may get another server connection."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, insert, select, update

from bot.storage.engine import Database
from bot.storage.postgres import ProcessTurn
from bot.storage.tables import members
from bot.storage.turns import Turns
from tests.pgbouncer import PgBouncer
from tests.postgres import Cluster

pytestmark = pytest.mark.postgres

GUILD, CLIENTS, ROUNDS = 7, 8, 25


@pytest.fixture(scope="module")
def pooler():
    """Start a pooler with three connections for all, so few that clients share them."""
    server = Cluster()
    server.start()
    pooler = PgBouncer(server, pool=3)
    try:
        pooler.start()
        yield pooler
    finally:
        pooler.stop()
        server.remove()


@pytest.fixture
async def processes(pooler):
    """Return several processes on one new database, which they reach only through the pooler."""
    pooler.cluster.sql("DROP DATABASE IF EXISTS behind WITH (FORCE)")
    pooler.cluster.sql("CREATE DATABASE behind")
    processes = [Database(pooler.url("behind")) for _ in range(CLIENTS)]
    yield processes
    for process in processes:
        await process.close()


async def test_processes_that_start_together_migrate_once_and_work_side_by_side(processes):
    await asyncio.gather(*(process.migrate() for process in processes[:3]))
    await processes[0].write(
        lambda tx: tx.execute(insert(members).values(guild_id=GUILD, user_id=1, name="ana")) and None
    )

    def one_more(tx):
        days = tx.execute(select(members.c.streak_days).where(members.c.user_id == 1)).scalar_one()
        tx.execute(update(members).where(members.c.user_id == 1).values(streak_days=days + 1))

    async def work(process):
        for _ in range(ROUNDS):
            await process.write(one_more)
            await process.read(lambda tx: tx.execute(select(func.count()).select_from(members)).scalar_one())

    await asyncio.gather(*(work(process) for process in processes))

    counted = await processes[0].read(lambda tx: tx.execute(select(members.c.streak_days)).scalar_one())
    assert counted == CLIENTS * ROUNDS, "nobody's change is lost"


async def test_a_turn_belongs_to_one_process_even_behind_a_pooler(processes, pooler):
    url = pooler.url("behind")
    first, second = Turns(url), Turns(url)
    await first.take(ProcessTurn.IDENTIFYING, keep=60)
    waiting = asyncio.create_task(second.take(ProcessTurn.IDENTIFYING, keep=0))
    await asyncio.sleep(0.3)
    assert not waiting.done()

    await first.close()

    await asyncio.wait_for(waiting, 10)
    await second.close()
