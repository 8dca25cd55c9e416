"""What keeps the bot from starting: one sentence that names the setting and the remedy, exit code 2, no trace."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.discord_stub import BotProcess, faults

UNUSABLE = 2


async def refusal_of(bot: BotProcess, command: str = "run") -> str:
    """What the bot says when it does not start."""
    async with bot:
        await bot.start(command)
        code = await bot.ended()
    said = "\n".join(
        line for line in bot.said().splitlines() if " INFO " not in line and "NOT be supported" not in line
    )
    assert code == UNUSABLE, said
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1, said
    return said


async def test_a_wrong_token(stub, tmp_path):
    said = await refusal_of(BotProcess(tmp_path, stub, DISCORD_TOKEN="not.the.token"))

    assert said.startswith("DISCORD_TOKEN: ")
    assert "Copy it anew" in said
    assert "not.the.token" not in said


async def test_a_token_that_was_reset_while_the_bot_ran(stub, nursery, tmp_path):
    async with BotProcess(tmp_path, stub, nursery=nursery) as bot:
        await bot.start()
        await stub.connected()
        await stub.gateway.forbid()

        assert await bot.ended() == UNUSABLE

    assert "DISCORD_TOKEN: Discord no longer accepts it." in bot.said()
    assert "Traceback" not in bot.said()


async def test_a_gateway_that_would_show_the_token_to_others(stub, nursery, tmp_path):
    stub.rest.gateway_url = "ws://discord.example"

    said = await refusal_of(BotProcess(tmp_path, stub, nursery=nursery))

    assert said.startswith("DISCORD_API_URL: the gateway that it names would take the token in the clear")


async def test_discord_is_ill(stub, nursery, tmp_path):
    stub.fault(faults.answer("GET /users/@me", 503))

    said = await refusal_of(BotProcess(tmp_path, stub, nursery=nursery))

    assert said.startswith("DISCORD_API_URL: ")
    assert "(503)" in said


async def test_a_bank_with_a_fault(stub, nursery, tmp_path):
    pack = tmp_path / "content" / "broken"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("name: [broken\n")

    said = await refusal_of(BotProcess(tmp_path / "bot", stub, nursery=nursery, CONTENT_DIR=tmp_path / "content"))

    assert said.startswith("CONTENT_DIR: ")
    assert "pack.yaml" in said


# -- the database


def a_text(path: Path) -> None:
    path.write_text("this is no database, however long it may be " * 40)


def damaged(path: Path) -> None:
    """A real database, most of which was overwritten."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.executemany("INSERT INTO alembic_version VALUES (?)", [("x" * 500,)] * 100)
        database.commit()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))


@pytest.mark.parametrize(
    ("spoil", "illness"), [(a_text, "is no SQLite database"), (damaged, "is damaged"), (Path.mkdir, "cannot be opened")]
)
async def test_a_database_that_is_none(stub, nursery, tmp_path, spoil, illness):
    bot = BotProcess(tmp_path, stub, nursery=nursery)
    spoil(tmp_path / "cohort.db")

    said = await refusal_of(bot)

    assert said.startswith(f"DATABASE_URL: {tmp_path / 'cohort.db'} {illness}")


async def test_a_database_that_another_program_holds_locked(stub, nursery, tmp_path):
    with closing(sqlite3.connect(tmp_path / "cohort.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")

        said = await refusal_of(BotProcess(tmp_path, stub, nursery=nursery))

    assert said.startswith("DATABASE_URL: another program holds ")


async def test_a_database_that_may_only_be_read(stub, nursery, tmp_path):
    path = tmp_path / "cohort.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE anything (x)")
    path.chmod(stat.S_IRUSR)
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    if os.access(path, os.W_OK):
        pytest.skip("this user may write whatever it likes, as root may")
    try:
        said = await refusal_of(
            BotProcess(tmp_path / "bot", stub, nursery=nursery, DATABASE_URL=f"sqlite+aiosqlite:///{path}")
        )
    finally:
        tmp_path.chmod(stat.S_IRWXU)

    assert said.startswith(f"DATABASE_URL: {path} may not be written")
