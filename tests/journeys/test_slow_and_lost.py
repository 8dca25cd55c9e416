"""Slow disks and lost replies: nobody waits without feedback, and recorded answers are kept."""

from __future__ import annotations

import asyncio

import discord
import pytest

from bot.cogs.ui import deferral, replies
from bot.cogs.ui.delivery import EXPIRED
from bot.cogs.ui.refusals import SENTENCES
from bot.study.errors import Refusal
from bot.study.leagues import OPENS_AT
from bot.study.questions import Kind

CALLBACK = "/interactions/*/*/callback"
WAIT, WAIT_AND_EDIT = 5, 6
"""Discord's numbers for the two types of deferred responses."""


def acknowledgements(world):
    return [entry.json["type"] for entry in world.env.http_requests if entry.path.endswith("/callback")]


@pytest.fixture
def slow_disk(world, monkeypatch):
    """Make reads and writes take longer than the bot waits before it defers a reply. To save time, both are much
    shorter than in production."""

    def slow(work):
        async def slowly(*args):
            await asyncio.sleep(0.1)
            return await work(*args)

        return slowly

    def begin():
        monkeypatch.setattr(deferral, "DEFER_AFTER", 0.02)
        monkeypatch.setattr(world.db, "_queue_up", slow(world.db._queue_up))
        monkeypatch.setattr(world.db, "read", slow(world.db.read))

    return begin


async def test_a_slow_answer_is_acknowledged_in_time_and_confirmed_once_it_is_on_disk(world, slow_disk):
    message = await world.daily_of(Kind.CHOICE)

    slow_disk()
    reply = await world.answer(world.ana, message)

    assert acknowledgements(world)[-1] == WAIT
    assert reply.ephemeral
    assert "✅ Right" in world.read(reply)


@pytest.mark.parametrize("command", ["post", "skip", "pause", "resume"])
async def test_a_slow_command_of_a_manager_is_acknowledged_in_time(world, slow_disk, command):
    await world.schedule_daily()
    await world.mia.slash(world.channel, "daily pause" if command == "resume" else "daily preview")

    slow_disk()
    reply = await world.mia.slash(world.channel, f"daily {command}")

    assert acknowledgements(world)[-1] == WAIT
    assert reply.ephemeral
    assert world.read(reply)


@pytest.mark.parametrize("command", ["settings", "plan", "reminders status", "help", "award list", "competition list"])
async def test_a_slow_command_that_only_reads_is_acknowledged_in_time(world, slow_disk, command):
    slow_disk()
    reply = await world.mia.slash(world.channel, command)

    assert acknowledgements(world)[-1] == WAIT
    assert reply.ephemeral
    assert world.read(reply)


@pytest.mark.parametrize("opener", ["question add", "league join"])
async def test_a_command_too_slow_for_its_form_says_what_to_do(world, slow_disk, opener):
    await world.add_servers(OPENS_AT)  # the league opens only once there are this many servers
    slow_disk()
    options = {"section": "1.1"} if opener == "question add" else {}
    reply = await world.mia.slash(world.channel, opener, **options)

    assert reply.modal is None
    assert SENTENCES[Refusal.TOO_LATE_FOR_FORM] in world.read(reply)


async def test_a_button_too_slow_for_its_form_says_what_to_do(world, slow_disk):
    message = await world.daily_of(Kind.RESPONSE)

    slow_disk()
    reply = await world.ana.click(message, label="Answer")

    assert reply.modal is None
    assert reply.ephemeral
    assert SENTENCES[Refusal.TOO_LATE_FOR_FORM] in world.read(reply)


async def test_a_deferral_whose_confirmation_is_lost_still_ends_in_the_reply(world, slow_disk, monkeypatch):
    """Discord has deferred, but the bot does not know it, so Discord rejects the bot's reply as a second response."""
    defer = discord.InteractionResponse.defer

    async def lost(response, **options):
        await defer(response, **options)
        response._response_type = None
        raise TimeoutError

    monkeypatch.setattr(discord.InteractionResponse, "defer", lost)
    slow_disk()
    told, shown = await world.ana.slash(world.channel, "plan"), await world.ana.slash(world.channel, "help")

    assert "You have no study plan" in world.read(told)
    assert "/quiz" in world.read(shown)


async def test_two_messages_after_a_deferral_are_both_seen(world, slow_disk, monkeypatch):
    async def twice(interaction, message):
        await reply_to(interaction, message)
        await reply_to(interaction, message)

    reply_to = replies.reply
    monkeypatch.setattr("bot.cogs.help.cog.reply", twice)
    slow_disk()
    told = await world.ana.slash(world.channel, "help")

    assert told.response is not None
    assert len(told.followups) == 1


async def test_a_slow_quiz_stays_in_its_single_message(world, slow_disk):
    shown = await world.ana.slash(world.channel, "quiz", questions=1)

    slow_disk()
    answered = await world.answer(world.ana, shown.response)

    assert acknowledgements(world)[-1] == WAIT_AND_EDIT
    assert answered.response.id == shown.response.id
    assert "✅ Right" in world.read(answered)
    assert answered.followups == []


async def test_a_slow_refusal_is_still_shown(world, slow_disk):
    message = await world.daily_of(Kind.CHOICE)
    world.env.backend.advance_clock(24 * 60 * 60)

    slow_disk()
    late = await world.ana.click(message, label="A")
    unknown = await world.press(world.ana, "v1:quiz:99:0:0")

    assert late.ephemeral
    assert "so your answer was not counted" in world.read(late)
    assert SENTENCES[Refusal.UNKNOWN_QUIZ] in world.read(unknown)


@pytest.mark.parametrize(("status", "code"), [(503, 0), (429, 0), (404, EXPIRED)])
async def test_a_reply_that_discord_did_not_accept_leaves_the_answer_recorded(world, status, code):
    message = await world.daily_of(Kind.CHOICE)
    world.env.inject_error("POST", CALLBACK, status=status, code=code)

    lost = await world.answer(world.ana, message)
    again = await world.answer(world.ana, message)

    assert not lost.acknowledged
    assert "You already answered this: right" in world.read(again)


async def test_a_message_that_discord_calls_invalid_is_our_fault_and_gets_a_reference(world, caplog):
    world.may_fail = True
    world.env.inject_error("POST", CALLBACK, status=400, code=50035)

    told = world.read(await world.ana.slash(world.channel, "help"))

    assert "Something went wrong on my side." in told
    assert "unexpected error" in caplog.text


async def test_a_slow_answer_in_a_live_round_leaves_one_private_message(world, slow_disk):
    await world.ana.slash(world.channel, "live start")
    await world.tick()
    board = world.channel.last_message
    joined = await world.ben.click(board, label="Join")
    await world.ana.click(board, label="Start now")
    await world.pass_time(seconds=1)

    slow_disk()
    kept = await world.answer(world.ben, world.channel.last_message)

    assert acknowledgements(world)[-1] == WAIT
    assert kept.response is None, "nothing says any more that the bot is thinking"
    assert "recorded" in world.read(joined)
