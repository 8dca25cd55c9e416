"""From a button in Discord to the page in a browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.cogs.ui.menus import key_of
from bot.cogs.web.custom_ids import WebPageId
from bot.services.web_links import WebLinks
from bot.study.links import LIFETIME, Page
from bot.web.serving import application
from bot.web.site import Site
from tests.conftest import World
from tests.journeys.sittings import QUESTIONS, Sitting, id_of
from tests.journeys.sittings import labels as labels_of
from tests.journeys.student import answer_all, labels
from tests.reading import card_of

URL = "https://study.example.org"


@pytest.fixture
def settings(settings):
    return replace(settings, web_url=URL)


@pytest.fixture
async def browser(world: World) -> AsyncIterator[TestClient]:
    names = {world.guild.id: "Study group"}
    site = Site(world.bot.services, URL, lambda: world.now, names.get)
    async with TestClient(TestServer(application(site))) as client:
        yield client


async def opened(browser, reply) -> tuple[int, str]:
    """Open the link in a private reply; return the status and the page."""
    assert reply.ephemeral
    [address] = re.findall(rf"{URL}(\S+?)\)", card_of(reply.response).text)
    async with browser.get(address) as response:
        return response.status, await response.text()


async def test_a_member_opens_their_progress_as_a_page_for_a_quarter_of_an_hour(world, browser):
    await answer_all(world, world.ana, await world.ana.slash(world.channel, "quiz", questions=3))
    progress = await world.ana.slash(world.channel, "progress")

    reply = await world.ana.click(progress.response, label="Open as a page")

    status, page = await opened(browser, reply)
    assert status == 200
    assert "3 of " in page
    assert "you do not need to log in" in world.read(reply)
    world.env.backend.advance_clock(LIFETIME.total_seconds())
    assert (await opened(browser, reply))[0] == 410


async def test_an_erased_member_has_no_page_until_they_ask_for_one_again(world, browser):
    reply = await world.ana.click((await world.ana.slash(world.channel, "progress")).response, label="Open as a page")
    await world.bot.services.privacy.erase(world.ana.id, at=world.now)

    assert (await opened(browser, reply))[0] == 410
    again = await world.ana.click((await world.ana.slash(world.channel, "progress")).response, label="Open as a page")
    assert (await opened(browser, again))[0] == 200


async def test_only_managers_get_the_sections_by_member(world, browser):
    await answer_all(world, world.ana, await world.ana.slash(world.channel, "quiz", questions=3))
    assert "Sections by member" not in labels(await world.ana.slash(world.channel, "progress"))

    forged = await world.press(world.ana, str(WebPageId(Page.HEAT_MAP, 0)))
    assert URL not in world.read(forged)

    reply = await world.mia.click(
        (await world.mia.slash(world.channel, "progress")).response, label="Sections by member"
    )
    status, page = await opened(browser, reply)
    assert status == 200
    assert "Sections by member: <bdi>Study group</bdi>" in page
    assert "<bdi>ana</bdi>" in page


async def test_the_review_of_a_mock_exam_opens_as_a_page(world, browser):
    sitting = Sitting(world, world.ana)
    await sitting.begin()
    await sitting.submit()
    result = labels_of(sitting.message)
    exam_id = int(id_of(sitting.message, "Open as a page").rpartition(":")[2])

    reply = await world.ana.click(sitting.message, label="Open as a page")
    stolen = await world.press(world.ben, str(WebPageId(Page.EXAM, exam_id)))

    assert "Open as a page" in result
    status, page = await opened(browser, reply)
    assert status == 200
    assert page.count("<details") == QUESTIONS
    assert (await opened(browser, stolen))[0] == 410


async def test_leaderboards_are_web_pages_once_a_manager_allows_it(world, browser):
    await answer_all(world, world.ana, await world.ana.slash(world.channel, "quiz", questions=3))
    path = f"/boards/{world.guild.id}"
    async with browser.get(path) as response:
        assert response.status == 404
    before = await world.mia.slash(world.channel, "settings")
    assert "The leaderboards are not public." in world.read(before)

    shown = await world.mia.slash(world.channel, "settings", public_leaderboards="on")

    assert f"<{URL}{path}>" in world.read(shown)
    async with browser.get(path) as response:
        assert "<bdi>ana</bdi>" in await response.text()
    await world.ana.slash(world.channel, "privacy hide", hidden=True)
    async with browser.get(path) as response:
        assert "<bdi>ana</bdi>" not in await response.text()

    await world.pick(world.mia, "v1:setting:public-boards", str(key_of("off")))
    async with browser.get(path) as response:
        assert response.status == 404


async def test_without_web_pages_nothing_offers_one(world, browser):
    await world.mia.slash(world.channel, "settings", public_leaderboards="on")
    without = replace(world.bot.services, web_links=WebLinks(world.db, None))
    world.bot.services = without
    for cog in world.bot.cogs.values():
        if hasattr(cog, "services"):
            cog.services = without

    assert "Open as a page" not in labels(await world.mia.slash(world.channel, "progress"))
    assert "turned the web pages off" in world.read(await world.mia.slash(world.channel, "settings"))
    old = await world.press(world.ana, str(WebPageId(Page.PROGRESS, 0)))
    assert "The web pages are turned off" in world.read(old)


async def test_a_board_says_that_the_last_season_is_still_being_counted(world, browser):
    await world.mia.slash(world.channel, "settings", feedback="at-close", public_leaderboards="on")
    await world.schedule_daily()
    await answer_all(world, world.ben, await world.ben.slash(world.channel, "quiz", questions=1))
    await world.pass_time(days=7, hours=1)
    await world.answer(world.ana, world.posts()[-1])
    await world.pass_time(hours=16)

    async with browser.get(f"/boards/{world.guild.id}") as response:
        waiting = await response.text()
    await world.pass_time(hours=9)
    async with browser.get(f"/boards/{world.guild.id}") as response:
        final = await response.text()

    assert "The season November 2026 is over, but some of its answers have not been counted yet." in waiting
    assert "not been counted yet" not in final
