"""What managers do with the daily: schedule it, look at it, post, skip, pause and resume."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot import zones
from bot.cogs.ui.errors import sentence
from bot.cogs.ui.refusals import SENTENCES
from bot.study.errors import NotInTurn, Refusal
from bot.study.questions import LETTERS
from tests.reading import card_of

NINE = "<t:1795424400:f> (<t:1795424400:R>)"
"""09:00 UTC on the Monday when the stories begin."""


async def manage(world, command, **options):
    return await world.mia.slash(world.channel, f"daily {command}", **options)


# -- schedule


async def test_scheduling_tells_where_when_and_what(world):
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
        ({"timezone": "Atlantis"}, "I do not know the time zone `Atlantis`. Type a city near you and pick from the list"),
        ({"days": "someday"}, "I cannot read `someday` as days. Write `every day`, `weekdays`, `Mon-Fri` or `Mon, Wed, Fri`."),
        ({"sections": "9.9"}, "There is no section 9.9. "),
        ({"sections": "1.1, **x**"}, r"There is no section \*\*x\*\*."),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_explained_and_changes_nothing(world, options, told):
    reply = await world.schedule_daily(**options)

    assert reply.ephemeral
    assert told in world.read(reply)
    assert "No daily yet" in world.read(await manage(world, "status"))


async def test_a_channel_that_the_bot_may_not_post_in_is_refused_with_what_is_missing(world):
    world.forbid(send_messages=False)

    reply = await world.schedule_daily()

    told = world.read(reply)
    assert f"I may not post in <#{world.channel.id}>. Give me Send Messages there" in told
    world.permit()
    assert "The daily is set" in world.read(await world.schedule_daily())


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


async def test_changing_the_hour_keeps_the_rotation_and_posts_once_a_day(world):
    await world.post_daily()

    reply = await world.schedule_daily(time="18:00")
    await world.pass_time(hours=9)

    assert len(world.posts()) == 1
    assert "<t:1795543200:f>" in world.read(reply), "tomorrow at six, for today has had its question"
    await world.pass_time(days=1)
    assert len(world.posts()) == 2
    assert world.question_of(world.posts()[0]) != world.question_of(world.posts()[1])


async def test_chosen_days_alone_have_a_daily(world):
    await world.post_daily(days="Mon, Wed")

    for _ in range(7):
        await world.pass_time(days=1)

    days = [re.search(r"· (\w+),", card_of(post).above)[1] for post in world.posts()]
    assert days == ["Monday", "Wednesday", "Monday"]


async def test_chosen_sections_alone_are_asked(world):
    await world.post_daily(sections="3.2, 4.1")

    for _ in range(4):
        await world.pass_time(days=1)

    assert {world.question_of(post).section for post in world.posts()} == {"3.2", "4.1"}


# -- pings


def pinged(world, message):
    """The members and roles that a message really pings, and whether it pings everyone."""
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

    assert "The daily cannot ping everyone." in world.read(reply)
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
    assert "The daily runs" in told
    assert "every day at 09:00, UTC" in told
    assert "<t:1795510800:f>" in told, "tomorrow at nine"
    assert f"Monday, November 23: {question.id}, open until <t:1795510800:f>, 0 answers" in told
    assert f"[see it](https://discord.com/channels/{world.guild.id}/{world.channel.id}/{message.id})" in told
    total = len(world.pack.within("1.2"))
    assert f"{total} questions; {total - 1} of them come before any repeats." in told
    assert "At once." in told
    assert f"Time zone data {zones.in_use().version}" in told
    assert "Trouble" not in told


async def test_preview_shows_the_very_question_that_comes_next_with_its_answer_to_the_manager_alone(world):
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
async def test_without_a_schedule_every_command_says_how_to_make_one(world, command):
    reply = await manage(world, command)

    assert reply.ephemeral
    assert world.read(reply) == "This server has no daily yet. A manager can start one with `/daily schedule`."


# -- post, skip, pause, resume


async def test_posting_now_uses_up_today(world):
    await world.schedule_daily()

    reply = await manage(world, "post")
    await world.pass_time(hours=1)

    (message,) = world.posts()
    assert reply.ephemeral
    assert world.read(reply) == f"Posted: {message.jump_url}"
    again = world.read(await manage(world, "post"))
    assert (
        again
        == f"The daily for Monday, November 23 was already posted: {message.jump_url} The next one is posted automatically; `/daily status` says when."
    )
    await world.pass_time(days=1)
    assert len(world.posts()) == 2


async def test_posting_now_closes_what_was_open(world):
    first = await world.post_daily()
    await world.pass_time(hours=22)

    await manage(world, "post")
    await world.tick()

    assert world.labels(first) == ["Explain"]
    assert len(world.posts()) == 2


async def test_posting_where_the_bot_may_not_says_where_to_look_and_goes_on_trying(world):
    await world.schedule_daily()
    world.forbid(send_messages=False)

    reply = await manage(world, "post")

    assert "It is not up yet." in world.read(reply)
    status = world.read(await manage(world, "status"))
    assert f"I may not post in <#{world.channel.id}>. Give me Send Messages there. I try again" in status
    world.permit()
    await world.pass_time(minutes=11)
    assert len(world.posts()) == 1


async def test_skipping_leaves_out_the_next_date_and_no_streak_breaks_over_it(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)

    reply = await manage(world, "skip")
    await world.pass_time(days=1)
    skipped = len(world.posts())
    await world.pass_time(days=1)

    assert "There will be no question on Tuesday, November 24. The next question comes <t:1795597200:f>" in world.read(
        reply
    )
    assert skipped == 1
    assert "2-day streak" in world.read(await world.answer(world.ana, world.channel.last_message))


async def test_a_skip_is_taken_back_until_its_hour(world):
    await world.schedule_daily()
    await manage(world, "skip")

    back = await manage(world, "skip", undo=True)
    none_left = await manage(world, "skip", undo=True)
    await world.pass_time(hours=1)

    assert "is back" in world.read(back)
    assert "There is no skip" in world.read(none_left)
    assert len(world.posts()) == 1


async def test_a_skip_whose_hour_has_passed_stays(world):
    await world.schedule_daily()
    await manage(world, "skip")
    await world.pass_time(hours=2)

    late = await manage(world, "skip", undo=True)
    await world.tick()

    assert "There is no skip" in world.read(late)
    assert world.posts() == []


async def test_posting_on_a_date_that_was_skipped_says_that_it_was(world):
    await world.schedule_daily()
    await manage(world, "skip")

    reply = await manage(world, "post")

    assert "The daily for Monday, November 23 was skipped" in world.read(reply)
    assert world.posts() == []


async def test_a_daily_that_could_not_be_posted_waits_in_a_pause_and_comes_when_it_ends(world):
    await world.schedule_daily()
    world.forbid(send_messages=False)
    await world.pass_time(hours=1)
    paused = world.read(await manage(world, "pause"))
    world.permit()

    await world.pass_time(minutes=11)
    during = len(world.posts())
    status = world.read(await manage(world, "status"))
    resumed = world.read(await manage(world, "resume"))
    await world.tick()

    assert "The question of Monday, November 23 is not posted yet" in paused
    assert during == 0
    assert "not posted yet, waits for the end of the pause" in status
    assert "The question of Monday, November 23, which waited, comes now." in resumed
    assert len(world.posts()) == 1


async def test_skipping_twice_leaves_out_two(world):
    await world.schedule_daily()

    await manage(world, "skip")
    reply = await manage(world, "skip")
    for _ in range(2):
        await world.pass_time(days=1)

    assert "no question on Tuesday, November 24" in world.read(reply)
    assert world.posts() == []


async def test_a_pause_posts_nothing_and_streaks_wait(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)

    paused = await manage(world, "pause")
    for _ in range(3):
        await world.pass_time(days=1)
    during = len(world.posts())
    resumed = await manage(world, "resume")
    await world.pass_time(days=1)

    assert world.read(paused) == "Paused: no questions, and streaks wait. `/daily resume` goes on."
    assert during == 1
    assert world.read(resumed).startswith("The daily is running again. The next question comes <t:")
    assert len(world.posts()) == 2
    assert "2-day streak" in world.read(await world.answer(world.ana, world.channel.last_message))


async def test_what_is_open_stays_open_and_closes_in_a_pause(world):
    message = await world.post_daily()

    await manage(world, "pause")
    answered = await world.answer(world.ana, message)
    await world.pass_time(days=1)

    assert "Right" in world.read(answered)
    assert world.labels(message) == ["Explain"]


async def test_the_status_of_a_pause_says_how_to_go_on(world):
    await world.schedule_daily()
    await manage(world, "pause")

    told = world.read(await manage(world, "status"))

    assert "The daily is paused" in told
    assert "None while paused. Use `/daily resume` to continue." in told


async def test_a_skip_can_be_taken_back_after_the_pause(world):
    await world.schedule_daily()
    await world.mia.slash(world.channel, "daily skip")
    await world.mia.slash(world.channel, "daily pause")

    waits = await world.mia.slash(world.channel, "daily skip", undo=True)
    await world.mia.slash(world.channel, "daily resume")
    await world.mia.slash(world.channel, "daily skip", undo=True)
    await world.pass_time(hours=2)

    assert "then you can undo a skip" in world.read(waits)
    assert len(world.posts()) == 1


async def test_a_paused_daily_has_nothing_to_skip(world):
    await world.schedule_daily()
    await manage(world, "pause")

    reply = await manage(world, "skip")

    assert world.read(reply) == "The daily is paused, so there is nothing to skip. `/daily resume` starts it again."


async def test_scheduling_anew_ends_a_pause(world):
    await world.schedule_daily()
    await manage(world, "pause")

    await world.post_daily()

    assert len(world.posts()) == 1


async def test_two_servers_have_their_own_hours_zones_and_questions(world):
    channel, noa, _ = world.open_server()
    await world.env.settle()
    await world.schedule_daily()
    await noa.slash(channel, "daily schedule", channel=channel, time="17:30", timezone="Asia/Tokyo", sections="4.2")

    await world.pass_time(minutes=30)
    tokyo = len(world.posts(channel)), len(world.posts())
    await world.pass_time(minutes=30)

    assert tokyo == (1, 0), "half past five in Tokyo is half past eight in UTC"
    assert len(world.posts()) == 1
    assert world.question_of(world.posts(channel)[0]).section == "4.2"


async def test_letters_on_the_buttons_are_those_in_the_post_and_the_key_is_not(world):
    message = await world.post_daily()
    for _ in range(5):
        question, told = world.question_of(message), world.read(message).replace("\\", "")

        assert all(f"**{LETTERS[place]}** · {option.text}" in told for place, option in enumerate(question.options))
        assert question.explanation not in told
        assert not any(option.rationale in told for option in question.options if option.rationale)
        await world.pass_time(days=1)
        message = world.channel.last_message


# -- buttons of a status that is old by now


async def pressed(world, status, label):
    return world.read(await world.mia.click(status.response, label=label))


async def test_an_old_button_that_skips_a_day_out_of_turn_says_which_comes_first(world):
    await world.schedule_daily()
    before = await manage(world, "status")
    await world.mia.click(before.response, label="Skip Monday, November 23")
    old = await manage(world, "status")
    await manage(world, "skip", undo=True)

    told = await pressed(world, old, "Skip Tuesday, November 24")

    assert told == sentence(NotInTurn(date(2026, 11, 24), date(2026, 11, 23)))
    assert (await world.bot.services.schedules.status(world.guild.id)).skipped is None


async def test_an_old_button_takes_back_the_skip_that_it_names_and_no_other(world):
    await world.schedule_daily()
    await manage(world, "skip")
    monday = await manage(world, "status")
    await manage(world, "skip")

    later_first = await pressed(world, monday, "Undo skipping Monday, November 23")
    skipped = (await world.bot.services.schedules.status(world.guild.id)).skipped
    await manage(world, "skip", undo=True)
    await manage(world, "skip", undo=True)
    await manage(world, "skip", undo=False)
    await manage(world, "skip", undo=True)
    gone = await pressed(world, monday, "Undo skipping Monday, November 23")

    assert later_first == sentence(NotInTurn(date(2026, 11, 23), date(2026, 11, 24)))
    assert skipped == date(2026, 11, 24)
    assert gone == SENTENCES[Refusal.SKIP_GONE]


async def test_an_old_button_that_skips_a_day_twice_skips_it_once(world):
    await world.schedule_daily()
    old = await manage(world, "status")
    await manage(world, "skip")

    await world.mia.click(old.response, label="Skip Monday, November 23")

    status = await world.bot.services.schedules.status(world.guild.id)
    assert (status.skipped, status.schedule.next_day) == (date(2026, 11, 23), date(2026, 11, 24))
