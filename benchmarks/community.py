"""A community for the benchmarks: many servers, each with an open question of the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import bot.app  # noqa: F401  importing it registers every button
from bot.bank.loader import load_library
from bot.clock import now
from bot.cogs.dailies import messages
from bot.cogs.ui.layout import layout
from bot.services import Services
from bot.services.dailies import DailyPost
from bot.services.schedules import SchedulePlan
from bot.storage.engine import Database
from bot.study.members import Member
from bot.study.questions import Kind
from bot.study.schedules import Schedule
from tests.components import V2
from tests.discord_stub import DiscordStub, user_ids
from tests.discord_stub.load import Press, to_press
from tests.discord_stub.process import ROOT
from tests.services.channel import put_up
from tests.zones import around_noon

PACK = "aws-mla-c01"
UP_FOR = timedelta(hours=2)
"""How long the dailies have been up. The next ones are due tomorrow, after the benchmark."""


async def prepare(url: str, stub: DiscordStub, rng: Random) -> list[dict[str, Any]]:
    """Fill a database with every server's schedule and open daily; return the posts whose buttons are pressed."""
    db = Database(url)
    try:
        await db.migrate()
        services = Services.over(db, load_library(ROOT / "content"), PACK)
        return await _post_dailies(services, stub, rng)
    finally:
        await db.close()


async def _post_dailies(services: Services, stub: DiscordStub, rng: Random) -> list[dict[str, Any]]:
    at = now()
    zone = around_noon(at)
    due = at - UP_FOR
    for guild in stub.guilds:
        plan = SchedulePlan(guild.channels[0], None, Schedule(due.astimezone(ZoneInfo(zone)).time(), zone), ())
        await services.schedules.set(guild.id, plan, by=guild.owner_id, rng=rng, at=due - timedelta(minutes=1))
    posts = []
    first_answer = Member(0, user_ids(1)[0] - 1, "the first of all")
    claimed_at = due + timedelta(minutes=1)
    while claimed := await services.dailies.claim_due(claimed_at):
        for post in claimed:
            assert isinstance(post, DailyPost), f"not a post: {post}"
            created = stub.world.message(post.daily.channel_id, up(stub, post))
            await put_up(services, post, int(created["id"]), at=claimed_at)
            if post.question.kind is Kind.CHOICE:
                posts.append(created)
                # The first answer in a server starts its season, which must not be measured.
                member = replace(first_answer, guild_id=post.daily.guild_id)
                await services.answers.submit(post.daily.id, member, "A", at=at)
    await services.seasons.close_due(at)
    return posts


def up(stub: DiscordStub, post: DailyPost) -> int:
    """Add a post to its channel as if it had been sent; return its message id."""
    message = messages.post(post)
    sent = {"flags": V2, "components": layout(message).to_components()}
    return int(stub.world.create_message(post.daily.channel_id, sent)["id"])


def presses(posts: list[dict[str, Any]], members: int, rng: Random) -> Iterator[Press]:
    """Yield presses of random members on random posts, never the same pair twice, so that every press is a new
    answer."""
    users = user_ids(members)
    seen: set[tuple[int, int]] = set()
    while True:
        place, user_id = rng.randrange(len(posts)), rng.choice(users)
        if (place, user_id) not in seen:
            seen.add((place, user_id))
            yield to_press(posts[place], rng.choice("ABCD"), user_id)
