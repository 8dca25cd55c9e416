"""A server with several dailies: a manager schedules them and members answer them. A server with one daily sees nothing
of this."""

from __future__ import annotations

import pytest

from bot.cogs.ui.refusals import SENTENCES
from bot.study.errors import Refusal

HOSTILE = "**@everyone**<@&1> [a](http://b)"


@pytest.fixture
def deep(world):
    return world.guild.create_text_channel("deep-dive")


async def manage(world, command, **options):
    return await world.mia.slash(world.channel, f"daily {command}", **options)


async def schedule_two(world, deep, **options):
    await world.schedule_daily()
    options = {"daily": "Deep dive", "time": "10:00", "difficulty": 2, "channel": deep, **options}
    return await world.schedule_daily(**options)


async def test_a_second_daily_comes_in_its_channel_at_its_hour_under_its_name(world, deep):
    reply = await schedule_two(world, deep, sections="1.1")

    told = world.read(reply)
    assert "Deep dive is scheduled" in told
    assert "From: 1.1 Collect, Ingest, and Store Data" in told
    assert "Difficulty: medium" in told
    await world.pass_time(hours=2)
    [first], [second] = world.posts(), world.posts(deep)
    assert "Question of the day · Daily 1 · Monday, November 23" in world.read(first)
    assert "Question of the day · Deep dive · Monday, November 23" in world.read(second)
    assert world.question_of(second).section == "1.1"


async def test_a_schedule_made_again_says_what_is_the_default_again_and_that_its_pause_has_ended(world):
    await world.schedule_daily(sections="1.1", difficulty=2, days="monday")
    await manage(world, "pause")

    again = await world.schedule_daily(days="monday")
    same = await world.schedule_daily(days="monday")

    assert "This ended the pause." in world.read(again)
    assert "The command sets every option, and you left out `sections` and `difficulty`." in world.read(again)
    assert "pause" not in world.read(same)
    assert "you left out" not in world.read(same)


async def test_a_server_with_one_daily_sees_nothing_new(world):
    reply = await world.schedule_daily()
    status = await manage(world, "status")

    assert "The daily is scheduled" in world.read(reply)
    assert "The daily is running" in world.read(status)
    assert "Which daily" not in str(status.response.components)
    assert "Daily 1" not in world.read(status)


async def test_the_status_of_several_lists_all_and_opens_each_to_change_it(world, deep):
    await schedule_two(world, deep)
    overview = await manage(world, "status")
    told = world.read(overview)
    assert "2 dailies in this server" in told
    assert f"Where: <#{world.channel.id}>" in told
    assert f"Where: <#{deep.id}>" in told

    picked = await world.mia.select(overview.response, ["2"], custom_id="v1:daily-pick")
    assert "Deep dive is running" in world.read(picked)
    skipped = await world.mia.click(picked.response, label="Skip Monday, November 23")
    back = await world.mia.click(skipped.response, label="Undo skipping Monday, November 23")
    assert "Skip Monday, November 23" in world.labels(back.response)
    form = await world.mia.click(back.response, label="Change time or days")
    moved = await world.mia.submit_modal(form, {"channel": [deep], "time": "11:00", "timezone": "UTC"})
    assert "every day at 11:00" in world.read(moved)
    elsewhere = await world.mia.select(back.response, [world.channel], custom_id="v1:daily-channel:2")
    assert "Deep dive is running" in world.read(elsewhere)
    everything = await world.mia.select(elsewhere.response, ["0"], custom_id="v1:daily-pick")

    assert world.read(everything).count(f"Where: <#{world.channel.id}>") == 2
    assert "at 09:00" in world.read(everything), "the first is as it was"


async def test_a_command_asks_which_daily_is_meant_and_completes_them(world, deep):
    await schedule_two(world, deep)

    asked = world.read(await manage(world, "pause"))
    offered = await world.mia.autocomplete(world.channel, "daily pause", "daily", "")
    paused = world.read(await manage(world, "pause", daily="deep dive"))

    assert asked == "Which daily do you mean: Daily 1 or Deep dive? Pick it in `daily`."
    assert offered == [{"name": "1 · Daily 1", "value": "1"}, {"name": "2 · Deep dive", "value": "2"}]
    assert "Deep dive is paused" in paused
    await world.pass_time(hours=3)
    assert (len(world.posts()), len(world.posts(deep))) == (1, 0)


