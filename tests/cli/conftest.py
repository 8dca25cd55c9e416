"""Fixtures that run commands in this process, or the bot as a separate process that has posted a question."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.__main__ import main
from bot.clock import now
from bot.services import Services
from bot.services.schedules import SchedulePlan
from bot.storage.engine import Database
from bot.study.questions import Pack
from bot.study.schedules import Schedule
from tests.discord_stub import BotProcess, DiscordStub, Nursery, buttons
from tests.zones import around_noon

SERVERS = 8
"""The number of servers: enough that a letter answers at least one of their questions."""


@pytest.fixture
def restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Restore logging and Discord's address, which a command that runs the bot sets for the whole process."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    loggers = [logging.getLogger(name) for name in (None, "bot", "apscheduler", "alembic", "discord")]
    before = [(logger, list(logger.handlers), logger.level) for logger in loggers]
    umask = os.umask(0o022)  # the default umask of most machines
    yield
    os.umask(umask)
    for logger, handlers, level in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], restored: None
) -> Callable[..., tuple[int, str]]:
    """Return a function that runs a command in this process, and returns its exit code and its output."""

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["bot", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), (said.out + said.err).strip()

    return run


@pytest.fixture
async def stub() -> AsyncIterator[DiscordStub]:
    async with DiscordStub(guilds=SERVERS) as stub:
        stub.world.patience = 30  # these tests do not measure how fast the bot answers
        yield stub
        stub.rest.release()


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """The nursery that starts most bots. A few tests start `python -m bot` directly, to check that both ways have the
    same result."""
    with Nursery() as nursery:
        yield nursery


@dataclass
class Running:
    stub: DiscordStub
    process: BotProcess
    post: dict[str, Any]
    """The post of a question of the day that is answered with a letter."""

    @property
    def path(self) -> Path:
        return self.process.folder / "cohort.db"


@pytest.fixture
async def bot(stub: DiscordStub, nursery: Nursery, tmp_path: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Running]:
    async with BotProcess(tmp_path, stub, nursery=nursery, COHORT_BACKUPS_KEPT=0) as process:
        await schedule_now(stub, process, packs)
        await process.start()
        await stub.connected()
        # Wait for every server's daily, because a later one would change the database while a test compares it.
        while not all(posts := [stub.posts(guild) for guild in stub.guilds]):
            assert process.running, process.said()
            await asyncio.sleep(0.02)
        yield Running(stub, process, next(post for post in chain.from_iterable(posts) if "A" in buttons(post)))


async def schedule_now(stub: DiscordStub, process: BotProcess, packs: Mapping[str, Pack]) -> None:
    """Schedule every server's daily for a moment ago."""
    db = Database(process.database_url)
    await db.migrate()
    services = Services.over(db, packs, "aws-mla-c01")
    due = now() - timedelta(seconds=1)
    zone = around_noon(due)
    rule = Schedule(due.astimezone(ZoneInfo(zone)).time(), zone)
    for guild in stub.guilds:
        plan = SchedulePlan(guild.channels[0], None, rule, ())
        set_at = due - timedelta(seconds=1)
        await services.schedules.set(guild.id, plan, by=guild.owner_id, rng=Random(guild.id), at=set_at)
    await db.close()
