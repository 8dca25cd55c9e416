"""The morning rush: 10,000 servers whose question of the day is due in the same minute in which yesterday's closes, and
members who keep answering.

python -m benchmarks rush
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.bots import Which, resident_bytes, started
from benchmarks.community import PACK, up
from benchmarks.report import Goal, Report
from bot.bank.loader import load_library
from bot.clock import now
from bot.config import Settings
from bot.services import Services
from bot.services.dailies import DailyPost
from bot.services.each import each
from bot.services.schedules import SchedulePlan
from bot.storage.engine import Database
from bot.study.schedules import Schedule
from tests.discord_stub import BotProcess, DiscordStub, Guild, buttons, user_ids
from tests.discord_stub.load import Figures, Press, at_pace, to_press
from tests.discord_stub.payloads import EPOCH_MS
from tests.discord_stub.process import ROOT
from tests.reading import card_of
from tests.services.channel import put_up
from tests.zones import around_noon

SERVERS, QUICK_SERVERS = 10_000, 200
PER_SHARD = 2_500
ALLOWED = 50
"""Requests per second that Discord allows a bot; the stub rejects more."""
ANSWERS_PER_SECOND = 50
"""Presses per second during the rush, and afterwards for comparison."""
USUAL_SECONDS = 60.0
TIME_TO_START = timedelta(minutes=2)
PACE, P99, MEMORY = 0.95, 1.5, 1.3
PATIENCE = 3
"""How long to wait for the posts, as a multiple of the time they should take."""


@dataclass(frozen=True)
class Rush:
    """The figures of a rush. `posted`: for each post, the seconds after the minute. `closed`: the seconds until all of
    yesterday's posts showed their answers; None if that took too long. `before` and `peak`: memory in bytes before the
    minute, and its maximum after it."""

    posted: Sequence[float]
    doubled: int
    missing: int
    closed: float | None
    limits_met: int
    before: int
    peak: int
    meanwhile: Figures
    usual: Figures


async def schedule_all(database: Path, stub: DiscordStub, due: datetime) -> None:
    """Schedule every server's daily for this minute, with yesterday's daily open until then."""
    db = Database(f"sqlite+aiosqlite:///{database}")
    try:
        await db.migrate()
        services = Services.over(db, load_library(ROOT / "content"), PACK)
        zone = around_noon(due)
        schedule = Schedule(due.astimezone(ZoneInfo(zone)).time(), zone)
        rng, yesterday = Random(3), due - timedelta(days=1)

        async def set_one(guild_id: int) -> None:
            guild = stub.world.guilds[guild_id]
            plan = SchedulePlan(guild.channels[0], None, schedule, ())
            before = yesterday - timedelta(minutes=1)
            await services.schedules.set(guild.id, plan, by=guild.owner_id, rng=rng, at=before)

        await each(list(stub.world.guilds), set_one)
        while claimed := await services.dailies.claim_due(yesterday):
            for post in claimed:
                assert isinstance(post, DailyPost), f"not a post: {post}"
                await put_up(services, post, up(stub, post), at=yesterday)
    finally:
        await db.close()


def posted_at(stub: DiscordStub, guild: Guild, due: datetime) -> list[float]:
    """Return the timestamps at which today's posts reached Discord, according to their ids."""
    times = (((int(post["id"]) >> 22) + EPOCH_MS) / 1000 for post in stub.posts(guild))
    return [at for at in times if at >= due.timestamp()]


def presses(stub: DiscordStub, rng: Random, due: datetime) -> Iterator[Press]:
    """Yield presses, each by a new member, on posts of today that are up and can be answered with one press."""
    guilds = stub.guilds
    for user_id in user_ids(1_000_000):
        while True:
            guild = rng.choice(guilds)
            posts = stub.posts(guild)
            if posted_at(stub, guild, due) and "B" in buttons(posts[-1]):
                yield to_press(posts[-1], rng.choice("ABCD"), user_id)
                break


