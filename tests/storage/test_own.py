"""The condition of every tick's query: SQL selects the same servers as Python."""

from __future__ import annotations

from sqlalchemy import insert, select

from bot.shards import EVERYTHING, Shards
from bot.storage.sql import own
from bot.storage.tables import guilds
from bot.study.members import ALONE
from tests.conftest import MONDAY

GUILDS = [ALONE, 1, (1 << 22) - 1, *(n << 22 | 7 for n in range(1, 40)), 613425648685547541, (1 << 63) - 1]


async def found(db, shards):
    await db.write(
        lambda tx: tx.execute(insert(guilds), [{"guild_id": id, "created_at": MONDAY} for id in GUILDS]) and None
    )
    query = select(guilds.c.guild_id).where(own(shards, guilds.c.guild_id))
    return set(await db.read(lambda tx: tx.execute(query).scalars().all()))


async def test_sql_and_python_agree_on_which_process_has_a_server(db):
    shards = Shards(5, frozenset({0, 2, 3}))

    assert await found(db, shards) == {guild_id for guild_id in GUILDS if guild_id in shards}


async def test_a_single_process_has_every_server(db):
    assert await found(db, EVERYTHING) == set(GUILDS)


async def test_a_process_without_shards_has_no_server(db):
    assert await found(db, Shards(5, frozenset())) == set()
