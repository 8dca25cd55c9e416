"""What managers can do with the daily: schedule it, view it, post, skip, pause and resume it."""

from __future__ import annotations

import re

import pytest

from bot import zones
from bot.cogs.ui.refusals import SENTENCES
from bot.study.errors import Refusal
from tests.reading import card_of

NINE = "<t:1795424400:f> (<t:1795424400:R>)"
"""09:00 UTC on the Monday when the stories begin."""


async def manage(world, command, **options):
    return await world.mia.slash(world.channel, f"daily {command}", **options)


# -- schedule


async def test_scheduling_confirms_where_when_and_what(world):
    reply = await world.schedule_daily()

    told = world.read(reply)
    assert reply.ephemeral
    assert f"Where: <#{world.channel.id}>" in told
    assert "When: every day at 09:00, UTC" in told
    assert "From: All sections" in told
    assert "Pings" not in told
    assert NINE in told


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"time": "7pm", "timezone": "Europe/Berlin"}, "every day at 19:00, Europe/Berlin"),
        ({"time": "9.30", "timezone": "asia/kolkata"}, "every day at 09:30, Asia/Kolkata"),
        ({"days": "Mon-Fri"}, "When: weekdays at 09:00, UTC"),
        ({"days": "mon, wed, fri"}, "When: Mon, Wed, Fri at 09:00, UTC"),
        ({"sections": "1.1, 2"}, "From: 1.1 Collect, Ingest, and Store Data and 2 Modeling"),
        ({"sections": "2.1, 2.1"}, "From: 2.1 Choose a Modeling Approach"),
    ],
)
async def test_a_schedule_is_understood_as_people_write_it(world, options, told):
    reply = await world.schedule_daily(**options)

    assert told in world.read(reply)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"time": "soon"}, "I cannot read `soon` as a time. Write it like `09:00` or `7pm`."),
        ({"time": "25:00"}, "I cannot read `25:00` as a time."),
        ({"timezone": "Atlantis"}, "I do not know the time zone `Atlantis`. Name a city near you, or a time zone such as `Europe/Berlin`."),
        ({"days": "someday"}, "I cannot read `someday` as days. Write `every day`, `weekdays`, `Mon-Fri` or `Mon, Wed, Fri`."),
        ({"sections": "9.9"}, "There is no section 9.9. "),
        ({"sections": "1.1, **x**"}, r"There is no section \*\*x\*\*."),
    ],
)  # fmt: skip
async def test_an_option_that_cannot_be_read_is_explained_and_changes_nothing(world, options, told):
    reply = await world.schedule_daily(**options)

    assert reply.ephemeral
    assert told in world.read(reply)
    assert "No daily yet" in world.read(await manage(world, "status"))


async def test_a_channel_that_the_bot_may_not_post_in_is_refused_with_what_is_missing(world):
    world.forbid(send_messages=False)

    reply = await world.schedule_daily()

    told = world.read(reply)
    assert f"I am not allowed to post in <#{world.channel.id}>. Give me Send Messages there" in told
    world.permit()
    assert "The daily is scheduled" in world.read(await world.schedule_daily())


async def test_the_zone_completes_with_the_local_time_there_now(world):
    offered = await world.mia.autocomplete(world.channel, "daily schedule", "timezone", "berl")

    assert offered == [{"name": "Europe/Berlin (UTC+1, now 09:00)", "value": "Europe/Berlin"}]


async def test_every_zone_can_be_found_by_its_city_though_discord_shows_25(world):
    assert len(await world.mia.autocomplete(world.channel, "daily schedule", "timezone", "")) == 25
    for typed, zone in {"new york": "America/New_York", "Kolk": "Asia/Kolkata", "utc": "UTC"}.items():
        offered = await world.mia.autocomplete(world.channel, "daily schedule", "timezone", typed)

        assert zone in [choice["value"] for choice in offered]


async def test_sections_complete_one_after_the_other(world):
    first = await world.mia.autocomplete(world.channel, "daily schedule", "sections", "model")
    second = await world.mia.autocomplete(world.channel, "daily schedule", "sections", "2, deploy")

    assert "2" in [choice["value"] for choice in first]
    assert "2, 3.1" in [choice["value"] for choice in second]
    assert all(choice["value"].startswith("2, ") for choice in second)


async def test_a_long_list_of_sections_shows_what_each_choice_adds(world):
    chosen = ", ".join(f"1.{number}" for number in range(1, 16))

    offered = await world.mia.autocomplete(world.channel, "daily schedule", "sections", f"{chosen}, ")
    too_long = await world.mia.autocomplete(world.channel, "daily schedule", "sections", f"{chosen}, {chosen}, ")

    names = [choice["name"] for choice in offered]
    assert len(set(names)) == len(names) > 3
    assert all(len(name) <= 100 for name in names)
    assert all(choice["value"].startswith(chosen) for choice in offered)
    assert too_long == []


async def test_changing_the_hour_keeps_the_rotation_and_posts_once_a_day(world):
    await world.post_daily()

    reply = await world.schedule_daily(time="18:00")
    await world.pass_time(hours=9)

    assert len(world.posts()) == 1
    assert "<t:1795543200:f>" in world.read(reply), "tomorrow at six, for today has had its question"
    await world.pass_time(days=1)
    assert len(world.posts()) == 2
    assert world.question_of(world.posts()[0]) != world.question_of(world.posts()[1])


