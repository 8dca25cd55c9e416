"""What the tests share: a migrated database each, the real packs, and a simulated Discord with the real bot in it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.app import Cohort, build
from bot.bank.loader import load_library
from bot.cogs.ui.errors import cause, sentence
from bot.config import Settings
from bot.services import Services
from bot.storage.engine import Database
from bot.study.questions import Pack

ROOT = Path(__file__).resolve().parents[1]

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""When most stories begin: an ordinary Monday morning."""


@pytest.fixture(scope="session")
def packs() -> Mapping[str, Pack]:
    return load_library(ROOT / "content")


@pytest.fixture(scope="session")
def pack(packs: Mapping[str, Pack]) -> Pack:
    return packs["aws-mla-c01"]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at the newest version, to be copied: migrating once is enough."""
    path = tmp_path_factory.mktemp("database") / "template.db"

    async def migrate() -> None:
        db = Database(f"sqlite+aiosqlite:///{path}")
        await db.migrate()
        await db.close()

    asyncio.run(migrate())
    return path


@pytest.fixture
def database_url(migrated_file: Path, tmp_path: Path) -> str:
    path = tmp_path / "cohort.db"
    shutil.copyfile(migrated_file, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(_env_file=None, database_url=database_url, content_dir=ROOT / "content")


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def services(db: Database, packs: Mapping[str, Pack]) -> Services:
    return Services.over(db, packs, "aws-mla-c01")


@dataclass
class World:
    """A server on the simulated Discord, with a manager (mia) and two members (ana, ben)."""

    env: Any
    bot: Cohort
    db: Database
    guild: Any
    channel: Any
    mia: Any
    ana: Any
    ben: Any
    packs: Mapping[str, Pack]
    settings: Settings

    @property
    def now(self) -> datetime:
        return self.env.now()

    async def tick(self) -> None:
        """What the scheduler would do now."""
        await self.bot.poster.post_due(self.now)
        await self.bot.poster.refresh_counts()
        await self.bot.announcer.tick(self.now)
        await self.bot.role_giver.tick(self.now)
        await self.env.settle()

    async def pass_time(self, **duration: float) -> None:
        """Move the clock, and let the ticks do what has come due."""
        self.env.backend.advance_clock(timedelta(**duration).total_seconds())
        await self.tick()

    async def restart(self) -> None:
        """The process ends and another begins, over the same database and the same Discord."""
        self.bot = build(self.db, self.packs, self.settings, shard_count=1)
        await self.env.restart_bot(self.bot)
        await self.bot.poster.recover(self.now)
        await self.bot.announcer.recover(self.now)

    async def schedule_daily(self, **options: Any) -> Any:
        """The manager sets a daily for 09:00 UTC; it is 08:00 when the story begins."""
        options = {"channel": self.channel, "time": "09:00", "timezone": "UTC", **options}
        return await self.mia.slash(self.channel, "daily schedule", **options)

    async def post_daily(self) -> discord.Message:
        """Today's daily is up: the message in the channel."""
        await self.schedule_daily()
        await self.pass_time(hours=1)
        return self.channel.last_message

    def question_of(self, message: discord.Message) -> Any:
        """The question that a daily's post shows."""
        stem = (message.embeds[0].description or "").replace("\\", "")
        found = [q for q in self.packs["aws-mla-c01"].questions.values() if q.stem in stem]
        assert len(found) == 1, f"{len(found)} questions are in: {stem}"
        return found[0]


@pytest.fixture
async def world(db: Database, packs: Mapping[str, Pack], settings: Settings) -> AsyncIterator[World]:
    bot = build(db, packs, settings, shard_count=1)
    env = simcord.Env(bot, settle_timeout=30.0)
    await env.start()
    try:
        env.backend.advance_clock((MONDAY - env.now()).total_seconds())
        guild = env.create_guild("Study group")
        channel = guild.create_text_channel("question-of-the-day")
        managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        mia, ana, ben = (
            guild.add_member(env.create_user(name), roles=[managers] if name == "mia" else [])
            for name in ("mia", "ana", "ben")
        )
        await env.settle()
        yield World(env, bot, db, guild, channel, mia, ana, ben, packs, settings)
    finally:
        await env.shutdown()
    unforeseen = [error for error in env.errors if sentence(cause(error)) is None]
    if unforeseen:
        raise BaseExceptionGroup("the bot raised what nobody foresaw", unforeseen)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[Any]:
    """The library's own clock helpers read the simulated time in a test that has a world."""
    worlds = [value for value in getattr(item, "funcargs", {}).values() if isinstance(value, World)]
    with worlds[0].env.time_context() if worlds else nullcontext():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[Any]:
    """A failing journey shows every event and request, in order."""
    report = yield
    if report.when == "call" and report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, World):
                report.sections.append(("what the bot did", value.env.transcript()))
    return report
