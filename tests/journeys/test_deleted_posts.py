"""Somebody deleted the post of a daily: the bot notices and reports it, and the same question can be posted again."""

from __future__ import annotations

import logging
from contextlib import suppress

import pytest

from bot.storage import dailies
from bot.study.dailies import DailyState
from bot.study.questions import Kind
from tests.journeys.wire import Crash
from tests.reading import buttons

TRIES = 3
"""How often a request is sent if its connection breaks."""


def delete(world, message):
    world.env.backend.delete_message(message.channel.id, message.id)


async def daily(world):
    return await world.db.read(lambda tx: dailies.latest(tx, (world.guild.id, 1)))


async def manage(world, command, **options):
    return await world.mia.slash(world.channel, f"daily {command}", **options)


async def up_again(world):
    """Let a manager open the status and press its button to post again."""
    status = await manage(world, "status")
    return await world.mia.click(status.response, label="Post it again")


# -- noticing


async def test_status_says_that_the_post_was_deleted_and_offers_to_post_it_again(world):
    message = await world.post_daily()
    before = await manage(world, "status")
    delete(world, message)

    after = await manage(world, "status")

    assert "deleted" not in world.read(before)
    assert "Post it again" not in world.labels(before.response)
    assert "Its post was deleted." in world.read(after)
    assert "/channels/" not in world.read(after)
    assert world.labels(after.response)[0] == "Post it again"


async def test_the_next_edit_of_the_count_notices_the_deletion_and_no_further_edit_is_tried(world, caplog):
    message = await world.post_daily()
    delete(world, message)
    await world.ana.slash(world.channel, "answer", choice="A")
    with caplog.at_level(logging.WARNING):
        await world.tick()
    known = (await daily(world)).deleted
    before = len(world.env.http_requests)

    await world.bot.services.dailies.close_due(world.now)
    await world.tick()

    assert known
    assert "post of a daily deleted" in caplog.text
    assert len(world.env.http_requests) == before


async def test_status_notices_the_deletion_without_permission_to_read_the_history(world):
    message = await world.post_daily()
    world.forbid(read_message_history=False)
    delete(world, message)

    assert "Its post was deleted." in world.read(await manage(world, "status"))


async def test_a_post_whose_channel_was_deleted_counts_as_deleted(world):
    doomed = world.guild.create_text_channel("doomed")
    await world.schedule_daily(channel=doomed)
    await world.pass_time(hours=1)
    world.env.backend.delete_channel(doomed.id)

    status = world.read(await manage(world, "status"))
    await world.schedule_daily()
    reply = await manage(world, "post")

    assert "Its post was deleted." in status
    (message,) = world.posts()
    assert world.read(reply) == f"Posted: {message.jump_url}"


@pytest.mark.parametrize("status", [403, 500])
async def test_an_edit_that_fails_for_another_reason_does_not_mean_a_deletion(world, status):
    await world.post_daily()
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=status, code=50013 if status == 403 else 0)

    looked = await manage(world, "status")

    assert "deleted" not in world.read(looked)
    assert not (await daily(world)).deleted


# -- posting it again


@pytest.mark.parametrize("way", ["button", "command"])
async def test_the_same_question_is_posted_again_with_its_answers_and_nobody_answers_twice(world, way):
    first = await world.daily_of(Kind.CHOICE)
    await world.answer(world.ana, first)
    others = len(world.posts()) - 1
    delete(world, first)

    reply = await up_again(world) if way == "button" else await manage(world, "post")

    second = world.posts()[-1]
    assert len(world.posts()) == others + 1
    assert world.read(reply) == f"Posted: {second.jump_url}"
    assert reply.ephemeral
    assert world.question_of(second) == world.question_of(first)
    assert "1 member has answered" in world.read(second)
    assert "You already answered this" in world.read(await world.answer(world.ana, second))
    assert "Right" in world.read(await world.answer(world.ben, second))
    assert (await daily(world)).answered == 2


async def test_a_daily_that_is_posted_again_goes_to_the_current_channel_of_its_schedule(world):
    delete(world, await world.post_daily())
    other = world.guild.create_text_channel("elsewhere")
    await world.schedule_daily(channel=other)

    await up_again(world)

    assert world.posts() == []
    assert len(world.posts(other)) == 1


async def test_while_the_post_exists_no_second_one_is_posted(world):
    message = await world.post_daily()
    delete(world, message)
    status = await manage(world, "status")
    await world.mia.click(status.response, label="Post it again")
    (second,) = world.posts()

    by_button = await world.mia.click(status.response, label="Post it again")
    by_command = await manage(world, "post")

    assert len(world.posts()) == 1
    for reply in (by_button, by_command):
        assert second.jump_url in world.read(reply)
        assert "has already been posted" in world.read(reply)


async def test_a_daily_can_be_deleted_and_posted_again_more_than_once(world):
    delete(world, await world.post_daily())
    for _ in range(3):
        await up_again(world)
        (message,) = world.posts()
        delete(world, message)
        world.env.backend.advance_clock(1)

    await up_again(world)

    (message,) = world.posts()
    assert "Right" in world.read(await world.answer(world.ana, message))


async def test_the_button_is_for_managers(world):
    delete(world, await world.post_daily())
    status = await manage(world, "status")
    id = buttons(status.response)[0]["custom_id"]

    refused = await world.press(world.ana, id)

    assert "Manage Server" in world.read(refused)
    assert world.posts() == []


