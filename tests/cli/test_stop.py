"""SIGTERM: the bot starts no new work, finishes its current work, closes the database, and exits with code 0 within ten
seconds. This module also tests other ways in which a running bot ends."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import UNUSABLE
from tests.discord_stub import BotProcess, faults, user_ids

ROOT = Path(__file__).resolve().parents[2]
WITHIN = 20.0
"""Seconds within which the bot must stop. A container has ten; a machine that also runs the whole suite gets twice as
long."""
CALLBACK = "POST /interactions/*/callback"

HANGUP = pytest.param(
    signal.SIGHUP,
    marks=pytest.mark.skipif(
        signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, reason="nohup hands on to the bot that hang-ups are ignored"
    ),
)


def rows(path, table):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


@pytest.mark.parametrize("number", [signal.SIGTERM, HANGUP, signal.SIGINT])
async def test_a_signal_stops_the_bot_cleanly(bot, number):
    os.kill(bot.process.pid, number)

    assert await bot.process.ended() == 0
    assert not bot.path.with_name("cohort.db-wal").exists(), "the database was closed"
    assert "Traceback" not in bot.process.said()


async def warmed_up(bot, count):
    """Let one member answer, and return this many others: the first answer compiles every statement, which takes long
    on a busy machine."""
    first, *members = user_ids(count + 1)
    await (await bot.stub.press(bot.post, "A", first)).reply(WITHIN)
    return members


async def test_answers_in_progress_are_recorded_and_shown(bot):
    members = await warmed_up(bot, 16)
    with closing(sqlite3.connect(bot.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # keep all presses in progress, waiting for this lock
        presses = [await bot.stub.press(bot.post, "A", member) for member in members]
        while not all(press.answer for press in presses):  # wait until each press was deferred
            assert bot.process.running, bot.process.said()
            await asyncio.sleep(0.02)
        bot.process.ask_to_stop()
        await bot.stub.gone()
        other.execute("COMMIT")

    assert await bot.process.ended() == 0
    assert [bool(press.shown and press.shown[0]["components"]) for press in presses] == [True] * len(members)
    assert rows(bot.path, "attempts") == len(members) + 1


async def test_nothing_is_recorded_that_was_not_confirmed(bot):
    presses = []
    for member in await warmed_up(bot, 20):
        presses.append(await bot.stub.press(bot.post, "A", member))
        if len(presses) == 10:
            bot.process.ask_to_stop()

    assert await bot.process.ended() == 0
    told = sum(bool(press.shown) for press in presses)
    given_up = sum(map(int, re.findall(r"stopped with (\d+) answers", bot.process.said())))
    assert told <= rows(bot.path, "attempts") - 1 <= told + given_up
    assert told or given_up


async def test_no_work_begins_after_the_signal(bot):
    told = bot.stub.fault(faults.silence(CALLBACK))
    await bot.stub.press(bot.post, "A", user_ids(1)[0])
    await told.met.wait()
    bot.process.ask_to_stop()
    await bot.stub.gone()

    late = await bot.stub.press(bot.post, "B", user_ids(2)[1])
    await bot.process.ended()

    assert not late.shown
    assert rows(bot.path, "attempts") == 1


async def test_a_hanging_reply_does_not_delay_the_shutdown(bot):
    told = bot.stub.fault(faults.silence(CALLBACK))
    await bot.stub.press(bot.post, "A", user_ids(1)[0])
    await told.met.wait()
    began = time.monotonic()

    bot.process.ask_to_stop()

    assert await bot.process.ended(WITHIN) == 0
    assert time.monotonic() - began < WITHIN
    assert "stopped with 1 answers" in bot.process.said()


async def test_a_locked_database_does_not_delay_the_shutdown(bot):
    with closing(sqlite3.connect(bot.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        presses = [await bot.stub.press(bot.post, "A", member) for member in user_ids(100)]
        while not any(press.answer for press in presses):
            assert bot.process.running, bot.process.said()
            await asyncio.sleep(0.02)

        bot.process.ask_to_stop()

        assert await bot.process.ended(WITHIN) == 0


async def test_a_signal_during_login_stops_the_bot_cleanly(stub, tmp_path):
    signing_in = stub.fault(faults.silence("GET /users/@me"))
    async with BotProcess(tmp_path, stub) as process:
        await process.start()
        await asyncio.wait_for(signing_in.met.wait(), 60)

        process.ask_to_stop()

        assert await process.ended() == 0


async def test_a_second_signal_stops_the_bot_at_once(bot):
    told = bot.stub.fault(faults.silence(CALLBACK))
    await bot.stub.press(bot.post, "A", user_ids(1)[0])
    await told.met.wait()
    bot.process.ask_to_stop()
    await bot.stub.gone()

    bot.process.ask_to_stop()

    assert await bot.process.ended() == -signal.SIGTERM


async def test_a_token_that_was_reset_while_the_bot_ran(stub, nursery, tmp_path):
    async with BotProcess(tmp_path, stub, nursery=nursery) as bot:
        await bot.start()
        await stub.connected()
        await stub.gateway.forbid()

        assert await bot.ended() == UNUSABLE

    assert "DISCORD_TOKEN: Discord no longer accepts it." in bot.said()
    assert "Traceback" not in bot.said()


@pytest.mark.parametrize("number", [signal.SIGTERM, HANGUP, signal.SIGINT])
async def test_a_signal_stops_the_playground_and_leaves_nothing_behind(tmp_path, number):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DISCORD_", "DATABASE_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "playground", "--no-browser", "--port", "0",
        cwd=ROOT, env=environment | {"TMPDIR": str(tmp_path)}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(60):
            while not list(tmp_path.glob("cohort-playground-*/playground.db")):  # noqa: ASYNC110  another process makes it
                await asyncio.sleep(0.05)
        process.send_signal(number)
        async with asyncio.timeout(30):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()

    assert (process.returncode, said.decode().splitlines()[-1]) == (0, "Stopped. Nothing was saved.")
    assert "Traceback" not in said.decode()
    assert list(tmp_path.iterdir()) == []
