"""Exam evenings: everybody who signs up takes the same paper at the same time; then come a table, the group's figures
and a review in a thread."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import discord
import pytest
from sqlalchemy import select

from bot.storage import tables
from tests.builders import a_pack, questions_of
from tests.conftest import as_shown
from tests.journeys.sittings import QUESTIONS, Sitting, components
from tests.journeys.test_exam_versions import without_c01
from tests.journeys.test_packs import study
from tests.reading import card_of

HOUR = "09:00"
"""An hour after the stories begin."""
TIME = timedelta(minutes=40)
"""More time than a short exam has."""


STATISTICS = replace(a_pack(questions_of({"7.1": 24})), name="statistics", title="Statistics", exam="Statistics")


@pytest.fixture
def packs(packs):
    return {**packs, STATISTICS.name: STATISTICS}


async def plan(world, **options):
    options = {"at": HOUR, "length": "short", "version": "c01", **options}
    told = await world.mia.slash(world.channel, "exam group", **options)
    await world.tick()
    return told


def post(world, channel=None):
    """Return the post of the evening as it is now."""
    found = [m for m in (channel or world.channel).history() if "Exam evening" in card_of(m).title]
    return found[-1] if found else None


def pings(world):
    return [m for m in world.channel.history() if "I ping only those who signed up" in world.read(m)]


def events(world):
    return list(world.env.backend.get_guild(world.guild.id).scheduled_events.values())


def review(world):
    """Return the messages in the thread under the post, oldest first."""
    thread = world.env.backend.channels.get(post(world).id)
    if thread is None:
        return []
    return [card_of(m) for m in world.env.backend.messages[thread.id].values()]


async def press(world, actor, label):
    return await actor.click(post(world), label=label)


async def sign_up(world, *actors):
    for actor in actors:
        told = await press(world, actor, "Sign up")
        assert told.ephemeral
    await world.pass_time(seconds=10)


async def sit(world, actor):
    """Begin the exam with one press on the post."""
    told = await press(world, actor, "Begin")
    assert told.ephemeral
    sitting = Sitting(world, actor)
    sitting.message = told.response
    return sitting


async def end(world):
    """Let the time run out, and run all steps that follow."""
    await world.pass_time(minutes=TIME.total_seconds() / 60)
    for _ in range(QUESTIONS + 4):
        await world.pass_time(seconds=6)


def more(world, count):
    return [world.guild.add_member(world.env.create_user(f"guest{number}")) for number in range(count)]


async def test_the_whole_evening_with_a_restart_at_each_stage(world):
    told = await plan(world)
    assert told.ephemeral
    assert "It is also in the server's list of events" in world.read(told)
    await world.restart()
    await sign_up(world, world.ana, world.ben)
    assert "ana and ben" in world.read(post(world))
    assert [event.name for event in events(world)] == ["Exam evening: MLA-C01"]

    await world.pass_time(hours=1)
    await world.restart()
    (ping,) = pings(world)
    assert {user.id for user in ping.mentions} == {world.ana.id, world.ben.id}
    ana = await sit(world, world.ana)
    papers = [as_shown(card_of(ana.message).text)]
    await ana.answer_all()
    await ana.submit()
    assert "Submitted" in world.read(ana.message)
    await world.restart()
    ben = await sit(world, world.ben)
    papers.append(as_shown(card_of(ben.message).text))
    assert papers[0] == papers[1], "one paper for all, in one order"
    await ben.submit()
    await world.ana.click(ana.message, label="Show my score")

    await world.tick()
    await world.restart()
    await end(world)

    shown = world.read(post(world))
    assert "**1.** ana: 1,000" in shown
    assert "1 score kept private" in shown
    assert "ben" not in shown
    assert "At least 5 papers are needed for these figures" in shown
    items = review(world)
    assert [card.above for card in items] == [f"Question {n} of {QUESTIONS}" for n in range(1, QUESTIONS + 1)]
    assert all("Answer: " in card.text for card in items)
    assert len(pings(world)) == 1
    assert len([m for m in world.channel.history() if "Exam evening" in card_of(m).title]) == 1


async def test_begin_is_refused_before_the_start_and_the_clock_is_everybodys(world):
    await plan(world)
    await sign_up(world, world.ana)
    early = await world.press(world.ana, "v1:evening-begin:1:post")
    assert "has not started yet" in world.read(early)

    await world.pass_time(hours=1)
    await world.pass_time(minutes=10)
    late = await sit(world, world.ben)

    assert "Ends" in world.read(late.message)
    exam = (await world.db.read(lambda tx: tx.execute(select(tables.exams)).all()))[0]
    assert (exam.started_at, exam.ends_at) == ((row := await evening(world)).starts_at, row.ends_at)
    await world.pass_time(seconds=10)
    assert card_of(post(world)).blocks["So far"] == "Signed up: 2 · started: 1 · submitted: 0"


async def evening(world):
    return (await world.db.read(lambda tx: tx.execute(select(tables.exam_evenings)).all()))[-1]


async def test_no_key_is_shown_while_others_take_the_paper(world):
    await plan(world)
    await sign_up(world, world.ana, world.ben)
    await world.pass_time(hours=1)
    await sit(world, world.ben)
    ana = await sit(world, world.ana)
    await ana.submit()
    exam_id = next(
        row.id
        for row in await world.db.read(lambda tx: tx.execute(select(tables.exams)).all())
        if row.user_id == world.ana.id
    )

    for id in (f"v1:exam-review:{exam_id}:0:0:x", f"v1:exam-retry:{exam_id}", f"v1:share:exam:{exam_id}"):
        assert "Others are still taking the same paper" in world.read(await world.press(world.ana, id))
    for id in (f"v1:exam-result:{exam_id}", f"v1:exam-words:{exam_id}"):
        assert "Submitted" in world.read(await world.press(world.ana, id))
    assert "Answer: " not in world.read(post(world))

    await end(world)
    told = await press(world, world.ana, "My result")
    assert "Mock exam: " in world.read(told)


async def test_the_evening_ends_early_once_everybody_has_submitted(world):
    await plan(world)
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)
    await (await sit(world, world.ana)).submit()

    await world.pass_time(seconds=10)
    await world.pass_time(seconds=10)

    assert "Here is how it went" in world.read(post(world))


async def test_from_five_papers_on_the_group_has_figures_without_hidden_members(world):
    await plan(world)
    guests = more(world, 4)
    await sign_up(world, world.ana, world.ben, *guests)
    await world.pass_time(hours=1)
    for actor in (world.ana, world.ben, *guests):
        sitting = await sit(world, actor)
        await sitting.submit()
    await world.ben.slash(world.channel, "privacy hide")
    await press_agree(world, world.ben)
    await end(world)

    shown = world.read(post(world))
    assert "0% " in shown
    assert "Share of right answers by domain" in shown
    assert "5 scores kept private" in shown
    assert "0% answered right" in str(review(world)[0].blocks)

    await guests[0].slash(world.channel, "privacy hide")
    await world.pass_time(seconds=10)
    assert "At least 5 papers are needed" in world.read(post(world)), "four are left who may be counted"


async def press_agree(world, actor):
    return await world.press(actor, "v1:evening-agree:1:1")


async def test_a_hidden_member_signs_up_unseen(world):
    await world.ana.slash(world.channel, "privacy hide")
    await plan(world)

    told = await press(world, world.ana, "Sign up")
    await world.tick()
    await world.pass_time(hours=1)

    assert "neither your name nor your score" in world.read(told)
    assert "ana" not in world.read(post(world))
    assert not pings(world)[0].mentions


async def test_leaving_before_the_start_takes_the_name_off_and_coming_back_puts_it_on(world):
    await plan(world)
    await sign_up(world, world.ana)

    left = await press(world, world.ana, "Leave")
    await world.pass_time(seconds=10)
    assert "You have left" in world.read(left)
    assert "Nobody yet" in world.read(post(world))
    assert "You are not in that exam evening" in world.read(await press(world, world.ana, "Leave"))

    await sign_up(world, world.ana)
    await world.pass_time(seconds=10)
    assert "ana" in world.read(post(world))


async def test_leaving_in_the_middle_keeps_the_exam_but_it_does_not_count(world):
    await plan(world)
    await sign_up(world, world.ana, world.ben)
    await world.pass_time(hours=1)
    ana = await sit(world, world.ana)
    await (await sit(world, world.ben)).submit()

    left = await press(world, world.ana, "Leave")
    assert "Your exam keeps running" in world.read(left)
    await world.pass_time(seconds=10)
    assert "Here is how it went" not in world.read(post(world)), "somebody still sits the paper"
    await ana.submit()
    await end(world)

    assert "1 score kept private" in world.read(post(world))
    assert "Mock exam: " in world.read(await world.press(world.ana, "v1:exam-result:1"))


async def test_a_member_who_leaves_in_the_middle_comes_back_with_begin_as_the_reply_says(world):
    await plan(world)
    await sign_up(world, world.ana, world.ben)
    await world.pass_time(hours=1)
    await sit(world, world.ana)
    assert "press Begin on the post" in world.read(await press(world, world.ana, "Leave"))

    ana = await sit(world, world.ana)
    await world.pass_time(seconds=10)
    assert card_of(post(world)).blocks["So far"] == "Signed up: 2 · started: 1 · submitted: 0"
    await ana.submit()
    await press_agree(world, world.ana)
    await end(world)

    assert "**1.** ana" in world.read(post(world))


async def test_an_evening_that_everybody_has_left_continues_for_new_sign_ups(world):
    await plan(world)
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)

    left = await press(world, world.ana, "Leave")
    await world.pass_time(minutes=1)
    ben = await sit(world, world.ben)
    await ben.submit()
    await end(world)

    assert "You can sign up again until the evening ends" in world.read(left)
    assert "1 score kept private" in world.read(post(world))


@pytest.mark.parametrize(("minutes", "takes_place"), [(20, True), (45, False)])
async def test_a_server_that_is_without_the_bot_at_the_start_begins_late_or_calls_it_off(world, minutes, takes_place):
    await plan(world)
    await sign_up(world, world.ana)
    guilds = world.bot.services.guilds
    await world.pass_time(minutes=50)

    await guilds.left(world.guild.id, at=world.now)
    await world.pass_time(minutes=10 + minutes)
    away = (await evening(world)).state
    await guilds.joined(world.guild.id, at=world.now)
    await world.pass_time(seconds=10)
    row = await evening(world)

    assert away == "open"
    assert row.state == ("running" if takes_place else "over")
    if takes_place:
        assert row.starts_at > world.now - timedelta(minutes=1)


async def test_more_scores_than_the_table_has_lines_are_counted_apart_from_private_ones(world):
    await plan(world)
    guests = more(world, 28)
    await sign_up(world, *guests)
    await world.pass_time(hours=1)
    for guest in guests:
        await press(world, guest, "Begin")
    for guest in guests[:-1]:
        await press_agree(world, guest)
    await end(world)

    shown = world.read(post(world))
    assert "and 2 more." in shown
    assert "1 score kept private." in shown


async def test_without_sign_ups_there_is_no_evening_and_its_event_is_deleted(world):
    await plan(world)

    await world.pass_time(hours=1)
    await world.tick()

    assert "Nobody signed up" in world.read(post(world))
    assert world.labels(post(world)) == []
    assert not events(world)
    assert "is over" in world.read(await world.press(world.ana, "v1:evening-join:1"))


@pytest.mark.parametrize(("minutes", "takes_place"), [(20, True), (45, False)])
async def test_a_bot_that_was_down_at_the_start_begins_late_or_calls_the_evening_off(world, minutes, takes_place):
    await plan(world)
    await sign_up(world, world.ana)
    world.env.backend.advance_clock(3600 + minutes * 60)

    await world.restart()
    await world.tick()
    await world.tick()

    row = await evening(world)
    if takes_place:
        assert row.state == "running"
        assert row.ends_at - row.starts_at >= timedelta(minutes=20)
        assert row.starts_at > world.now - timedelta(minutes=1)
    else:
        assert "I was offline for too long at the start" in world.read(post(world))
        assert len(pings(world)) == 1


async def test_an_evening_that_was_missed_because_the_clock_was_ahead_takes_place(world):
    await plan(world)
    await sign_up(world, world.ana)

    await world.clock_was_ahead(days=3)
    for _ in range(3):
        await world.pass_time(minutes=5)

    assert "Signed up: 1" in world.read(post(world))
    assert [event.name for event in events(world)] == ["Exam evening: MLA-C01"]
    [ping] = [ping for ping in pings(world) if "The exam evening now starts" in world.read(ping)]
    assert [user.id for user in ping.mentions] == [world.ana.id]
    await world.pass_time(hours=1)
    assert (await evening(world)).state == "running"


async def test_a_bot_that_was_down_at_the_end_submits_the_papers_and_continues(world):
    await plan(world)
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)
    await sit(world, world.ana)
    world.env.backend.advance_clock(6 * 3600)

    await world.restart()
    await end(world)

    assert "Here is how it went" in world.read(post(world))
    assert len(review(world)) == QUESTIONS


async def test_the_host_moves_the_evening_and_its_event_and_sign_ups_follow(world):
    await plan(world)
    await sign_up(world, world.ana)

    managed = await press(world, world.mia, "Manage")
    form = await world.mia.click(managed.response, label="Change the time…")
    told = await world.mia.submit_modal(form, {"at": "11:00"})
    await world.tick()

    assert "Moved" in world.read(told)
    assert events(world)[0].scheduled_start_time.startswith("2026-11-23T11:00")
    assert "now starts" in world.read(pings(world)[-1])
    await world.pass_time(hours=1)
    assert (await evening(world)).state == "open"
    await world.pass_time(hours=2)
    assert (await evening(world)).state == "running"


async def test_the_host_calls_the_evening_off_and_its_event_is_deleted(world):
    await plan(world)
    await sign_up(world, world.ana)

    managed = await press(world, world.mia, "Manage")
    told = await world.mia.click(managed.response, label="Call it off")
    await world.tick()

    assert "Called off" in world.read(told)
    assert "The exam evening was called off" in world.read(post(world))
    assert not events(world)
    assert "The exam evening was called off" in world.read(pings(world)[-1])


async def test_only_managers_plan_and_change_it(world):
    told = await world.ana.slash(world.channel, "exam group", at=HOUR)
    assert "Only managers" in world.read(told)
    await plan(world)

    for verb in ("manage", "move", "cancel"):
        told = await world.press(world.ana, f"v1:evening-{verb}:1")
        assert "Only the member who planned the exam evening" in world.read(told)


@pytest.mark.parametrize(
    ("at", "why"), [("now", "too soon"), ("in 1 year", "too far ahead"), ("noonish", "cannot read `noonish`")]
)
async def test_an_impossible_start_is_refused_in_a_sentence(world, at, why):
    assert why in world.read(await plan(world, at=at))
    assert post(world) is None


async def test_a_server_plans_at_most_three_evenings_ahead(world):
    for hour in ("10:00", "11:00", "12:00"):
        await plan(world, at=hour)

    assert "has 3 exam evenings ahead" in world.read(await plan(world, at="13:00"))


async def test_without_create_events_it_works_and_says_what_is_missing(world):
    take_from_bot(world, "create_events", "manage_events", "administrator")

    told = await plan(world)
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)

    assert "because I need the permission Create Events for that" in world.read(told)
    assert not events(world)
    assert (await evening(world)).state == "running"


async def test_an_event_that_discord_refuses_does_not_delay_the_evening(world):
    """The bot loses the permission between the command and the request."""
    told = await world.mia.slash(world.channel, "exam group", at=HOUR, length="short", version="c01")
    assert "also in the server's list of events" in world.read(told)
    take_from_bot(world, "create_events", "manage_events", "administrator")

    await world.tick()
    await sign_up(world, world.ana)

    assert not events(world)
    assert "ana" in world.read(post(world))
    [told] = world.inbox(world.mia)
    assert "The exam evening that you planned in Study group is not in the server's list of events yet" in told
    assert "I need the permission Create Events" in told


async def test_an_event_that_discord_refuses_for_a_moment_is_created_later(world):
    refuse_once(world, "/guilds/*/scheduled-events")

    await plan(world)
    assert not events(world)
    await world.pass_time(minutes=11)

    assert [event.name for event in events(world)] == ["Exam evening: MLA-C01"]
    await world.tick()
    assert "for your calendar" in world.read(post(world))
    [told] = world.inbox(world.mia)
    assert "Discord refused it. I will try again until it starts" in told


async def test_switching_events_off_keeps_those_in_the_list_and_says_so(world):
    await plan(world)

    told = await world.mia.slash(world.channel, "settings", events="off")
    await world.tick()

    assert "Those in the server's list of events stay there" in world.read(told)
    assert len(events(world)) == 1


async def test_a_ping_that_is_refused_at_the_start_follows_while_it_is_of_use(world):
    await plan(world)
    await sign_up(world, world.ana)
    world.forbid(send_messages=False)
    await world.pass_time(hours=1)
    assert not pings(world)

    world.permit()
    for _ in range(3):
        await world.pass_time(minutes=1)

    (ping,) = pings(world)
    assert [user.id for user in ping.mentions] == [world.ana.id]


async def test_a_ping_that_is_refused_for_ten_minutes_is_dropped(world):
    await plan(world)
    await sign_up(world, world.ana)
    world.forbid(send_messages=False)
    await world.pass_time(hours=1)
    for _ in range(11):
        await world.pass_time(minutes=1)

    world.permit()
    await world.pass_time(minutes=5)

    assert not pings(world)


def refuse_once(world, path):
    world.env.inject_error("POST", path, status=403, code=50013, message="Missing Permissions")


def take_from_bot(world, *permissions):
    backend = world.env.backend
    guild = backend.get_guild(world.guild.id)
    for role_id in [*guild.members[backend.bot_user.id].role_ids, guild.id]:
        role = guild.roles[role_id]
        allowed = discord.Permissions(role.permissions)
        allowed.update(**dict.fromkeys(permissions, False))
        backend.edit_role(guild.id, role_id, {"permissions": allowed.value})


async def test_managers_switch_events_off(world):
    await world.mia.slash(world.channel, "settings", events="off")

    told = await plan(world)

    assert "`/settings events:` is off" in world.read(told)
    assert not events(world)


async def test_an_event_that_somebody_deletes_is_not_created_again_and_the_evening_continues(world):
    await plan(world)
    await sign_up(world, world.ana)
    world.env.backend.delete_scheduled_event(world.guild.id, events(world)[0].id)

    managed = await press(world, world.mia, "Manage")
    form = await world.mia.click(managed.response, label="Change the time…")
    await world.mia.submit_modal(form, {"at": "10:00"})
    await world.pass_time(hours=2)

    assert not events(world)
    assert (await evening(world)).state == "running"


async def test_an_event_that_somebody_moves_follows_the_post_again_with_the_next_change(world):
    await plan(world)
    moved = {"scheduled_start_time": "2026-12-01T00:00:00+00:00", "scheduled_end_time": "2026-12-01T01:00:00+00:00"}
    world.env.backend.edit_scheduled_event(world.guild.id, events(world)[0].id, moved)

    managed = await press(world, world.mia, "Manage")
    form = await world.mia.click(managed.response, label="Change the time…")
    await world.mia.submit_modal(form, {"at": "10:00"})
    await world.tick()

    assert events(world)[0].scheduled_start_time.startswith("2026-11-23T10:00")


async def test_deleting_the_post_ends_the_evening_and_exams_continue(world):
    await plan(world)
    await sign_up(world, world.ana, world.ben)
    await world.pass_time(hours=1)
    ana = await sit(world, world.ana)
    world.env.backend.delete_message(world.channel.id, post(world).id)

    await world.pass_time(seconds=10)
    await world.pass_time(seconds=10)

    assert (await evening(world)).ending == "deleted"
    await ana.submit()
    assert "Mock exam: " in world.read(ana.message)


@pytest.mark.parametrize("hours", [0, 1], ids=["before the start", "while it runs"])
async def test_all_who_care_hear_that_an_evening_ended_with_its_post(world, hours):
    await plan(world)
    await sign_up(world, world.ana, world.ben)
    await world.pass_time(hours=hours)
    world.env.backend.delete_message(world.channel.id, post(world).id)
    await world.pass_time(hours=1 - hours)
    if hours:
        await world.ana.click(pings(world)[-1], label="Begin")  # whose number the post would show
    for _ in range(4):
        await world.pass_time(seconds=10)

    *_, begun, ended = pings(world)
    buttons = [button for ping in (begun, ended) for button in components(ping)]
    assert all("Its post was deleted, so the exam evening was called off" in world.read(one) for one in (begun, ended))
    assert all("submitted are graded: `/exam history`" in world.read(one) for one in (begun, ended))
    assert all(button["disabled"] for button in buttons)
    assert {user.id for user in ended.mentions} == {world.ana.id, world.ben.id}
    assert ["called off, because its post was deleted" in told for told in world.inbox(world.mia)] == [True]


async def test_no_ping_offers_an_evening_that_was_called_off(world):
    await plan(world)
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)
    managed = await press(world, world.mia, "Manage")
    await world.mia.click(managed.response, label="Call it off")
    await world.pass_time(seconds=10)

    assert all(button["disabled"] for ping in pings(world) for button in components(ping))


async def test_a_channel_that_is_deleted_ends_its_evening_and_the_event_at_once(world):
    await plan(world)
    await sign_up(world, world.ana)
    await world.bot.get_channel(world.channel.id).delete()
    await world.env.settle()

    await world.tick()
    await world.tick()

    assert (await evening(world)).ending == "deleted"
    assert not events(world)
    assert "was called off, because its channel is gone" in world.inbox(world.mia)[-1]


async def test_without_permission_for_threads_the_plan_says_so_and_the_review_follows_once_it_is_granted(world):
    world.forbid(create_public_threads=False)
    told = await plan(world)
    assert "I need Create Public Threads" in world.read(told)
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)
    await (await sit(world, world.ana)).submit()
    await end(world)
    assert review(world) == []
    assert "Here is how it went" in world.read(post(world))
    assert any("thread for the review" in text for text in world.inbox(world.mia))

    world.permit()
    await world.pass_time(minutes=11)
    await end(world)
    assert len(review(world)) == QUESTIONS


async def test_a_review_that_its_thread_refuses_for_a_moment_continues(world):
    await plan(world)
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)
    await (await sit(world, world.ana)).submit()
    refuse_once(world, f"/channels/{post(world).id}/messages")
    await end(world)
    assert len(review(world)) < QUESTIONS
    assert any("I will try again every ten minutes, for two days" in text for text in world.inbox(world.mia))

    await world.pass_time(minutes=11)
    await end(world)

    assert [card.above for card in review(world)] == [f"Question {n} of {QUESTIONS}" for n in range(1, QUESTIONS + 1)]


async def test_a_thread_that_is_deleted_ends_the_review_quietly_for_members(world):
    await plan(world)
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)
    await (await sit(world, world.ana)).submit()
    for _ in range(4):
        await world.pass_time(seconds=6)
    assert review(world)
    await world.bot.get_channel(post(world).id).delete()

    await end(world)

    assert any("stopped, because its thread is gone" in text for text in world.inbox(world.mia))
    assert "Mock exam: " in world.read(await press(world, world.ana, "My result"))


async def test_the_open_daily_is_on_no_paper_and_a_later_daily_is_reviewed_when_it_closes(world):
    daily = await world.post_daily()
    open_question = world.question_of(daily)
    await world.answer(world.ana, daily)
    await plan(world, at="10:00")
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)

    paper = await world.db.read(lambda tx: set(tx.execute(select(tables.evening_items.c.question_id)).scalars()))
    assert len(paper) == QUESTIONS
    assert open_question.id not in paper


async def test_a_question_that_somebody_can_still_answer_elsewhere_waits_with_its_review(world):
    await plan(world)
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)
    sitting = await sit(world, world.ana)
    place, question_id = await world.db.read(
        lambda tx: tuple(tx.execute(select(tables.evening_items.c.place, tables.evening_items.c.question_id)).first())
    )
    channel, noa, ana_there = world.open_server()
    await ana_there.slash(channel, "quiz", questions=1)  # the bot has now seen her in the other server
    await noa.slash(channel, "daily schedule", channel=channel, time="09:01", timezone="UTC")
    await world.pass_time(minutes=1)
    await world.db.write(lambda tx: tx.execute(tables.dailies.update().values(question_id=question_id)) and None)
    await sitting.submit()

    await end(world)
    assert len(review(world)) == QUESTIONS - 1
    await world.pass_time(days=1)
    await world.pass_time(minutes=11)

    assert len(review(world)) == QUESTIONS
    assert review(world)[-1].above == f"Question {place + 1} of {QUESTIONS}"


async def test_members_see_their_own_answer_under_a_question_of_the_review(world):
    await plan(world)
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)
    await (await sit(world, world.ana)).submit()
    await end(world)

    mine = await world.press(world.ana, "v1:evening-item:1:0")
    others = await world.press(world.ben, "v1:evening-item:1:0")

    assert "You gave no answer" in world.read(mine)
    assert "You are not in that exam evening" in world.read(others)


async def test_a_member_who_is_taking_another_exam_is_told_so_at_begin(world):
    await plan(world)
    await sign_up(world, world.ana)
    await Sitting(world, world.ana).begin("full")

    await world.pass_time(hours=1)
    told = await press(world, world.ana, "Begin")

    assert "Your mock exam is still running" in world.read(told)


async def test_pressing_begin_twice_continues_the_same_exam(world):
    await plan(world)
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)

    first, second = await sit(world, world.ana), await sit(world, world.ana)

    assert card_of(first.message).text == card_of(second.message).text
    assert len(await world.db.read(lambda tx: tx.execute(select(tables.exams)).all())) == 1


async def test_erasing_removes_a_member_from_the_post_and_leaves_no_row(world):
    await plan(world)
    await sign_up(world, world.ana, world.ben)
    asked = await world.ana.slash(world.channel, "privacy delete")
    await world.ana.click(asked.response, label="Erase everything")
    await world.pass_time(seconds=10)

    assert "ana" not in world.read(post(world))
    rows = await world.db.read(lambda tx: tx.execute(select(tables.evening_members.c.user_id)).scalars().all())
    assert rows == [world.ben.id]


async def test_a_hostile_name_neither_pings_nor_formats(world):
    eve = world.guild.add_member(world.env.create_user("@everyone **x** [l](https://e.vil)"))
    await plan(world)
    await sign_up(world, eve)

    assert r"\[l](https:\//" in world.read(post(world)) or "\\[l]" in world.read(post(world))
    stored = world.env.backend.get_message(world.channel.id, post(world).id)
    assert not stored.mention_everyone


async def test_if_the_channel_refuses_the_post_the_evening_ends_and_the_host_is_told_why(world):
    await world.mia.slash(world.channel, "exam group", at=HOUR, length="short")
    world.forbid(send_messages=False)

    await world.tick()
    await world.tick()

    assert (await evening(world)).ending == "deleted"
    [told] = world.inbox(world.mia)
    assert "The exam evening in Study group could not be posted, so it was called off" in told
    assert "Give me Send Messages there" in told
    assert not events(world)


async def test_an_evening_whose_pack_goes_missing_keeps_its_papers_until_the_pack_is_back(world):
    await study(world, STATISTICS.name)
    await world.mia.slash(world.channel, "exam group", at=HOUR, length="short")
    await world.tick()
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)
    await sit(world, world.ana)
    whole = world.packs
    world.packs = {name: pack for name, pack in whole.items() if name != STATISTICS.name}
    await world.restart()

    for _ in range(6):
        await world.pass_time(minutes=20)
    waiting = world.read(post(world))
    world.packs = whole
    await world.restart()
    for _ in range(3):
        await world.pass_time(minutes=10)

    assert "the scores will follow once my operator has restored it" in waiting
    assert "1 score kept private" in world.read(post(world))


async def test_an_evening_is_called_off_if_the_bank_cannot_fill_its_paper(world):
    await plan(world)
    await sign_up(world, world.ana)
    name, pack = next((name, pack) for name, pack in world.packs.items() if name == world.settings.pack)
    few = dict(list(pack.questions.items())[:3])
    world.packs = {**world.packs, name: replace(pack, questions=few)}
    await world.restart()

    await world.pass_time(hours=1)
    await world.tick()

    assert "There were not enough questions for the paper" in world.read(post(world))
    assert "A short exam needs fewer" not in world.read(post(world)), "it was a short one"
    assert "not enough questions" in world.read(pings(world)[-1])
    assert not events(world)


@pytest.mark.parametrize("comes_back", [True, False])
async def test_an_evening_whose_pack_is_missing_waits_for_it_and_is_called_off_with_that_reason(world, comes_back):
    await study(world, STATISTICS.name)
    await world.mia.slash(world.channel, "exam group", at=HOUR, length="short")
    await world.tick()
    await sign_up(world, world.ana)
    whole = world.packs
    world.packs = {name: pack for name, pack in whole.items() if name != STATISTICS.name}
    await world.restart()

    await world.pass_time(hours=1)
    assert "has not started yet" in world.read(await world.press(world.ana, "v1:evening-begin:1:post"))
    assert pings(world) == []

    if comes_back:
        world.packs = whole
        await world.restart()
        await world.pass_time(seconds=10)
        assert (await evening(world)).state == "running"
        assert "Statistics" in card_of(post(world)).title
    else:
        await world.pass_time(minutes=31)
        await world.tick()
        assert card_of(post(world)).title == "Exam evening"
        for message in (post(world), pings(world)[-1]):
            assert "did not take place, because its pack is missing" in world.read(message)


async def test_in_a_direct_message_there_is_no_evening(world):
    told = await world.ana.user.slash("exam group", at=HOUR)

    assert "This works in a server" in world.read(told)


async def test_an_evening_is_refused_if_the_pack_can_never_fill_its_paper(world):
    await study(world, STATISTICS.name)

    told = await world.mia.slash(world.channel, "exam group", at=HOUR, length="full")
    await world.tick()

    assert "This pack has too few questions for that exam" in world.read(told)
    assert "choose `length: short`" in world.read(told)
    assert post(world) is None


async def test_a_paper_whose_questions_are_all_gone_has_no_score_in_the_table_and_no_review(world):
    await plan(world)
    await sign_up(world, world.ana, world.ben)
    await world.pass_time(hours=1)
    await sit(world, world.ana)
    await sit(world, world.ben)
    pack = world.packs["aws-mla-c01"]
    others = {f"new-{id}": replace(question, id=f"new-{id}") for id, question in pack.questions.items()}
    world.packs = {**world.packs, pack.name: replace(pack, questions=others)}
    await world.restart()
    await world.press(world.ana, "v1:evening-agree:1:1")
    await end(world)

    shown = card_of(post(world)).blocks
    assert next(text for title, text in shown.items() if title.startswith("Scores")) == (
        "2 papers had no question left to score."
    )
    assert "there is no review" in shown["Review"]
    assert world.env.backend.channels.get(post(world).id) is None, "no thread was opened"
    assert "Mock exam: no score" in world.read(await press(world, world.ana, "My result"))


async def test_an_evening_for_a_version_that_is_gone_names_it_and_shows_no_other_pass_mark(world):
    await plan(world)
    await sign_up(world, world.ana, world.ben)
    await world.pass_time(hours=1)
    ana = await sit(world, world.ana)
    await ana.submit()
    await world.ana.click(ana.message, label="Show my score")
    await without_c01(world)
    await end(world)

    shown = card_of(post(world))
    assert shown.title == "Exam evening: a short mock exam for c01"
    assert shown.blocks["Scores"].startswith("**1.** ana: ")
    assert "passing score" not in world.read(post(world))