async def test_the_button_posts_an_open_daily_of_yesterday_again(world):
    delete(world, await world.post_daily(days="weekdays"))
    await world.pass_time(hours=23)
    status = await manage(world, "status")

    await world.mia.click(status.response, label="Post it again")

    (message,) = world.posts()
    assert "Monday, November 23" in world.read(message)
    assert "Right" in world.read(await world.answer(world.ana, message))


async def test_another_server_cannot_post_it_again(world):
    delete(world, await world.post_daily())
    status = await manage(world, "status")
    channel, noa, _ = world.open_server()
    await world.env.settle()
    await noa.slash(channel, "daily schedule", channel=channel, time="09:00", timezone="UTC")
    id = buttons(status.response)[0]["custom_id"]
    world.channel = channel

    reply = await world.press(noa, id)

    assert "no longer here" in world.read(reply)
    assert world.posts(channel) == []


# -- crashes and failures meanwhile


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("minutes", [0, 2, 30])
async def test_a_crash_while_posting_again_leaves_one_post_that_works_and_closes(world, wire, arrived, minutes):
    world.may_fail = True
    delete(world, await world.post_daily())
    status = await manage(world, "status")
    wire.dies_after() if arrived else wire.dies_before()
    with suppress(Crash):
        await world.mia.click(status.response, label="Post it again")

    world.env.backend.advance_clock(60 * minutes)
    await world.restart()
    await world.tick()
    if world.db.shared:
        await world.pass_time(seconds=61)

    (message,) = world.posts()
    assert "Right" in world.read(await world.answer(world.ana, message))
    await world.pass_time(days=1)
    assert world.labels(message) == ["Explain"]


async def test_without_permission_the_manager_is_told_why_and_the_daily_is_posted_later(world):
    delete(world, await world.post_daily())
    await manage(world, "status")
    world.forbid(send_messages=False)

    reply = await manage(world, "post")
    status = world.read(await manage(world, "status"))
    world.permit()
    await world.pass_time(minutes=11)

    assert "It has not been posted yet." in world.read(reply)
    assert "another is being sent" in status
    assert "Give me Send Messages there" in status
    assert len(world.posts()) == 1


async def test_a_daily_that_could_not_be_posted_again_closes_on_time_with_its_answers(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)
    delete(world, message)
    world.forbid(send_messages=False)
    await up_again(world)
    closing = await daily(world)

    await world.bot.services.schedules.pause(world.guild.id, at=world.now)
    for _ in range(3):
        await world.pass_time(hours=10)
    world.permit()
    await world.pass_time(hours=1)

    closed = await world.db.read(lambda tx: dailies.get(tx, closing.id))
    assert closed.state is DailyState.CLOSED
    assert world.posts() == []
    assert "Last question" in world.read(await manage(world, "status"))
    assert "closed" in world.read(await manage(world, "status"))


async def test_a_post_that_appears_as_its_daily_closes_shows_the_answer(world, wire):
    delete(world, await world.post_daily())
    await manage(world, "status")
    latest = await daily(world)

    async def close():
        await world.bot.services.dailies.close_due(latest.closes_at)

    wire.then(close)
    await manage(world, "post")
    await world.tick()

    (message,) = world.posts()
    assert world.labels(message) == ["Explain"]


# -- the close, and messages that refer to the post


async def test_at_the_close_a_deleted_post_is_settled_without_a_word_in_the_log_and_status_says_so(world, caplog):
    message = await world.post_daily(days="Mon")
    await world.answer(world.ana, message)
    delete(world, message)
    await manage(world, "status")
    caplog.clear()

    await world.pass_time(days=1)

    latest = await daily(world)
    assert latest.state is DailyState.CLOSED
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    status = await manage(world, "status")
    assert "closed" in world.read(status)
    assert "Its post was deleted." in world.read(status)
    assert "Post it again" not in world.labels(status.response)


async def test_held_answers_of_a_deleted_post_are_graded_at_the_close(world):
    await world.mia.slash(world.channel, "settings", feedback="at-close")
    message = await world.post_daily()
    await world.answer(world.ana, message)
    delete(world, message)
    await manage(world, "status")

    await world.pass_time(days=1)

    assert "ana" in world.read(await world.ana.slash(world.channel, "leaderboard"))


async def test_a_reminder_does_not_link_to_a_deleted_post(world):
    message = await world.post_daily()
    await world.ana.slash(world.channel, "reminders on", time="11:00", timezone="UTC")
    delete(world, message)
    await manage(world, "status")

    await world.pass_time(hours=2)

    (reminded,) = world.inbox(world.ana)
    assert str(message.id) not in reminded
    assert str(world.channel.id) in reminded
    assert "Its post was deleted, so answer it there with `/answer`" in reminded


async def test_a_reminder_names_the_command_that_answers_even_if_the_deletion_is_not_noticed_yet(world):
    message = await world.post_daily()
    await world.ana.slash(world.channel, "reminders on", time="11:00", timezone="UTC")
    delete(world, message)

    await world.pass_time(hours=2)

    (reminded,) = world.inbox(world.ana)
    assert "Answer it there with a button or with `/answer`" in reminded
