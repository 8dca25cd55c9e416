"""The web pages in a real browser: on a phone and on a desk, by day and by night, with the keyboard, and judged by axe-core."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bot.storage.engine import Database
from bot.study.exams import Length
from bot.study.grading import describe
from bot.study.links import Page as Private
from bot.study.members import Member
from bot.study.questions import Pack
from tests.browser.chromium import NEEDED, browser
from tests.conftest import MONDAY
from tests.services.students import study
from tests.web.conftest import GUILD, Web, serve

AXE = Path(__file__).resolve().parents[1] / "peers" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = os.environ.get("WEB_SHOTS")
"""A folder in which to store pictures of every page for people to look at."""
SIZES = {"phone": (390, 844), "desk": (1280, 800)}
PACK = "aws-mla-c01"
HOSTILE = ("<b>Bobby</b> & co", "\u202eevil שלום", "W" * 64, "Ana")
AGO = timedelta(days=40)

pytestmark = [
    *NEEDED,
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci --prefix tests/peers"),
]


@pytest.fixture
async def web(db: Database, packs: Mapping[str, Pack]) -> AsyncIterator[Web]:
    """Serve the pages of a server whose members have studied for weeks, and whose leaderboards and pack are public."""
    public = {name: replace(pack, public=True) for name, pack in packs.items()}
    async for each in serve(db, public, PACK, url="http://localhost"):
        each.names[GUILD] = "Study group"
        await each.services.guilds.set_public_boards(GUILD, public=True, at=MONDAY)
        for number, name in enumerate(HOSTILE, start=7):
            member = Member(GUILD, number, name)
            for round in range(2 * (len(HOSTILE) + 6 - number) + 3):
                at = MONDAY - AGO + timedelta(days=4 * round, hours=number)
                await study(each.services, member, questions=4, right=(round + number) % 3 > 0, seed=round, at=at)
        yield each


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as started:
        yield started


async def exam(web: Web) -> int:
    """Submit a mock exam with right, wrong and missing answers; return its id."""
    member = Member(GUILD, 7, HOSTILE[0])
    turn = await web.services.exams.start(member, length=Length.SHORT, rng=Random(1), at=MONDAY)
    for entry in turn.paper.entries[:15]:
        question = entry.question
        right = entry.number % 2
        answer = question.correct if right else tuple(sorted(set(range(len(question.options))) - set(question.correct)))
        answer = answer[: len(question.correct)]
        if len(answer) == len(question.correct):
            text = describe(question, answer, entry.shown)
            await web.services.exams.answer(turn.paper.exam.id, entry.place, member, text, at=MONDAY)
    await web.services.exams.submit(turn.paper.exam.id, member, at=MONDAY + timedelta(minutes=31))
    return turn.paper.exam.id


async def paths(web: Web) -> dict[str, str]:
    """Return the path of each kind of page, by name."""
    pack = web.services.library.packs[0]
    question = next(question for question in pack.active if question.section == "1.1")
    return {
        "home": "/",
        "pack": f"/packs/{PACK}",
        "section": f"/packs/{PACK}/1.1",
        "question": f"/packs/{PACK}/questions/{question.id}",
        "board": "/boards/1",
        "accuracy": "/boards/1?by=accuracy&period=all-time",
        "progress": await web.link(name=HOSTILE[0]),
        "exam": await web.link(Private.EXAM, name=HOSTILE[0], exam_id=await exam(web)),
        "heat-map": await web.link(Private.HEAT_MAP, 100),
        "forged": "/private/forged",
    }


async def judged(page: Page) -> list[str]:
    """Return what axe-core reports: each violated rule, with the elements that violate it."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = await page.evaluate("axe.run({resultTypes: ['violations', 'incomplete']})")
    broken = [*found["violations"], *(rule for rule in found["incomplete"] if rule["id"] != "color-contrast")]
    return [f"{rule['id']}: {node['html']}" for rule in broken for node in rule["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_is_legible_reachable_and_fits(web, chromium, size, scheme):
    width, height = SIZES[size]
    context = await chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        java_script_enabled=True,
        base_url=str(web.client.make_url("/")),
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for name, path in (await paths(web)).items():
        await page.goto(path)
        for summary in (await page.locator("summary").all())[:6]:
            await summary.click()
        if SHOTS:
            await page.screenshot(path=f"{SHOTS}/{name}-{size}-{scheme}.png", full_page=True)
        assert await judged(page) == [], name
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, name
    # The browser must report only that the last page was refused, and no violation of the content policy.
    assert [text for text in complaints if "403" not in text] == []


async def test_everything_can_be_read_without_script(web, chromium):
    context = await chromium.new_context(java_script_enabled=False, base_url=str(web.client.make_url("/")))
    page = await context.new_page()
    await page.goto((await paths(web))["question"])
    await expect(page.get_by_text("The answer is")).to_be_hidden()

    await page.get_by_text("Show the answer").click()

    await expect(page.get_by_text("The answer is")).to_be_visible()


async def test_the_keyboard_skips_to_the_content_and_opens_an_answer(web, chromium):
    page = await chromium.new_page(base_url=str(web.client.make_url("/")))
    await page.goto((await paths(web))["question"])

    await page.keyboard.press("Tab")
    await expect(page.get_by_text("Skip to the content")).to_be_in_viewport()
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "content"
    for _ in range(10):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("The answer is")).to_be_visible()


async def test_the_address_of_a_private_page_is_not_sent_to_the_next_page(web, chromium):
    page = await chromium.new_page(base_url=str(web.client.make_url("/")))
    asked: list[dict[str, str]] = []
    page.on("request", lambda request: asked.append(request.headers))
    await page.goto((await paths(web))["progress"])

    await page.get_by_role("link", name="Cohort").click()

    await expect(page.get_by_role("heading", level=1)).to_contain_text("study group")
    assert not [headers for headers in asked if headers.get("referer")]
    assert await page.evaluate("document.referrer") == ""
