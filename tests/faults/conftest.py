"""Fixtures that run the bot in this process, on real sockets, connected to a Discord stub that can be made to fail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from sqlalchemy import Connection, select

from bot.app import Cohort, build
from bot.cli.lifecycle import serve
from bot.clock import now
from bot.config import Settings
from bot.services import Services
from bot.services.schedules import SchedulePlan
from bot.storage import dailies
from bot.storage.engine import Database
from bot.storage.tables import attempts
from bot.study.dailies import DailyState
from bot.study.questions import Kind, Pack
from bot.study.schedules import Schedule
from tests.discord_stub import DiscordStub, Guild, user_ids
from tests.zones import around_noon

ANA, BEN = user_ids(2)
SOON = 45.0
"""Seconds that a test waits for something that must happen: far longer than it takes."""


@dataclass
class Live:
    """A running bot with its Discord. `guild` is the server that most tests are about."""

    stub: DiscordStub
    bot: Cohort
    db: Database

    @property
    def services(self) -> Services:
        return self.bot.services

    @property
    def guild(self) -> Guild:
        return self.stub.guilds[0]

    async def schedule(self, guild: Guild, *, seconds: float = 0.05) -> None:
        """Schedule a server's daily for `seconds` from now; a negative number means in the past."""
        at = now()
        zone = around_noon(at)
        due = at + timedelta(seconds=seconds)
        rule = Schedule(due.astimezone(ZoneInfo(zone)).time(), zone)
        plan = SchedulePlan(guild.channels[0], None, rule, ())
        set_at = min(at, due - timedelta(seconds=1))
        await self.services.schedules.set(guild.id, plan, by=guild.owner_id, rng=Random(7), at=set_at)

    async def daily(self, guild: Guild | None = None) -> dict[str, Any]:
        """Post a daily that is answered with a letter; return its message."""
        guild = guild or self.guild
        await self.schedule(guild, seconds=-1)
        await self.bot.poster.post_due(now())
        await self.bot.poster.finished()
        return await self.post_of(guild)

    async def post_of(self, guild: Guild, within: float = SOON) -> dict[str, Any]:
        """Wait until a server's daily is posted and recorded as posted; return its message."""
        await self.until(lambda: self.state_of(guild), DailyState.POSTED, within)
        return self.stub.posts(guild)[-1]

    async def state_of(self, guild: Guild) -> DailyState | None:
        def work(tx: Connection) -> DailyState | None:
            daily = dailies.latest(tx, (guild.id, 1))
            return daily.state if daily else None

        return await self.db.read(work)

    async def recorded(self, user_id: int) -> list[Any]:
        """Return a member's attempts."""
        return list(
            await self.db.read(lambda tx: tx.execute(select(attempts).where(attempts.c.user_id == user_id)).all())
        )

    async def until(self, look: Callable[[], Any], wanted: Any, within: float = SOON) -> None:
        deadline = time.monotonic() + within
        while (found := await look()) != wanted:
            assert time.monotonic() < deadline, f"after {within} s it is {found}, not {wanted}"
            await asyncio.sleep(0.02)


@pytest.fixture(autouse=True)
def address() -> Any:
    """Restore the address of Discord, which discord.py keeps for the whole process."""
    kept = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = kept


@pytest.fixture(scope="session")
def letters_only(packs: Mapping[str, Pack]) -> Mapping[str, Pack]:
    """Return the packs with only the questions that are answered with one letter."""
    return {
        name: replace(pack, questions={id: q for id, q in pack.questions.items() if q.kind is Kind.CHOICE})
        for name, pack in packs.items()
    }


@pytest.fixture
async def live(
    db: Database, letters_only: Mapping[str, Pack], database_url: str, tmp_path: Path
) -> AsyncIterator[Live]:
    async with DiscordStub(guilds=3) as stub:
        settings = Settings(
            database_url=database_url,
            discord_api_url=stub.url,
            health_port=0,
            backups_kept=0,
        )
        stub.world.patience = SOON  # these tests do not measure how fast the bot answers
        bot = build(db, letters_only, settings)
        stop = asyncio.Event()
        serving = asyncio.create_task(serve(bot, stub.token, stop))
        try:
            await stub.connected()
            yield Live(stub, bot, db)
        finally:
            stop.set()
            stub.rest.release()
            await serving
        assert not stub.rest.unknown, "the stub answers everything that the bot asks"


@pytest.fixture
async def other(live: Live, letters_only: Mapping[str, Pack], database_url: str) -> AsyncIterator[Live]:
    """Run the successor in a rolling restart: another bot with the same shards and its own connections."""
    db = Database(database_url)
    bot = build(db, letters_only, live.bot.settings)
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(bot, live.stub.token, stop))
    try:
        await live.stub.connected(sessions=2)
        yield Live(live.stub, bot, db)
    finally:
        stop.set()
        live.stub.rest.release()
        await serving
        await db.close()
