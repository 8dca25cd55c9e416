"""The database fails while the bot runs: members are told that nothing was recorded, and this is true."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from contextlib import closing

import pytest

from tests.discord_stub import user_ids

NOT_RECORDED = "nothing was recorded"
LOG_AT_MOST = 12_288
"""The maximum size of the log in bytes: more than the bot logs in such a test, and less than any answer writes to the
database."""


def counts(path):
    """Return the number of rows of every table."""
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


@pytest.fixture
def full_disk(bot):
    """Stop every file of the bot except its log from growing: the kernel refuses, as on a full disk."""

    def fill(*, full):
        _, hard = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)
        limit = LOG_AT_MOST if full else hard
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (limit, hard))

    return fill


async def press(bot, member, letter="A"):
    pressed = await bot.stub.press(bot.post, letter, member)
    return await pressed.reply()


async def test_a_full_disk(bot, full_disk):
    ana, *others = user_ids(20)
    before = counts(bot.path)

    full_disk(full=True)
    told = await asyncio.gather(*(press(bot, member) for member in (ana, *others)))
    during = counts(bot.path)
    full_disk(full=False)
    after = await press(bot, ana, "B")

    assert all(NOT_RECORDED in pressed.text and "try again" in pressed.text for pressed in told)
    assert during == before
    assert after.shown[0]["components"]
    assert "You already answered this" not in after.text
    # A small write of a tick may succeed between two that fail, so the bot may report more than one failure, and its
    # log arrives a moment later.
    async with asyncio.timeout(60):
        while not (ill := bot.process.said().count("nothing is being recorded: DATABASE_URL: ")) or (  # noqa: ASYNC110  it is another process
            bot.process.said().count("the database accepts writes again") < ill
        ):
            await asyncio.sleep(0.05)
    assert "Traceback" not in bot.process.said()


async def test_a_lock_that_another_program_does_not_give_up(bot):
    ana, ben = user_ids(2)
    with closing(sqlite3.connect(bot.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        told = await press(bot, ana)

    after = await press(bot, ben)
    assert NOT_RECORDED in told.text
    assert after.shown[0]["components"]
    assert "another program holds" in bot.process.said()
    assert counts(bot.path)["attempts"] == 1
    assert "Traceback" not in bot.process.said()
