"""The database fails while members answer: they are told so, the health page turns red with the remedy, and nothing is
half-written.

`tests/cli/test_ill_database.py` tests a full disk and a lock, with a real process and real errors of the kernel.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot import clock
from bot.cli import health
from bot.jobs import Jobs


@asynccontextmanager
async def read_only(db, _path):
    [writer] = db._writer._idle
    await writer.raw.execute("PRAGMA query_only = ON")
    yield
    await writer.raw.execute("PRAGMA query_only = OFF")


@asynccontextmanager
async def corrupt(_db, path):
    """Overwrite most of the file, after a write by somebody else, so that the bot reads it again."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA user_version = 1")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    yield


def counts(path):
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("ill", "named"),
    [(read_only, "cannot be written"), (corrupt, "is damaged. Stop the bot and put a backup in its place")],
    ids=["read-only", "corrupt"],
)
async def test_members_are_told_that_nothing_was_recorded_and_this_is_true(world, database_url, ill, named):
    path = Path(database_url.removeprefix("sqlite+aiosqlite:///"))
    post = await world.post_daily()
    ticks = Jobs()
    ticks.last_run = clock.now()
    before = counts(path)

    async with ill(world.db, path):
        told = world.read(await world.answer(world.ana, post))
        red = await health.examine(world.bot, ticks, clock.now())

    assert "nothing was recorded" in told
    assert "try again" in told
    assert not red.healthy
    assert named in red.database
    if ill is not corrupt:
        assert counts(path) == before
        after = world.read(await world.answer(world.ana, post))
        assert "You already answered this" not in after
        assert counts(path)["attempts"] == 1
        assert (await health.examine(world.bot, ticks, clock.now())).database == "ok"
