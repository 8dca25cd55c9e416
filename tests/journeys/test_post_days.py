"""Dailies that are missed, due in many servers at once, counted and closed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.storage import dailies
from bot.study.dailies import DailyState
from bot.study.questions import Kind
from tests.journeys.wire import Crash

MISSING_ACCESS, MISSING_PERMISSIONS, UNKNOWN_CHANNEL, CLOSED_TO_US = 50001, 50013, 10003, 50007


TRIES = 3
"""How often a request is sent if its connection breaks."""


async def due(world, **options):
    """Move the clock to nine, the hour of the daily, without running a tick."""
    await world.schedule_daily(**options)
    world.env.backend.advance_clock(60 * 60)


async def the_only_post_works(world):
    """Check that there is exactly one post in the channel, and that its buttons accept an answer."""
    (message,) = world.posts()
    reply = await world.answer(world.ana, message)
    assert "Right" in world.read(reply)
    return message


async def crash_before_the_send(world, wire):
    wire.dies_before()


# -- missed while down


async def test_a_daily_missed_during_downtime_is_posted_once_on_the_same_day(world):
    await world.schedule_daily()
    world.env.backend.advance_clock(60 * 60 * 9)

    await world.restart()
    for _ in range(3):
        await world.tick()

    await the_only_post_works(world)
    assert world.inbox(world.mia) == []


async def test_a_day_that_ended_without_a_post_is_skipped_and_the_manager_is_notified(world):
    await world.schedule_daily()
    world.env.backend.advance_clock(60 * 60 * 17)

    await world.restart()
    await world.tick()

    assert world.posts() == []
    (told,) = world.inbox(world.mia)
    assert "The question for Monday, November 23 could not be posted in Study group before its day ended" in told
    assert "The next one will be posted <t:" in told
    await world.pass_time(hours=8)
    await the_only_post_works(world)


async def test_after_days_of_outage_today_has_its_question_and_the_manager_one_message_about_the_missed_days(world):
    await world.schedule_daily()
    world.env.backend.advance_clock(60 * 60 * (3 * 24 + 4))

    await world.restart()
    await world.tick()

    message = await the_only_post_works(world)
    assert "Thursday, November 26" in world.read(message)
    (told,) = world.inbox(world.mia)
    assert "The questions for Monday, November 23 to Wednesday, November 25 could not be posted" in told
    await world.pass_time(hours=21)
    assert len(world.posts()) == 2


async def test_a_manager_hears_of_missed_days_when_discord_can_be_reached_again(world, wire):
    await world.schedule_daily()
    world.env.backend.advance_clock(60 * 60 * (3 * 24 + 4))
    wire.drops_request("POST", "/users/@me/channels")

    await world.restart()
    await world.tick()
    before = world.inbox(world.mia)
    for _ in range(3):
        await world.pass_time(minutes=2)

    assert before == []
    (told,) = world.inbox(world.mia)
    assert "The questions for Monday, November 23 to Wednesday, November 25 could not be posted" in told
    assert list(world.guild.owner.dm_channel.history()) == []


async def test_a_message_to_managers_whose_reply_was_lost_is_sent_once(world, wire):
    await world.schedule_daily()
    world.env.backend.advance_clock(60 * 60 * (3 * 24 + 4))
    for _ in range(TRIES):
        wire.drops_reply("POST", f"/channels/{world.mia.user.dm_channel.id}/messages")

    await world.restart()
    for _ in range(3):
        await world.pass_time(minutes=1)

    assert len(world.inbox(world.mia)) == 1


async def test_a_message_to_managers_is_retried_for_a_day(world, caplog):
    await world.schedule_daily()
    world.env.backend.advance_clock(60 * 60 * (3 * 24 + 4))
    world.env.inject_error("POST", "/users/@me/channels", status=503, times=None)

    await world.restart()
    await world.tick()
    for _ in range(25):
        await world.pass_time(hours=1)
    world.env.backend.faults.clear()
    for _ in range(3):
        await world.pass_time(hours=1)

    assert world.inbox(world.mia) == []
    assert caplog.text.count("no manager could be notified") == 1


async def test_a_claim_that_never_reached_the_channel_is_given_up_when_its_day_is_over(world, wire):
    await due(world)
    await crash_before_the_send(world, wire)
    with pytest.raises(Crash):
        await world.tick()
    world.env.backend.advance_clock(60 * 60 * 20)

    await world.restart()
    await world.tick()

    assert world.posts() == []
    (told,) = world.inbox(world.mia)
    assert "Monday, November 23" in told


# -- many servers, many ticks


async def test_a_failure_in_one_server_does_not_affect_the_others(world):
    channel, noa, _ = world.open_server()
    await world.env.settle()
    await world.schedule_daily()
    await noa.slash(channel, "daily schedule", channel=channel, time="09:00", timezone="UTC")
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=MISSING_ACCESS)

    await world.pass_time(hours=1)

    assert world.posts() == []
    assert len(world.posts(channel)) == 1
    assert len(world.inbox(world.mia)) == 1
    assert world.inbox(noa) == []


async def test_two_ticks_at_once_post_once(world):
    await due(world)

    await asyncio.gather(*(world.bot.poster.post_due(world.now) for _ in range(5)))
    await world.bot.poster.finished()

    await the_only_post_works(world)


async def test_a_manager_who_posts_while_the_tick_posts_gets_one_post(world):
    await due(world)

    tick = asyncio.create_task(world.bot.poster.post_due(world.now))
    reply = await world.mia.slash(world.channel, "daily post")
    await tick
    await world.bot.poster.finished()

    assert world.read(reply)
    await the_only_post_works(world)


async def test_a_claim_that_a_manager_takes_over_from_the_tick_is_sent_by_one_of_them(world):
    await due(world)
    services, poster = world.bot.services, world.bot.poster
    [claimed] = await services.dailies.claim_due(world.now)
    taken_over = await services.schedules.post_now(world.guild.id, at=world.now)

    first, second = await asyncio.gather(poster.post(claimed), poster.post(taken_over))

    assert first is not None
    assert first.id == second.id
    await the_only_post_works(world)


async def test_a_manager_whose_post_got_no_response_is_told_that_it_is_not_posted_yet(world, wire):
    await world.schedule_daily()
    for _ in range(TRIES):
        wire.drops_reply()

    reply = await world.mia.slash(world.channel, "daily post")
    await world.pass_time(seconds=61)

    assert "It has not been posted yet. I will keep trying for the rest of the day" in world.read(reply)
    await the_only_post_works(world)


# -- counts and the close


async def test_the_post_shows_how_many_have_answered(world):
    message = await world.post_daily()
    assert "Be the first to answer" in world.read(message)

    await world.answer(world.ana, message)
    await world.tick()
    one = world.read(world.posts()[0])
    await world.answer(world.ben, message, right=False)
    await world.tick()

    assert "1 member has answered" in one
    assert "2 members have answered" in world.read(world.posts()[0])


async def test_a_count_is_edited_only_when_it_has_changed(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)
    await world.tick()
    before = len(world.env.http_requests)

    await world.tick()

    assert len(world.env.http_requests) == before


async def test_a_count_that_discord_could_not_show_is_shown_the_next_time(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=500)

    await world.tick()
    before = world.read(world.posts()[0])
    await world.pass_time(seconds=10)

    assert "Be the first" in before
    assert "1 member has answered" in world.read(world.posts()[0])


async def test_the_closed_post_shows_the_answer_the_explanation_and_how_the_answers_spread(world):
    message = await world.daily_of(Kind.CHOICE)
    question, right, wrong = world.question_of(message), *(world.letters(message, right=r)[0] for r in (True, False))
    await world.ana.click(message, label=right)
    await world.ben.click(message, label=wrong)

    await world.pass_time(days=1)

    closed = next(post for post in world.posts() if post.id == message.id)
    told = world.read(closed).replace("\\", "")
    assert "closed" in told
    assert f"Answer: **{right}**" in told
    assert question.explanation in told
    assert "2 answers, 1 right" in told
    assert f"**{right}** 1 ← right" in told
    assert f"**{wrong}** 1" in told
    assert world.labels(closed) == ["Explain"]


async def test_a_close_that_discord_did_not_accept_is_shown_a_few_seconds_later(world):
    message = await world.post_daily()
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=503)

    await world.pass_time(days=1)
    before = world.labels(message)
    await world.pass_time(seconds=5)

    assert before != ["Explain"]
    assert world.labels(message) == ["Explain"]


@pytest.mark.parametrize("away", [timedelta(minutes=2), timedelta(days=2)], ids=str)
async def test_an_answer_that_a_missing_permission_hid_is_shown_when_it_is_restored(world, away):
    message = await world.post_daily()
    await world.bot.services.schedules.pause(world.guild.id, at=world.now)
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=403, code=MISSING_ACCESS, times=10_000)
    await world.pass_time(days=1)
    for _ in range(8):
        await world.pass_time(seconds=away.total_seconds() / 8)
    before = world.labels(message)

    world.env.backend.faults.clear()
    await world.pass_time(hours=1)

    assert before != ["Explain"]
    assert world.labels(message) == ["Explain"]


async def test_a_daily_whose_post_was_deleted_still_closes(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)
    world.env.backend.delete_message(world.channel.id, message.id)

    await world.pass_time(days=1)

    daily = await world.db.read(lambda tx: dailies.get(tx, 1))
    assert daily.state is DailyState.CLOSED
    assert len(world.posts()) == 1