async def test_preview_and_post_and_skip_and_resume_apply_to_the_named_daily(world, deep):
    await schedule_two(world, deep)
    previewed = await manage(world, "preview", daily="2")
    posted = await manage(world, "post", daily="2")
    assert world.question_of(world.posts(deep)[0]).stem in world.read(previewed)
    assert world.posts(deep)[0].jump_url in world.read(posted)
    assert "no question on Monday" in world.read(await manage(world, "skip", daily="1"))
    assert "is back" in world.read(await manage(world, "skip", daily="1", undo=True))
    await manage(world, "pause", daily="1")

    assert "running again" in world.read(await manage(world, "resume", daily="1"))
    await world.pass_time(hours=3)
    assert (len(world.posts()), len(world.posts(deep))) == (1, 1)


async def test_another_daily_is_offered_by_its_name_until_there_are_five(world):
    await world.schedule_daily()
    offered = await world.mia.autocomplete(world.channel, "daily schedule", "daily", "Night")
    assert offered == [{"name": "Another one: Night", "value": "Night"}]
    empty = await world.mia.autocomplete(world.channel, "daily schedule", "daily", "")
    assert [choice["value"] for choice in empty] == ["1", "2"]
    for name in ("B", "C", "D", "E"):
        await world.schedule_daily(daily=name)

    assert "at most 5 dailies" in world.read(await world.schedule_daily(daily="F"))
    offered = await world.mia.autocomplete(world.channel, "daily schedule", "daily", "")
    assert [choice["value"] for choice in offered] == ["1", "2", "3", "4", "5"]


async def test_a_removed_daily_leaves_its_open_question_and_is_no_longer_posted(world, deep):
    await schedule_two(world, deep)
    await world.pass_time(hours=2)

    told = world.read(await manage(world, "remove", daily="Deep dive"))

    assert "Deep dive has ended. Its last question stays open until" in told
    await world.answer(world.ana, world.posts(deep)[0])
    await world.pass_time(days=1)
    assert (len(world.posts()), len(world.posts(deep))) == (2, 1)
    assert "closed" in world.read(world.posts(deep)[0])
    assert "The daily is running" in world.read(await manage(world, "status"))


async def test_after_a_restart_both_are_posted_closed_and_answered_as_before(world, deep):
    await schedule_two(world, deep)
    await world.pass_time(hours=2)
    before = world.posts(deep)[0]
    await world.restart()

    reply = await world.answer(world.ana, before)
    assert "points" in world.read(reply)
    await world.pass_time(days=1)

    assert (len(world.posts()), len(world.posts(deep))) == (2, 2)
    assert "closed" in world.read(world.posts(deep)[0])
    assert "1 answer, 1 right" in world.read(world.posts(deep)[0])


async def test_the_answer_command_takes_the_question_of_its_channel_and_asks_elsewhere(world, deep):
    await schedule_two(world, deep)
    lobby = world.guild.create_text_channel("lobby")
    await world.pass_time(hours=2)
    question = world.question_of(world.posts(deep)[0])

    asked = await world.ana.slash(lobby, "answer", choice="A")
    names = await world.ana.autocomplete(lobby, "answer", "daily", "")
    letters = ", ".join(world.letters(world.posts(deep)[0]))
    told = await world.ana.slash(deep, "answer", choice=letters)
    rest = await world.ana.slash(lobby, "answer", choice=", ".join(world.letters(world.posts()[0])))

    assert "Which daily do you mean: Daily 1 or Deep dive?" in world.read(asked)
    assert [choice["value"] for choice in names] == ["1", "2"]
    assert question.explanation[:40] in world.read(told)
    assert world.question_of(world.posts()[0]).explanation[:40] in world.read(rest)


async def test_study_goes_through_both(world, deep):
    await schedule_two(world, deep)
    await world.pass_time(hours=2)
    seen = []
    for _ in range(2):
        shown = await world.ana.slash(world.channel, "study")
        seen.append(world.question_of(shown.response).id)
        await world.answer(world.ana, shown.response)

    assert seen == [world.question_of(channel[0]).id for channel in (world.posts(), world.posts(deep))]


async def test_a_hostile_name_pings_nobody_and_breaks_no_text(world, deep):
    told = await schedule_two(world, deep, daily=HOSTILE)
    await world.pass_time(hours=2)
    post = world.posts(deep)[0]

    assert "@everyone" not in world.env.backend.get_message(deep.id, post.id).content
    assert not post.mentions
    assert not post.mention_everyone
    for text in (world.read(told), world.read(post), world.read(await manage(world, "status"))):
        assert r"\*\*" in text
    assert "Which daily do you mean" in world.read(await manage(world, "pause"))