@asynccontextmanager
async def _memory_of(bot: BotProcess) -> AsyncIterator[list[int]]:
    """Record the process's memory in bytes, twice a second, while the context is open."""
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
    due = (now() + TIME_TO_START + timedelta(minutes=servers / 5_000)).replace(second=0, microsecond=0)
    pace = Settings().posts_per_second
    async with DiscordStub(guilds=servers, requests_per_second=ALLOWED) as stub:
        stub.rest.shards = max(1, servers // PER_SHARD)
        await schedule_all(folder / "cohort.db", stub, due)
        async with started(Which.COHORT, folder, stub) as bot:
            assert now() < due, "the bot was not ready in time: give it longer"
            await asyncio.sleep((due - now()).total_seconds() - 1)
            async with _memory_of(bot) as held:
                within = servers / pace * PATIENCE + 60
                await _until(lambda: _messages(stub) >= servers + servers // 20, within)
                load = presses(stub, Random(4), due)
                most_of_it = servers * 0.9 / pace
                meanwhile = await at_pace(stub, load, per_second=ANSWERS_PER_SECOND, seconds=most_of_it)
                await _until(lambda: _messages(stub) >= 2 * servers, within)
                closed = await _until(lambda: all(map(_is_closed, yesterdays(stub))), within)
                closed_after = (now() - due).total_seconds() if closed else None
            await asyncio.sleep(15)  # let the posts show their last counts
            usual = await at_pace(stub, load, per_second=ANSWERS_PER_SECOND, seconds=usual_seconds)
        times = [posted_at(stub, guild, due) for guild in stub.guilds]
        return Rush(
            posted=sorted(at - due.timestamp() for posts in times for at in posts),
            doubled=sum(len(posts) > 1 for posts in times),
            missing=sum(not posts for posts in times),
            closed=closed_after,
            limits_met=stub.rest.limits_met,
            before=held[0],
            peak=max(held),
            meanwhile=meanwhile,
            usual=usual,
        )


def yesterdays(stub: DiscordStub) -> Iterator[dict[str, Any]]:
    for guild in stub.guilds:
        yield stub.posts(guild)[0]


def _is_closed(post: dict[str, Any]) -> bool:
    return card_of(post).above.endswith("closed")


def _messages(stub: DiscordStub) -> int:
    return sum(map(len, stub.world.messages.values()))


async def _until(look: Callable[[], bool], within: float) -> bool:
    """Wait at most `within` seconds for a condition; return whether it became true."""
    deadline = time.monotonic() + within
    while not (found := look()) and time.monotonic() < deadline:  # noqa: ASYNC110  polls rarely, to spare the stub
        await asyncio.sleep(0.5)
    return found


def main(folder: Path, *, quick: bool = False) -> Sequence[Report]:
    servers = QUICK_SERVERS if quick else SERVERS
    rush = asyncio.run(measure(folder, servers, 5.0 if quick else USUAL_SECONDS))
    pace = Settings().posts_per_second
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
                ("seconds until the last post", f"{rush.posted[-1]:.0f}"),
                (
                    "seconds until yesterday's last answer was posted",
                    "never" if rush.closed is None else f"{rush.closed:.0f}",
                ),
                ("answers per second meanwhile", f"{rush.meanwhile.per_second:.0f}"),
                ("p99 of an answer meanwhile, ms", f"{p99[0] * 1000:.1f}"),
                ("p99 of an answer afterwards, ms", f"{p99[1] * 1000:.1f}"),
                ("memory before, MiB", f"{rush.before / 2**20:,.0f}"),
                ("peak memory, MiB", f"{rush.peak / 2**20:,.0f}"),
            ],
            goals=[
                Goal("posts, as a share of the pace", per_second / pace, PACE, at_least=True),
                Goal("429 met", rush.limits_met, 0, digits=0),
                Goal("servers without a post", rush.missing, 0, digits=0),
                Goal("servers with more than one", rush.doubled, 0, digits=0),
                Goal("p99 meanwhile, relative to the usual", p99[0] / p99[1], P99),
                Goal("peak memory, relative to before", rush.peak / rush.before, MEMORY),
            ],
        )
    ]
