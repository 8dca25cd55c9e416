"""The playground in a real browser: what a newcomer does in the first minute."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.chromium import NEEDED, browser

ROOT = Path(__file__).resolve().parents[2]
START = 60
"""Seconds within which the playground must be running."""

pytestmark = NEEDED


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with running() as (_, address):
        yield address


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Start a playground in a separate process, as a newcomer would; yield it with its address."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DISCORD_", "DATABASE_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "playground", "--no-browser", "--port", "0",
        cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = ""
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START):
            while not (found := re.search(r"http://127\.0\.0\.1:\d+/#\S+", said)):
                line = await process.stdout.readline()
                assert line, f"the playground ended before it was up, saying:\n{said}"
                said += line.decode()
        yield process, found.group()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.communicate()


@pytest.fixture
async def page(address: str) -> AsyncIterator[Page]:
    async with browser() as started:
        page = await started.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(20_000)
        await page.goto(address)
        yield page


async def compose(page: Page, command: str) -> Locator:
    """Choose a command without sending it; return its chip."""
    composer = page.locator("#channel-composer-input")
    await composer.click()
    await composer.press_sequentially(command)
    await page.get_by_text(command, exact=True).first.wait_for()
    await page.keyboard.press("Enter")
    composed = page.get_by_role("button", name=f"Command {command}")
    await composed.wait_for()
    return composed


async def slash(page: Page, command: str) -> None:
    composed = await compose(page, command)
    async with asyncio.timeout(40):
        while await composed.count():
            await page.get_by_role("button", name="Send", exact=True).click()
            with contextlib.suppress(AssertionError):
                await expect(composed).to_have_count(0, timeout=5_000)


async def press(page: Page, label: str, answer: str) -> None:
    """Press a button until the bot answers, because a press is lost while the page redraws an edited message."""
    async with asyncio.timeout(40):
        while not await page.get_by_text(answer).count():
            await page.get_by_role("button", name=label, exact=True).last.click()
            with contextlib.suppress(AssertionError):
                await expect(page.get_by_text(answer).last).to_be_visible(timeout=5_000)


async def answer(page: Page) -> None:
    """Answer the open question, whatever its kind, with a letter or in the form."""
    button = page.get_by_role("button", name=re.compile("^(A|Answer)$")).last
    if await button.inner_text() == "A":
        await press(page, "A", "Where you stand")
        return
    await button.click()
    form = page.get_by_role("dialog")
    await form.wait_for()
    for group in await form.get_by_role("group").all():
        boxes = group.get_by_role("checkbox")
        for place in range(int(await group.get_attribute("data-minimum") or 2)):
            await boxes.nth(place).check()
    for place, part in enumerate(await form.locator(".preview-select").all()):
        await part.get_by_role("combobox").click()
        many = int(await part.get_attribute("data-minimum") or 1)
        for option in range(place, place + many):  # choose each step of an ordering once
            await part.get_by_role("option").nth(option % await part.get_by_role("option").count()).click()
        if many > 1:
            await part.get_by_role("button", name="Apply").click()
    await form.get_by_role("button", name="Submit").click()


async def test_a_newcomer_answers_a_daily_and_looks_at_the_board_and_moves_to_the_next_day(page: Page):
    await expect(page.get_by_text("Question of the day").last).to_be_visible()

    await answer(page)
    await expect(page.get_by_text("Where you stand").last).to_be_visible()

    await slash(page, "/leaderboard")
    await expect(page.get_by_text(re.compile("← you")).last).to_be_in_viewport()

    await slash(page, "/live start")
    await expect(page.get_by_text("A live round: join in").last).to_be_visible()
    await press(page, "Join", "You are in")
    await press(page, "Start now", "Here we go")
    await expect(page.get_by_text("question 1 of 10").last).to_be_visible()
    await press(page, "B", "Recorded")
    await expect(page.get_by_text("answer 1 of 10").last).to_be_visible()
    await expect(page.get_by_text("question 2 of 10").last).to_be_visible(timeout=40_000)

    await slash(page, "/tomorrow")
    await expect(page.get_by_text(re.compile("Question of the day .* closed")).nth(1)).to_be_attached(timeout=90_000)


async def test_a_newcomer_is_welcomed_and_finds_direct_messages_and_the_way_back(page: Page):
    await expect(page.get_by_role("heading", name="Welcome to Cohort")).to_be_visible()
    for tool in ("#refresh", "#capture-open", "#inspector-toggle", ".session-menu", "#messages-sidebar"):
        await expect(page.locator(tool)).to_be_hidden()
    await expect(page).to_have_title("Cohort playground")

    await page.get_by_role("button", name="Direct messages").click()
    await expect(page.get_by_placeholder("Message @Cohort")).to_be_visible()

    await page.get_by_role("button", name="question-of-the-day").click()
    await expect(page.get_by_text("Question of the day").last).to_be_visible()


async def test_the_reply_to_a_command_comes_into_view_even_after_scrolling_up(page: Page):
    await page.set_viewport_size({"width": 1280, "height": 600})
    await answer(page)
    await expect(page.get_by_text("Where you stand").last).to_be_visible()
    await page.locator("#channel-timeline").hover()
    await page.mouse.wheel(0, -10_000)

    await slash(page, "/reminders off")

    await expect(page.get_by_text("Reminders are off").last).to_be_in_viewport()


async def test_on_a_phone_the_welcome_makes_room_for_the_question(address: str):
    async with browser() as started:
        page = await started.new_page(viewport={"width": 390, "height": 844})
        page.set_default_timeout(20_000)
        await page.goto(address)
        await expect(page.get_by_role("heading", name="What to try")).to_be_visible()

        await page.get_by_role("button", name="Try it").click()

        await expect(page.get_by_role("heading", name="What to try")).to_be_hidden()
        await expect(page.get_by_text("Question of the day").last).to_be_visible()
        await page.get_by_role("button", name="What to try").click()
        await expect(page.get_by_role("heading", name="What to try")).to_be_visible()
        await page.get_by_role("button", name="Try it").click()

        await compose(page, "/plan")

        for name in ("Send", "Exit command mode"):
            await expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_the_playground_stops_cleanly_and_says_so(number: signal.Signals):
    async with running() as (process, _):
        process.send_signal(number)
        said, _ = await process.communicate()

    assert said.decode().endswith("Stopped. Nothing was saved.\n")
    assert b"Traceback" not in said
    assert process.returncode == 0
