"""The page around the playground: its look, who may request it, and the way to direct messages."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession

from bot.frame.page import CAPABILITY, CHANGES, framed


@pytest.fixture
async def page(world):
    """Open a frame and a browser's session."""
    async with framed(world.env, world.channel, [world.mia, world.ana], 0) as frame, ClientSession() as session:
        yield frame, session


def origin(frame):
    return frame.url.partition("/#")[0]


def admitted(frame):
    return {CAPABILITY: frame.url.partition("#")[2]}


@asynccontextmanager
async def asked(page, path, **options):
    frame, session = page
    method = session.post if "json" in options else session.get
    async with method(f"{origin(frame)}{path}", **options) as reply:
        yield reply


async def move(page, place, viewer):
    async with asked(page, "/frame/place", json={"place": place, "viewer": viewer}, headers=admitted(page[0])) as reply:
        return await reply.json()


async def state(page):
    async with asked(page, "/frame/state", headers=admitted(page[0])) as reply:
        return await reply.json()


async def opened(page):
    """Return what the page shows after it has loaded: the channel's name, and the viewer."""
    frame, session = page
    async with session.post(f"{origin(frame)}/api/pages", json={}, headers=admitted(frame)) as reply:
        return await reply.json()


async def test_the_page_has_our_name_and_side_and_hides_the_tools(page):
    async with asked(page, "/") as reply:
        text = await reply.text()
    async with asked(page, "/frame/frame.css") as reply:
        style = await reply.text()

    assert "<title>Cohort playground</title>" in text
    assert all(new in text for _, new in CHANGES)
    assert "What to try" in text
    for tool in ("refresh", "capture-open", "inspector-toggle", "messages-sidebar"):
        assert f'id="{tool}"' in text
        assert re.search(rf"#{tool}\b[^{{]*{{ display: none", style)


async def test_everything_else_is_passed_through(page):
    async with asked(page, "/app.js") as reply:
        assert reply.content_type == "application/javascript"
        assert "simcordPreview" in await reply.text()


@pytest.mark.parametrize("path", ["/", "/app.js", "/frame/state"])
async def test_another_host_is_refused(page, path):
    async with asked(page, path, headers={"Host": "evil.example"}) as reply:
        assert reply.status == 403


async def test_without_the_capability_nothing_is_revealed_and_nobody_moves(page):
    async with asked(page, "/frame/state") as reply:
        assert reply.status == 401
    async with asked(page, "/frame/place", json={"place": "direct", "viewer": "ana"}) as reply:
        assert reply.status == 401
    async with asked(page, "/api/state", headers={CAPABILITY: "guessed"}) as reply:
        assert reply.status == 401


async def test_one_press_leads_to_direct_messages_and_one_back_to_the_channel(page, world):
    frame, _ = page
    first = frame.url

    moved = await move(page, "direct", "ana")
    there = await state(page)
    back = await move(page, "channel", "ana")

    assert frame.url.endswith(back["capability"])
    assert len({first.partition("#")[2], moved["capability"], back["capability"]}) == 3
    assert there["place"] == "direct"
    assert (await state(page))["place"] == "channel"
    assert world.channel.name in str(await opened(page))


async def test_direct_messages_count_until_they_have_been_looked_at(page, world):
    before = (await state(page))["direct"]
    user = await world.bot.fetch_user(world.ana.id)
    await user.send("Your question is waiting.")

    waiting = (await state(page))["direct"]
    await move(page, "direct", "ana")
    await state(page)
    await move(page, "channel", "ana")

    assert before == {"mia": 0, "ana": 0}
    assert waiting == {"mia": 0, "ana": 1}
    assert (await state(page))["direct"] == {"mia": 0, "ana": 0}