async def test_a_channel_that_rejects_one_daily_stops_only_that_daily(world, deep):
    await schedule_two(world, deep)
    world.forbid(send_messages=False)
    await world.pass_time(hours=2)

    overview = world.read(await manage(world, "status"))
    picked = await world.pick(world.mia, "v1:daily-pick", "1")

    assert (len(world.posts()), len(world.posts(deep))) == (0, 1)
    assert overview.count("Pick it below") == 1
    assert "Give me Send Messages there" in world.read(picked)
    assert len(world.inbox(world.mia)) == 1
    assert "Give me Send Messages" in world.read(await world.schedule_daily(daily="Third"))


async def test_settings_name_what_is_gone_for_each_daily(world, deep):
    role = world.guild.create_role("Learners")
    await schedule_two(world, deep, role=role)
    world.env.backend.delete_role(world.guild.id, role.id)
    await world.env.settle()

    assert "Deep dive:" in world.read(await world.mia.slash(world.channel, "settings"))
    assert "The role to ping is gone" in world.read(await manage(world, "status"))


async def test_a_missing_pack_is_refused_and_changes_nothing(world, deep):
    refused = await schedule_two(world, deep, pack="no such pack")

    assert "no such pack" in world.read(refused)
    assert "The daily is running" in world.read(await manage(world, "status"))


async def test_a_member_cannot_pick_or_restore(world, deep):
    await schedule_two(world, deep)

    told = [
        await world.pick(world.ana, "v1:daily-pick", "2"),
        await world.press(world.ana, "v1:daily-restore:2:739578"),
    ]

    assert all("Only managers" in world.read(one) for one in told)


async def test_a_manager_reads_what_removing_the_first_does_to_the_zone(world, deep):
    await world.schedule_daily(timezone="Asia/Tokyo", time="20:00")
    added = await world.schedule_daily(daily="LA", channel=deep, timezone="America/Los_Angeles")
    changed = await world.schedule_daily(daily="1", timezone="Asia/Tokyo", time="20:00")

    told = world.read(await manage(world, "remove", daily="1"))

    assert "Time zone of this server" not in world.read(added)
    assert "Asia/Tokyo. The first daily sets the time zone" in world.read(changed)
    assert "is now that of LA: America/Los_Angeles" in told
    assert "America/Los_Angeles;" in world.read(await world.mia.slash(world.channel, "settings"))


async def test_a_new_daily_does_not_affect_the_open_question_of_a_removed_one(world, deep):
    await schedule_two(world, deep)
    await world.pass_time(hours=2)
    await manage(world, "remove", daily="Deep dive")

    told = await world.schedule_daily(daily="Evening chat", time="20:00", channel=deep)
    await world.answer(world.ana, world.posts(deep)[0])
    await world.pass_time(minutes=20)

    assert "already posted" not in world.read(told)
    assert "Evening chat" not in world.read(world.posts(deep)[0])
    await world.pass_time(hours=11)
    assert "Evening chat" in world.read(world.posts(deep)[1])


async def test_a_daily_of_a_used_number_says_why_it_comes_tomorrow(world, deep):
    await schedule_two(world, deep)
    await world.pass_time(hours=2)
    await manage(world, "remove", daily="2")

    told = world.read(await world.schedule_daily(daily="2", time="20:00", channel=deep))

    assert "The question for Monday, November 23 has already been posted, and each day has only one." in told


async def test_buttons_and_menus_of_a_daily_that_was_removed_say_so(world, deep):
    await schedule_two(world, deep)
    await world.pass_time(hours=2)
    world.env.backend.delete_message(deep.id, world.posts(deep)[0].id)
    old = await manage(world, "status", daily="2")
    await manage(world, "remove", daily="2")

    told = [await world.mia.click(old.response, label=label) for label in world.labels(old.response)]
    told.append(await world.pick(world.mia, "v1:daily-pick", "2"))

    assert len(told) > 3
    assert {world.read(one) for one in told} == {SENTENCES[Refusal.DAILY_GONE]}


