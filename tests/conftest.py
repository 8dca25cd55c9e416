"""What the tests share: a migrated database each, the real packs, and a simulated Discord with the real bot in it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
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
from tests.postgres import MISSING, TEMPLATE, Cluster, programs

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent

ON_BOTH = ("storage/", "services/", "journeys/test_first_day.py")
"""What runs on SQLite and on PostgreSQL: all that speaks to the database, and one module of whole stories."""

_numbers = count(1)

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
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server, with a template as above."""
    if programs() is None:
        pytest.skip(MISSING)
    server = Cluster()
    try:
        server.start()
        server.sql(f"CREATE DATABASE {TEMPLATE}")
        asyncio.run(migrate(server.url(TEMPLATE)))
        yield server
    finally:
        server.remove()


async def migrate(url: str) -> None:
    db = Database(url)
    await db.migrate()
    await db.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_url" not in metafunc.fixturenames:
        return
    if metafunc.definition.get_closest_marker("postgres"):
        metafunc.parametrize("database_url", ["postgresql"], indirect=True)
    elif metafunc.definition.path.relative_to(TESTS).as_posix().startswith(ON_BOTH):
        on_postgres = pytest.param("postgresql", marks=pytest.mark.postgres)
        metafunc.parametrize("database_url", ["sqlite", on_postgres], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, made for this test."""
    if getattr(request, "param", "sqlite") == "sqlite":
        path = tmp_path / "cohort.db"
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    server: Cluster = request.getfixturevalue("cluster")
    name = f"test_{next(_numbers)}"
    server.sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield server.url(name)
    server.sql(f"DROP DATABASE {name} WITH (FORCE)")


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
