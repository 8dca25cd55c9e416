"""When the disk is slow, or Discord loses a reply: nobody waits in silence, and what was recorded stands."""

from __future__ import annotations

import asyncio

import pytest

from bot.cogs.ui import replies
from bot.cogs.ui.delivery import EXPIRED
from bot.study.questions import Kind

CALLBACK = "/interactions/*/*/callback"
WAIT, WAIT_AND_EDIT = 5, 6
"""Discord's types of acknowledgement."""


def acknowledgements(world):
    return [entry.json["type"] for entry in world.env.http_requests if entry.path.endswith("/callback")]


@pytest.fixture
def slow_disk(world, monkeypatch):
    """Every write takes longer than the bot waits before it asks Discord for patience: a tenth of a second, to be quick."""
    queue_up = world.db._queue_up

    async def slowly(job):
        await asyncio.sleep(0.1)
        return await queue_up(job)

    def begin():
        monkeypatch.setattr(replies, "DEFER_AFTER", 0.02)
        monkeypatch.setattr(world.db, "_queue_up", slowly)

    return begin


async def test_an_answer_that_takes_long_is_acknowledged_in_time_and_told_when_it_is_on_disk(world, slow_disk):
    message = await world.daily_of(Kind.CHOICE)

    slow_disk()
    reply = await world.answer(world.ana, message)

    assert acknowledgements(world)[-1] == WAIT
    assert reply.ephemeral
    assert "✅ Right" in world.read(reply)


@pytest.mark.parametrize("command", ["post", "skip", "pause", "resume"])
async def test_a_managers_command_that_takes_long_is_acknowledged_in_time(world, slow_disk, command):
    await world.schedule_daily()
    await world.mia.slash(world.channel, "daily pause" if command == "resume" else "daily preview")

    slow_disk()
    reply = await world.mia.slash(world.channel, f"daily {command}")

    assert acknowledgements(world)[-1] == WAIT
    assert reply.ephemeral
    assert world.read(reply)


async def test_a_quiz_that_takes_long_stays_in_its_one_message(world, slow_disk):
    shown = await world.ana.slash(world.channel, "quiz", questions=1)

    slow_disk()
    answered = await world.answer(world.ana, shown.response)

    assert acknowledgements(world)[-1] == WAIT_AND_EDIT
    assert answered.response.id == shown.response.id
    assert "✅ Right" in world.read(answered)
    assert answered.followups == []


async def test_a_refusal_that_takes_long_is_told_all_the_same(world, slow_disk):
    message = await world.daily_of(Kind.CHOICE)
    world.env.backend.advance_clock(24 * 60 * 60)

    slow_disk()
    late = await world.ana.click(message, label="A")
    unknown = await world.press(world.ana, "v1:quiz:99:0:0")

    assert late.ephemeral
    assert "so your answer was not counted" in world.read(late)
    assert "That series is no longer here" in world.read(unknown)


@pytest.mark.parametrize(("status", "code"), [(503, 0), (429, 0), (404, EXPIRED)])
async def test_a_reply_that_discord_did_not_take_leaves_the_answer_standing(world, status, code):
    message = await world.daily_of(Kind.CHOICE)
    world.env.inject_error("POST", CALLBACK, status=status, code=code)

    lost = await world.answer(world.ana, message)
    again = await world.answer(world.ana, message)

    assert not lost.acknowledged
    assert "You answered this already: right" in world.read(again)


async def test_a_message_that_discord_finds_wrong_is_our_fault_and_gets_a_reference(world, caplog):
    world.may_fail = True
    world.env.inject_error("POST", CALLBACK, status=400, code=50035)

    told = world.read(await world.ana.slash(world.channel, "help"))

    assert "Something went wrong on my side." in told
    assert "unforeseen error" in caplog.text
