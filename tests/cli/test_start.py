"""What prevents the bot from starting is reported in one sentence with the setting and the remedy, with exit code 2 and
no traceback."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from bot.__main__ import UNUSABLE
from bot.config import SETTINGS, env_name
from tests.discord_stub import BotProcess, DiscordStub, faults


@pytest.fixture
def stub():
    """Run a stub in another thread, because the bot blocks this one."""
    with asyncio.Runner() as runner:
        thread = Thread(target=runner.get_loop().run_forever)
        thread.start()

        def wait_for(work):
            return asyncio.run_coroutine_threadsafe(work, runner.get_loop()).result(60)

        stub = DiscordStub()
        wait_for(stub.__aenter__())
        yield stub
        wait_for(stub.__aexit__())
        runner.get_loop().call_soon_threadsafe(runner.get_loop().stop)
        thread.join()


@pytest.fixture
def refusal_of(run, monkeypatch):
    """Return what the bot prints when it does not start."""

    def refusal_of(bot):
        for field in SETTINGS:
            monkeypatch.delenv(env_name(field), raising=False)
        for name, value in bot.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(bot.folder)
        code, said = run("run")
        said = "\n".join(line for line in said.splitlines() if " INFO " not in line and "NOT be supported" not in line)
        assert code == UNUSABLE, said
        assert "Traceback" not in said
        assert len(said.splitlines()) == 1, said
        return said

    return refusal_of


def test_a_wrong_token(refusal_of, stub, tmp_path):
    said = refusal_of(BotProcess(tmp_path, stub, DISCORD_TOKEN="not.the.token"))

    assert said.startswith("DISCORD_TOKEN: ")
    assert "Copy it again" in said
    assert "not.the.token" not in said


def test_a_gateway_that_would_show_the_token_to_others(refusal_of, stub, tmp_path):
    stub.rest.gateway_url = "ws://discord.example"

    said = refusal_of(BotProcess(tmp_path, stub))

    assert said.startswith("DISCORD_API_URL: the gateway that it names would receive the token unencrypted")


def test_an_outage_of_discord(refusal_of, stub, tmp_path):
    stub.fault(faults.answer("GET /users/@me", 503))

    said = refusal_of(BotProcess(tmp_path, stub))

    assert said.startswith("DISCORD_API_URL: ")
    assert "(503)" in said


def test_a_bank_with_a_fault(refusal_of, stub, tmp_path):
    pack = tmp_path / "content" / "broken"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("name: [broken\n")

    said = refusal_of(BotProcess(tmp_path / "bot", stub, CONTENT_DIR=tmp_path / "content"))

    assert said.startswith("CONTENT_DIR: ")
    assert "pack.yaml" in said


# -- the database


def a_text(path: Path) -> None:
    path.write_text("this is no database, however long it may be " * 40)


def damaged(path: Path) -> None:
    """Create a real database and overwrite most of it."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.executemany("INSERT INTO alembic_version VALUES (?)", [("x" * 500,)] * 100)
        database.commit()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))


@pytest.mark.parametrize(
    ("spoil", "illness"),
    [(a_text, "is not a SQLite database"), (damaged, "is damaged"), (Path.mkdir, "cannot be opened")],
)
def test_a_file_that_is_not_a_database(refusal_of, stub, tmp_path, spoil, illness):
    bot = BotProcess(tmp_path, stub)
    spoil(tmp_path / "cohort.db")

    said = refusal_of(bot)

    assert said.startswith(f"DATABASE_URL: {tmp_path / 'cohort.db'} {illness}")


def test_a_database_that_another_program_holds_locked(refusal_of, stub, tmp_path):
    with closing(sqlite3.connect(tmp_path / "cohort.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")

        said = refusal_of(BotProcess(tmp_path, stub))

    assert said.startswith("DATABASE_URL: another program holds ")


AS_EVERYBODY = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
    if os.geteuid() == 0
    else []
)
"""A command prefix that takes away root's power to write to everything."""


def test_a_read_only_database(stub, tmp_path):
    path = tmp_path / "cohort.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 1")  # the file has a page, but no table yet
    bot = BotProcess(tmp_path / "bot", stub, DATABASE_URL=f"sqlite+aiosqlite:///{path}")
    path.chmod(stat.S_IRUSR)
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        done = subprocess.run(
            [*AS_EVERYBODY, sys.executable, "-m", "bot", "run"],
            cwd=bot.folder,
            env=bot.environment,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        tmp_path.chmod(stat.S_IRWXU)

    assert done.returncode == UNUSABLE, done.stderr
    assert f"\nDATABASE_URL: {path} cannot be written" in f"\n{done.stderr}"
