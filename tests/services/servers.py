"""Servers with a daily, without Discord: what the ticks do, up to the message."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from bot.services import Services
from bot.services.dailies import Post
from bot.services.schedules import Plan
from bot.storage.guilds import Feedback
from bot.study.schedules import Schedule

CHANNEL = 77


async def schedule(services: Services, guild_id: int, rule: Schedule, *, at: datetime) -> None:
    await services.schedules.set(guild_id, Plan(CHANNEL, None, rule, ()), by=99, rng=Random(1), at=at)


async def tick(services: Services, at: datetime) -> list[Post]:
    """Close, claim and post what is due."""
    for closed in await services.dailies.close_due(at):
        await services.dailies.note_closed(closed.daily.id)
    posts = [outcome for outcome in await services.dailies.claim_due(at) if isinstance(outcome, Post)]
    for post in posts:
        await services.dailies.note_posted(post.daily, CHANNEL, post.daily.id + 1000, at=at)
    return posts


async def a_daily(services: Services, guild_id: int, *, at: datetime, feedback: Feedback = Feedback.AT_ONCE) -> Post:
    """A server whose daily is posted at `at`, in UTC, for the first time."""
    rule = Schedule(at.time(), "UTC")
    await schedule(services, guild_id, rule, at=at - timedelta(minutes=1))
    await services.schedules.set_feedback(guild_id, feedback, at=at)
    [post] = await tick(services, at)
    return post
