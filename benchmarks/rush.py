"""The morning rush: 10,000 servers whose question of the day is due in the same minute, and members who answer meanwhile.

python -m benchmarks rush
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from benchmarks.bots import Which, resident_bytes, started
from benchmarks.community import PACK
from benchmarks.report import Goal, Report
from bot.bank.loader import load_library
from bot.config import Settings
from bot.jobs import now
from bot.services import Services
from bot.services.each import each
from bot.services.schedules import Plan
from bot.storage.engine import Database
from bot.study.schedules import Schedule
from tests.discord_stub import BotProcess, DiscordStub, buttons, user_ids
from tests.discord_stub.load import Figures, Press, at_pace, to_press
from tests.discord_stub.payloads import EPOCH_MS
from tests.discord_stub.process import ROOT
from tests.zones import around_noon

SERVERS, QUICK_SERVERS = 10_000, 200
PER_SHARD = 1_000
ALLOWED = 50
"""Requests that Discord takes of a bot in a second; the stub refuses the next."""
ANSWERS_PER_SECOND = 50
"""How many members press meanwhile, and afterwards for comparison."""
USUAL_SECONDS = 60.0
TIME_TO_START = timedelta(minutes=2)
PACE, P99, MEMORY = 0.95, 1.5, 1.3


@dataclass(frozen=True)
class Rush:
    """`posted`: seconds after the minute. Memory in bytes: before the minute, and the most that it was after."""

    posted: Sequence[float]
    limits_met: int
    before: int
    peak: int
    meanwhile: Figures
    usual: Figures


async def schedule_all(database: Path, stub: DiscordStub, due: datetime) -> None:
    """Every server's daily is due at that minute."""
    db = Database(f"sqlite+aiosqlite:///{database}")
    try:
        await db.migrate()
        services = Services.over(db, load_library(ROOT / "content"), PACK)
        zone = around_noon(due)
        schedule = Schedule(due.astimezone(ZoneInfo(zone)).time(), zone)
        rng, at = Random(3), now()

        async def set_one(guild_id: int) -> None:
            guild = stub.world.guilds[guild_id]
            plan = Plan(guild.channels[0], None, schedule, ())
            await services.schedules.set(guild.id, plan, by=guild.owner_id, rng=rng, at=at)

        await each(list(stub.world.guilds), set_one)
    finally:
        await db.close()


def posted_at(stub: DiscordStub) -> list[float]:
    """When each post came to Discord, by its id."""
    ids = (int(post["id"]) for guild in stub.guilds for post in stub.posts(guild))
    return sorted(((id >> 22) + EPOCH_MS) / 1000 for id in ids)


def presses(stub: DiscordStub, rng: Random) -> Iterator[Press]:
    """Each by somebody new, on a post that is up already and that one press answers."""
    guilds = stub.guilds
    for user_id in user_ids(1_000_000):
        while True:
            posts = stub.posts(rng.choice(guilds))
            if posts and "B" in buttons(posts[-1]):
                yield to_press(posts[-1], rng.choice("ABCD"), user_id)
                break


@asynccontextmanager
async def _memory_of(bot: BotProcess) -> AsyncIterator[list[int]]:
    """What the process holds, in bytes, twice a second until the end."""
    held = [resident_bytes(bot)]

    async def look() -> None:
        while True:
            await asyncio.sleep(0.5)
            held.append(resident_bytes(bot))

    watch = asyncio.create_task(look())
    try:
        yield held
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def measure(folder: Path, servers: int, usual_seconds: float) -> Rush:
    due = (now() + TIME_TO_START + timedelta(minutes=servers / 10_000)).replace(second=0, microsecond=0)
    pace = Settings(_env_file=None).posts_per_second
    async with DiscordStub(guilds=servers, requests_per_second=ALLOWED) as stub:
        stub.rest.shards = max(1, servers // PER_SHARD)
        await schedule_all(folder / "cohort.db", stub, due)
        async with started(Which.COHORT, folder, stub) as bot:
            assert now() < due, "the bot was not ready in time: give it longer"
            await asyncio.sleep((due - now()).total_seconds() - 1)
            async with _memory_of(bot) as held:
                await _until_posted(stub, servers // 20)
                load = presses(stub, Random(4))
                most_of_it = servers * 0.9 / pace
                meanwhile = await at_pace(stub, load, per_second=ANSWERS_PER_SECOND, seconds=most_of_it)
                await _until_posted(stub, servers)
            await asyncio.sleep(15)  # the last counts are shown
            usual = await at_pace(stub, load, per_second=ANSWERS_PER_SECOND, seconds=usual_seconds)
        posted = [at - due.timestamp() for at in posted_at(stub)]
        return Rush(posted, stub.rest.limits_met, held[0], max(held), meanwhile, usual)


async def _until_posted(stub: DiscordStub, wanted: int) -> None:
    while sum(map(len, stub.world.messages.values())) < wanted:  # noqa: ASYNC110  seldom, so as not to slow the stub
        await asyncio.sleep(0.5)


def main(folder: Path, *, quick: bool = False) -> Sequence[Report]:
    servers = QUICK_SERVERS if quick else SERVERS
    rush = asyncio.run(measure(folder, servers, 5.0 if quick else USUAL_SECONDS))
    pace = Settings(_env_file=None).posts_per_second
    per_second = (len(rush.posted) - 1) / (rush.posted[-1] - rush.posted[0])
    p99 = (rush.meanwhile.percentile(0.99), rush.usual.percentile(0.99))
    return [
        Report(
            name="rush",
            title=f"{servers:,} servers due in the same minute",
            columns=("figure", "value"),
            rows=[
                ("configured pace, posts a second", f"{pace:.0f}"),
                ("posts a second", f"{per_second:.1f}"),
                ("the last post came after, in seconds", f"{rush.posted[-1]:.0f}"),
                ("answers a second meanwhile", f"{rush.meanwhile.per_second:.0f}"),
                ("p99 of an answer meanwhile, ms", f"{p99[0] * 1000:.1f}"),
                ("p99 of an answer afterwards, ms", f"{p99[1] * 1000:.1f}"),
                ("memory before, MiB", f"{rush.before / 2**20:,.0f}"),
                ("memory at most, MiB", f"{rush.peak / 2**20:,.0f}"),
            ],
            goals=[
                Goal("posts, as a share of the pace", per_second / pace, PACE, at_least=True),
                Goal("429 met", rush.limits_met, 0, digits=0),
                Goal("servers without exactly one post", abs(len(rush.posted) - servers), 0, digits=0),
                Goal("p99 meanwhile, beside the usual", p99[0] / p99[1], P99),
                Goal("memory at most, beside before", rush.peak / rush.before, MEMORY),
            ],
        )
    ]