async def test_a_daily_that_is_named_but_not_open_is_not_asked_about_again(world, deep):
    await world.schedule_daily()
    closed = await world.ana.slash(deep, "answer", choice="A", daily="1")
    await world.schedule_daily(daily="Deep dive", time="20:00", channel=deep)
    await world.pass_time(hours=1)

    told = [world.read(await world.ana.slash(deep, "answer", choice="A", daily=name)) for name in ("deep dive", "2")]

    assert "Right now, Daily 1 has no open question. The next one will be posted" in world.read(closed)
    assert told[0].startswith("Right now, Deep dive has no open question. The next one will be posted")
    assert told[1] == told[0]
    assert "Which daily" in world.read(await world.ana.slash(deep, "answer", choice="A", daily="Night"))


async def test_posts_of_dailies_without_a_name_say_their_number_once_there_are_several(world):
    await world.schedule_daily()
    await world.pass_time(hours=1)
    assert "Question of the day · Monday" in world.read(world.posts()[0])
    await world.schedule_daily(daily="2", time="10:00")
    await world.tick()
    assert "Question of the day · Daily 1 · Monday" in world.read(world.posts()[0])
    await world.pass_time(hours=1)

    [first, second] = world.posts()
    asked = world.read(await world.ana.slash(world.channel, "answer", choice="A"))
    await world.answer(world.ana, first)
    await world.pass_time(days=1)

    assert "Which daily do you mean: Daily 1 or Daily 2?" in asked
    closed = [world.read(message) for message in world.posts()[:2]]
    assert "Question of the day · Daily 2 · Monday" in world.read(second)
    assert "Question of the day · Daily 1 · Monday" in closed[0]
    assert "Question of the day · Daily 2 · Monday" in closed[1]


async def test_the_overview_names_no_button_that_it_does_not_have(world, deep):
    await schedule_two(world, deep)
    await world.pass_time(hours=2)
    world.env.backend.delete_message(deep.id, world.posts(deep)[0].id)

    overview = await manage(world, "status")
    told = world.read(overview)
    picked = await world.mia.select(overview.response, ["2"], custom_id="v1:daily-pick")

    assert "Pick it below to post the same question once more." in told
    assert "Press Post it again to post the same question once more." in world.read(picked)
    assert "Post it again" in world.labels(picked.response)


async def test_the_overview_says_what_the_status_of_each_daily_says(world, deep):
    await schedule_two(world, deep)
    world.forbid(read_message_history=False)
    await world.pass_time(hours=2)
    blind = world.read(await manage(world, "status"))
    world.permit()
    await manage(world, "post", daily="1")
    well = world.read(await manage(world, "status"))
    world.forbid(send_messages=False)
    forbidden = world.read(await manage(world, "status"))

    assert len(world.posts()) == 1
    assert "could not be posted" not in blind
    assert blind.count("Pick it below to see what to do.") == 1
    assert "Pick it below to see" not in well
    assert forbidden.count("Pick it below to see what to do.") == 1, "before the next question is due"


async def test_messages_to_managers_name_the_daily_and_the_command_for_it(world, deep):
    await schedule_two(world, deep, time="09:00")
    world.forbid(send_messages=False)
    world.env.backend.delete_channel(deep.id)
    await world.env.settle()
    await world.pass_time(hours=2)

    paused = world.read(await manage(world, "pause", daily="Deep dive"))
    resumed = world.read(await manage(world, "resume", daily="2"))
    skipped = world.read(await manage(world, "skip", daily="Deep dive"))

    told = sorted(world.inbox(world.mia))
    assert [("(Daily 1)" in text, "(Deep dive)" in text) for text in told] == [(True, False), (False, True)]
    assert "daily: 1" in told[0]
    assert paused.startswith("Deep dive is paused. It posts no questions")
    assert "daily: 2" in paused
    assert resumed.startswith("Deep dive is running again.")
    assert skipped.startswith("There will be no question on Tuesday, November 24 from Deep dive.")
    assert "daily: 2 undo: True" in skipped


async def test_messages_about_discussions_name_the_daily(world, deep):
    await schedule_two(world, deep)

    on = await manage(world, "discussion", when="at-close", daily="Deep dive")
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013, times=None)
    await world.pass_time(hours=3)
    await world.pass_time(days=1)
    off = await manage(world, "discussion", when="off", daily="Deep dive")

    assert world.read(on).startswith("Each question of the day from Deep dive gets a thread under its post")
    assert world.read(off).startswith("From now on, questions of the day from Deep dive get no discussion.")
    (told,) = world.inbox(world.mia)
    assert "The question of the day in Study group (Deep dive) got no discussion." in told
    assert "daily status" in told
