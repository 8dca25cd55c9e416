"""Several real processes on one PostgreSQL, each with some of the shards, connected to one Discord on loopback."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select, update

from bot.services import Services
from bot.services.schedules import SchedulePlan
from bot.shards import Shards
from bot.storage.engine import Database
from bot.storage.tables import DIRTY, dailies, posts
from bot.study.questions import Pack
from bot.study.schedules import Schedule
from tests.discord_stub import BotProcess, DiscordStub, Guild
from tests.zones import around_noon

SHARDS = 6
SERVERS = 120
POSTS_PER_SECOND = 18
"""Slow enough that the rush lasts several seconds, so that a test can kill a process in the middle of it and start
another."""
START_WITHIN = 60.0
PATIENCE = 30.0
"""Seconds that this Discord waits for a response: more than the real one, because the machine is busy starting
processes."""


@dataclass
class Fleet:
    """The processes of one bot, and what they share. To test a feature whose work is claimed by shard, create rows
    through `services`, start processes, kill some, and check `stub` and `db`."""

    stub: DiscordStub
    db: Database
    services: Services
    folder: Path
    sessions: int = 0
    """How many sessions must be connected, over all processes."""
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _started: Counter[str] = field(default_factory=Counter)

    async def start(self, shard_ids: str, *, posts_per_second: float = POSTS_PER_SECOND) -> BotProcess:
        """Start another process. `ready` waits for it."""
        self._started[shard_ids] += 1
        process = BotProcess(
            self.folder / f"shards-{shard_ids}-{self._started[shard_ids]}",
            self.stub,
            DATABASE_URL=self.db.url,
            SHARD_COUNT=SHARDS,
            SHARD_IDS=shard_ids,
            DISCORD_POSTS_PER_SECOND=posts_per_second,
        )
        await self._stack.enter_async_context(process)
        await process.start()
        self.sessions += len(self.shards(shard_ids).ids)
        return process

    async def ready(self) -> None:
        """Wait until every started process, except those that were given up, is connected with all its shards."""
        await self.stub.connected(START_WITHIN, sessions=self.sessions)

    def given_up(self, shard_ids: str) -> None:
        """Stop waiting for a process that has ended or is about to end."""
        self.sessions -= len(self.shards(shard_ids).ids)

    @staticmethod
    def shards(shard_ids: str) -> Shards:
        return Shards.parse(SHARDS, shard_ids)

    def guilds_of(self, shard_ids: str) -> list[Guild]:
        return [guild for guild in self.stub.guilds if guild.id in self.shards(shard_ids)]

    async def schedule(self, guilds: Sequence[Guild], due: datetime, *, apart: timedelta = timedelta(0)) -> None:
        """Schedule the dailies of these servers: the first for `due`, and each following one `apart` later."""
        zone = around_noon(due)

        async def set_one(guild: Guild, at: datetime) -> None:
            plan = SchedulePlan(guild.channels[0], None, Schedule(at.astimezone(ZoneInfo(zone)).time(), zone), ())
            before = at - timedelta(minutes=1)
            await self.services.schedules.set(guild.id, plan, by=guild.owner_id, rng=Random(guild.id), at=before)

        await asyncio.gather(*(set_one(guild, due + place * apart) for place, guild in enumerate(guilds)))

    async def let_pass(self, time_gone: timedelta, shard_ids: str) -> None:
        """Move the times of unfinished posts on these shards into the past, as if a dead process had leased them
        earlier."""
        theirs = [guild.id for guild in self.guilds_of(shard_ids)]

        def work(tx: Connection) -> None:
            for row in tx.execute(select(posts).where(DIRTY, posts.c.guild_id.in_(theirs))).all():
                times = ("due_at", "next_try_at", "lease_until", "first_tried_at")
                earlier = {name: getattr(row, name) - time_gone for name in times if getattr(row, name) is not None}
                tx.execute(update(posts).where(posts.c.id == row.id).values(earlier))

        await self.db.write(work)

    async def states(self) -> Counter[str]:
        """Return the number of dailies in each state."""
        return Counter(await self.db.read(lambda tx: list(tx.execute(select(dailies.c.state)).scalars())))

    def posted(self, guilds: list[Guild]) -> int:
        return sum(len(self.stub.posts(guild)) for guild in guilds)

    async def until(self, look: Callable[[], Awaitable[bool]], what: str, within: float = 40.0) -> None:
        deadline = time.monotonic() + within
        while not await look():
            assert time.monotonic() < deadline, f"after {within} s {what}; it is {await self.states()}\n{self.said()}"
            await asyncio.sleep(0.05)

    def said(self) -> str:
        """Return the end of each process's log."""
        logs = sorted(self.folder.glob("shards-*/bot.log"))
        return "\n".join(f"--- {log.parent.name}\n{log.read_text(encoding='utf-8')[-2000:]}" for log in logs)


@pytest.fixture
async def fleet(db: Database, packs: Mapping[str, Pack], tmp_path: Path) -> AsyncIterator[Fleet]:
    async with DiscordStub(guilds=SERVERS, requests_per_second=50) as stub:
        stub.world.patience = PATIENCE
        fleet = Fleet(stub, db, Services.over(db, packs, "aws-mla-c01"), tmp_path)
        async with fleet._stack:
            yield fleet
        assert not stub.rest.unknown, "the stub answers everything that the bot asks"