async def test_only_the_chosen_days_have_a_daily(world):
    await world.post_daily(days="Mon, Wed")

    for _ in range(7):
        await world.pass_time(days=1)

    days = [re.search(r"· (\w+),", card_of(post).above)[1] for post in world.posts()]
    assert days == ["Monday", "Wednesday", "Monday"]


async def test_only_the_chosen_sections_are_asked(world):
    await world.post_daily(sections="3.2, 4.1")

    for _ in range(4):
        await world.pass_time(days=1)

    assert {world.question_of(post).section for post in world.posts()} == {"3.2", "4.1"}


# -- pings


def pinged(world, message):
    """Return the members and roles that a message actually pings, and whether it pings everyone."""
    stored = world.env.backend.get_message(message.channel.id, message.id)
    return stored.ping_user_ids, stored.ping_role_ids, stored.mention_everyone


async def test_the_post_pings_the_role_that_was_chosen_and_nothing_else(world):
    role = world.guild.create_role("Learners", mentionable=True)
    world.guild.create_role("Others", mentionable=True)

    reply = await world.schedule_daily(role=role)
    await world.pass_time(hours=1)

    assert f"Pings: <@&{role.id}>" in world.read(reply)
    assert "does not let me ping" not in world.read(reply)
    assert pinged(world, world.channel.last_message) == ([], [role.id], False)
    assert pinged(world, reply.response.message) == ([], [], False)


async def test_a_role_that_was_deleted_is_not_mentioned_and_status_says_so(world):
    role = world.guild.create_role("Learners", mentionable=True)
    await world.schedule_daily(role=role)
    before = world.read(await manage(world, "status"))
    world.env.backend.delete_role(world.guild.id, role.id)
    await world.env.settle()

    await world.pass_time(hours=1)

    assert world.channel.last_message.content == ""
    assert "The role to ping is gone" not in before
    assert "The role to ping is gone" in world.read(await manage(world, "status"))


async def test_without_a_role_nothing_pings(world):
    message = await world.post_daily()

    assert pinged(world, message) == ([], [], False)
    assert message.content == ""


async def test_everyone_cannot_be_pinged(world):
    reply = await world.schedule_daily(role=world.guild.default_role)

    assert SENTENCES[Refusal.BAD_ROLE] in world.read(reply)
    assert "No daily yet" in world.read(await manage(world, "status"))


async def test_a_role_that_discord_does_not_let_us_ping_is_named_at_once(world):
    world.forbid(mention_everyone=False)
    role = world.guild.create_role("Learners", mentionable=False)
    await world.env.settle()

    reply = await world.schedule_daily(role=role)

    assert f"Discord does not let me ping <@&{role.id}>. Allow everyone to mention it" in world.read(reply)


async def test_the_edits_of_a_post_do_not_ping_again(world):
    role = world.guild.create_role("Learners", mentionable=True)
    message = await world.post_daily(role=role)
    await world.answer(world.ana, message)
    before = len(world.env.http_requests)

    await world.tick()
    await world.pass_time(days=1)

    edits = [entry for entry in world.env.http_requests[before:] if entry.method == "PATCH"]
    assert len(edits) == 2
    for edit in edits:
        assert "content" not in edit.json or f"<@&{role.id}>" not in (edit.json["content"] or "")


# -- status and preview


async def test_status_before_anything_says_how_to_start(world):
    told = world.read(await manage(world, "status"))

    assert "No daily yet" in told
    assert "`/daily schedule` starts one" in told


async def test_status_shows_the_plan_the_next_and_the_last_question(world):
    message = await world.post_daily(sections="1.2")

    told = world.read(await manage(world, "status"))

    question = world.question_of(message)
    assert "The daily is running" in told
    assert "every day at 09:00, UTC" in told
    assert "<t:1795510800:f>" in told, "tomorrow at nine"
    assert f"Monday, November 23: {question.id}, open until <t:1795510800:f>, 0 answers" in told
    assert f"[see it](https://discord.com/channels/{world.guild.id}/{world.channel.id}/{message.id})" in told
    total = len(world.pack.within("1.2"))
    assert f"{total} questions; {total - 1} of them will be asked before any repeats." in told
    assert "At once." in told
    assert f"Time zone data {zones.in_use().version}" in told
    assert "Trouble" not in told


async def test_preview_shows_the_next_question_with_its_answer_only_to_the_manager(world):
    await world.schedule_daily()

    reply = await manage(world, "preview")
    shown = world.question_of(reply.response)
    await world.pass_time(hours=1)

    told = world.read(reply).replace("\\", "")
    assert reply.ephemeral
    assert shown.explanation in told
    assert "Answer: **" in told
    assert NINE in told
    assert world.question_of(world.channel.last_message) == shown


@pytest.mark.parametrize("command", ["preview", "post", "skip", "pause", "resume"])
async def test_without_a_schedule_every_command_says_how_to_create_one(world, command):
    reply = await manage(world, command)

    assert reply.ephemeral
    assert world.read(reply) == SENTENCES[Refusal.NOT_SCHEDULED]
