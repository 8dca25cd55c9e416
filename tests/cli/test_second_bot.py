"""A SQLite file serves one bot: another bot waits for the first to end, as in a restart, and refuses to start if it
does not end."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from bot.__main__ import UNUSABLE
from bot.cli import lifecycle
from bot.storage import ownership
from bot.storage.engine import Database
from tests.discord_stub import BotProcess
from tests.discord_stub.nursery import ROOT

WAITS = "another bot is using this database"


@pytest.fixture
async def second(bot, nursery, tmp_path):
    """Start another bot on the same file, and wait until it has noticed the first."""
    folder = tmp_path / "second"
    async with BotProcess(folder, bot.stub, nursery=nursery, DATABASE_URL=bot.process.database_url) as second:
        await second.start()
        while WAITS not in second.said():
            assert second.running, second.said()
            await asyncio.sleep(0.02)
        yield second


def posted(stub):
    return [len(stub.posts(guild)) for guild in stub.guilds]


async def test_a_second_bot_waits_for_the_end_of_the_first_and_takes_over(bot, second):
    assert len(bot.stub.gateway.connected) == 1
    before = posted(bot.stub)

    bot.process.kill()
    await bot.process.ended()
    gateway = bot.stub.gateway
    await gateway.until(lambda: gateway.identified == 2 and len(gateway.connected) == 1, 60.0)

    second.ask_to_stop()
    assert await second.ended() == 0
    assert posted(bot.stub) == before
    assert "Traceback" not in second.said()


async def test_a_bot_that_waits_for_another_can_be_stopped(bot, second):
    second.ask_to_stop()

    assert await second.ended() == 0
    assert "Traceback" not in second.said()
    assert len(bot.stub.gateway.connected) == 1


def test_a_bot_refuses_a_file_that_another_bot_keeps(run, monkeypatch, tmp_path):
    path = tmp_path / "cohort.db"
    monkeypatch.setattr(lifecycle, "TAKEOVER_WITHIN", 0.0)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    monkeypatch.setenv("DISCORD_TOKEN", "stub.token.of-no-use")
    monkeypatch.setenv("CONTENT_DIR", str(ROOT / "content"))
    monkeypatch.chdir(tmp_path)

    with closing(ownership.hold(path)):
        code, said = run("run")

    assert code == UNUSABLE
    assert said.splitlines()[-1].startswith("DATABASE_URL: another bot is running on this database")
    assert not path.exists(), "nothing was written"


async def test_a_file_is_held_until_its_bot_closes_it_and_the_command_line_can_write_meanwhile(tmp_path):
    first, other = (Database(f"sqlite+aiosqlite:///{tmp_path / 'cohort.db'}") for _ in range(2))
    held = [await first.hold(), await other.hold()]
    await first.migrate()
    await other.migrate()
    await first.close()

    assert held == [True, False]
    assert await other.hold()
    await other.close()


@pytest.mark.postgres
async def test_a_postgresql_server_is_not_held_by_a_bot(db, database_url):
    other = Database(database_url)

    assert await db.hold()
    assert await other.hold()
    await other.close()
