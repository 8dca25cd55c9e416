"""The first minutes: a server that has just added the bot, and a member who uses it for the first time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.study.questions import Kind
from tests.conftest import MONDAY
from tests.journeys.student import answer, labels, words


async def join(world):
    """Let Discord report that the bot has joined a server; the event after an invitation includes the channels."""
    await world.bot.on_guild_join(world.bot.get_guild(world.guild.id))
    await world.tick()


async def leave(world):
    await world.bot.on_guild_remove(world.bot.get_guild(world.guild.id))


def welcomes(world, channel=None):
    return [message for message in (channel or world.channel).history() if "I am Cohort" in world.read(message)]


async def test_a_server_is_welcomed_once_even_after_crashes(world, wire):
    wire.drops_reply()
    await join(world)
    await join(world)
    await world.pass_time(minutes=2)
    await world.restart()
    await world.pass_time(minutes=10)

    (message,) = welcomes(world)
    assert world.labels(message) == ["Schedule the daily", "Try a question"]


async def test_leaving_and_coming_back_is_welcomed_again(world):
    await join(world)
    await leave(world)
    await join(world)

    assert len(welcomes(world)) == 2


async def test_the_welcome_is_posted_in_the_first_channel_where_the_bot_may_write(world):
    other = world.guild.create_text_channel("general")
    world.forbid(send_messages=False)
    await join(world)

    assert not welcomes(world)
    assert len(welcomes(world, other)) == 1


async def test_if_the_bot_may_write_nowhere_the_owner_is_told_what_to_do(world):
    world.forbid(send_messages=False)
    await join(world)

    backend = world.env.backend
    channel_id = backend.dm_channels[backend.get_guild(world.guild.id).owner_id]
    (told,) = backend.messages[channel_id].values()
    assert "I am not allowed to write in any of its channels yet" in told.content
    assert not welcomes(world)


async def test_a_welcome_that_is_refused_for_a_moment_is_posted_later(world):
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    await join(world)
    assert not welcomes(world)

    await world.pass_time(minutes=11)

    assert len(welcomes(world)) == 1


async def test_a_manager_schedules_the_daily_from_the_welcome(world):
    await join(world)
    (message,) = welcomes(world)

    form = await world.mia.click(message, label="Schedule the daily")
    told = await world.mia.submit_modal(form, {"channel": [world.channel], "time": "10am", "timezone": "Berlin"})

    assert told.ephemeral
    assert "The daily is scheduled" in world.read(told)
    assert "10:00, Europe/Berlin" in world.read(told)
    await world.pass_time(hours=1)
    assert len(world.posts()) == 1


async def test_the_days_are_chosen_in_a_menu_and_stay_when_only_the_hour_changes(world):
    await join(world)
    form = await world.mia.click(welcomes(world)[0], label="Schedule the daily")
    filled = {"channel": [world.channel], "time": "10am", "timezone": "Berlin", "days": ["1", "3"]}
    told = world.read(await world.mia.submit_modal(form, filled))

    status = await world.mia.slash(world.channel, "daily status")
    again = await world.mia.click(status.response, label="Change time or days")
    chosen = next(part["component"] for part in again.modal["components"] if part["component"]["custom_id"] == "days")
    changed = world.read(await world.mia.submit_modal(again, {**filled, "time": "11am", "days": ["1", "3"]}))

    assert "Tue, Thu at 10:00" in told
    assert "Tue, Thu at 11:00" in changed
    assert [option["label"] for option in chosen["options"] if option.get("default")] == ["Tuesday", "Thursday"]


@pytest.mark.parametrize(
    ("time", "zone", "fault"),
    [
        ("25:00", "Berlin", "as a time"),
        ("9am", "Atlantis", "the time zone `Atlantis`"),
        ("9am", "CST", "which time zone"),
    ],
)
async def test_the_form_refuses_what_the_command_refuses(world, time, zone, fault):
    await join(world)
    form = await world.mia.click(welcomes(world)[0], label="Schedule the daily")

    told = await world.mia.submit_modal(form, {"channel": [world.channel], "time": time, "timezone": zone})

    assert fault in world.read(told)
    assert "list" not in world.read(told), "a form has none to pick from"
    assert "No daily yet" in world.read(await world.mia.slash(world.channel, "daily status"))
    again = await world.mia.click(told.response, label="Try again")
    saved = await world.mia.submit_modal(again, {"channel": [world.channel], "time": "9am", "timezone": "Berlin"})
    assert "The daily is scheduled" in world.read(saved)


async def test_a_channel_in_which_the_bot_may_not_post_is_refused(world):
    other = world.guild.create_text_channel("general")
    await join(world)
    form = await world.mia.click(welcomes(world)[0], label="Schedule the daily")
    world.forbid(send_messages=False)

    told = await world.mia.submit_modal(form, {"channel": [world.channel], "time": "9am", "timezone": "Berlin"})

    assert "I am not allowed to post in" in world.read(told)
    assert other.last_message is None


async def test_the_form_is_for_managers_and_the_question_for_all(world):
    await join(world)
    (message,) = welcomes(world)

    refused = await world.ana.click(message, label="Schedule the daily")
    asked = await world.ana.click(message, label="Try a question")

    assert "Only managers" in world.read(refused)
    assert asked.ephemeral
    assert "question 1 of 1" in words(asked)


async def test_the_first_question_says_what_is_kept_and_the_second_does_not(world):
    await join(world)
    (message,) = welcomes(world)

    first = await world.ana.click(message, label="Try a question")
    told = words(first)
    await answer(world, world.ana, first)
    second = await world.ana.click(message, label="Try a question")

    assert "`/privacy export` shows them" in told
    assert "/privacy" not in words(second)


async def test_the_first_answer_to_a_daily_says_so_too(world):
    first = await world.answer(world.ana, await world.daily_of(Kind.CHOICE))
    await world.pass_time(days=1)
    second = await world.answer(world.ana, world.posts()[-1])

    assert "Only you see this" in words(first)
    assert "Only you see this" not in words(second)


async def test_the_status_moves_hour_and_channel_and_skips(world):
    other = world.guild.create_text_channel("general")
    await world.schedule_daily(days="weekdays")
    status = await world.mia.slash(world.channel, "daily status")
    assert labels(status)[:2] == ["Change time or days", "Skip Monday, November 23"]

    form = await world.mia.click(status.response, label="Change time or days")
    told = await world.mia.submit_modal(form, {"channel": [other], "time": "10:00", "timezone": "UTC"})
    assert "weekdays at 10:00" in world.read(told)
    skipped = await world.mia.click(status.response, label="Skip Monday, November 23")
    assert "Skip Tuesday, November 24" in labels(skipped)
    again = await world.press(world.mia, f"v1:daily-skip:{MONDAY.date().toordinal()}")
    assert "Skip Tuesday, November 24" in labels(again)

    back = await world.mia.click(skipped.response, label="Undo skipping Monday, November 23")
    assert "Skip Monday, November 23" in labels(back)
    moved = await world.mia.select(back.response, [world.channel], custom_id="v1:daily-channel")
    assert f"<#{world.channel.id}>" in words(moved)
    await world.pass_time(hours=2)
    assert len(world.posts()) == 1


async def test_a_member_cannot_move_the_daily(world):
    await world.schedule_daily()
    refused = [await world.press(world.ana, id) for id in ("v1:daily-skip:739578", "v1:daily-unskip")]
    refused.append(await world.pick(world.ana, "v1:daily-channel", str(world.channel.id)))

    assert all("Only managers" in world.read(told) for told in refused)


async def test_to_change_the_hour_or_channel_of_a_paused_daily_ends_no_pause(world):
    other = world.guild.create_text_channel("general")
    await world.schedule_daily()
    await world.mia.slash(world.channel, "daily pause")
    status = await world.mia.slash(world.channel, "daily status")

    moved = await world.mia.select(status.response, [other], custom_id="v1:daily-channel")
    form = await world.mia.click(moved.response, label="Change time or days")
    told = await world.mia.submit_modal(form, {"channel": [other], "time": "10:00", "timezone": "UTC"})
    await world.pass_time(days=1)

    assert "The daily is paused" in words(moved)
    assert f"<#{other.id}>" in words(moved)
    assert "None while paused. Use `/daily resume` to continue." in words(told)
    assert len(world.posts()) == 0
    assert "at 10:00" in words(told)


async def test_a_section_that_the_pack_has_lost_is_named_and_does_not_prevent_anything(world):
    await world.schedule_daily(sections="1.1")
    pack = world.packs["aws-mla-c01"]
    sections = {name: section for name, section in pack.sections.items() if name != "1.1"}
    questions = {id: question for id, question in pack.questions.items() if question.section != "1.1"}
    world.packs = {**world.packs, pack.name: replace(pack, sections=sections, questions=questions)}
    await world.restart()

    status = await world.mia.slash(world.channel, "daily status")
    form = await world.mia.click(status.response, label="Change time or days")
    told = await world.mia.submit_modal(form, {"channel": [world.channel], "time": "10:00", "timezone": "UTC"})

    assert "Your pack no longer has section 1.1" in words(status)
    assert "Your pack no longer has section 1.1" in words(await world.mia.slash(world.channel, "settings"))
    assert "From: nothing" in words(told)
    assert "10:00" in words(told)
