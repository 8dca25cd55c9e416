"""Discord answers no request for a while: no tick waits for it, whatever it has begun, so no server waits for another's
channel."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import pytest
from simcord.http.client import FakeHTTPClient, FakeWebhookAdapter

from bot.study.questions import Kind
from tests.journeys.test_awards import answer, champion  # noqa: F401  a fixture
from tests.journeys.test_reminders import missed_one

SOON = 3.0
"""Seconds that are more than any tick takes, and much less than a request that waits for Discord."""


@dataclass
class Line:
    """The connection between the bot and Discord: while it is `shut`, requests wait."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: list[str] = field(default_factory=list)


@pytest.fixture
def line(monkeypatch):
    line = Line()
    line.open.set()
    for transport in (FakeHTTPClient, FakeWebhookAdapter):
        sent = transport.request

        async def request(self, route, *args, sent=sent, **kwargs):
            if not line.open.is_set():
                line.waiting.append(f"{route.method} {route.url}")
                await line.open.wait()
            return await sent(self, route, *args, **kwargs)

        monkeypatch.setattr(transport, "request", request)
    return line


async def all_kinds(world, champion):  # noqa: F811
    """Make something of every kind due: posts, closes, edits, roles, reminders and promises."""
    mia, ana, ben = world.mia, world.ana, world.ben
    posted = await world.daily_of(Kind.CHOICE)
    await missed_one(world, ben)
    await ben.slash(world.channel, "reminders on", time="09:00", timezone="UTC")
    await world.answer(ana, posted)
    await mia.slash(world.channel, "competition create", name="Autumn", start="now", end="3 days")
    duel = await ana.slash(world.channel, "duel", member=ben)
    await world.tick()
    (challenge,) = [m for m in world.channel.history() if "challenge" in world.read(m)]
    await ben.click(challenge, label="Accept")
    await mia.slash(world.channel, "award mastery", role=champion, section="all", questions=1)
    await answer(world, ana)
    await mia.slash(world.channel, "competition create", name="Winter", start="now", end="3 days")
    await mia.slash(world.channel, "live start")
    await ben.slash(world.channel, "duel", member=mia)
    return duel


async def test_no_tick_waits_for_discord(world, champion, line):  # noqa: F811
    await all_kinds(world, champion)
    world.env.backend.advance_clock(24 * 3600 + 60)
    line.open.clear()

    slow = {}
    for name, tick in world.bot.ticks().items():
        at = time.perf_counter()
        try:
            await asyncio.wait_for(tick(world.now), SOON)
        except TimeoutError:
            slow[name] = time.perf_counter() - at
    await asyncio.sleep(0.1)
    waiting, begun = list(line.waiting), {feature for feature, _ in world.bot.outgoing.tasks}
    line.open.set()
    await world.tick()

    assert slow == {}
    assert {"post", "award", "reminder"} <= begun
    here = f"/channels/{world.channel.id}/messages"
    assert any(request.startswith("POST") and request.endswith(here) for request in waiting), "a daily"
    assert any(request.startswith("PATCH") and here in request for request in waiting), "a close"


async def test_a_reply_that_discord_does_not_edit_does_not_delay_other_promises(world, line):
    first = await world.ana.slash(world.channel, "duel", member=world.ben)
    world.forbid(send_messages=False)
    await world.bot.reconciler.tick(world.now)
    await world.bot.outgoing.tasks.finished()
    line.open.clear()

    await asyncio.wait_for(world.bot.promises.tick(world.now), SOON)
    await asyncio.sleep(0.1)
    waiting = list(line.waiting)
    line.open.set()
    await world.bot.promises.tasks.finished()

    assert len(waiting) == 1
    assert "could not be posted" in world.read(first)
