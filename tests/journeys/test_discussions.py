"""The discussion of a daily: switched on, and opened at the close or at once, under the post, in a forum or in
private."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from sqlalchemy import update

from bot.cogs.ui.threads import tags_for
from bot.storage.tables import dailies
from bot.study.questions import Kind

SHUT = {"status": 400, "code": 50083, "message": "Thread is archived"}
GONE = {"status": 404, "code": 10003, "message": "Unknown Channel"}
REFUSED = {"status": 403, "code": 50013, "message": "Missing Permissions"}


@pytest.fixture
def forum(world):
    return world.guild.create_forum_channel("talk")


async def switch_on(world, when="at-close", **options):
    return await world.mia.slash(world.channel, "daily discussion", when=when, **options)


async def crowd(world, message, count=5, *, right=True):
    """Let this many members answer a question."""
    people = [world.guild.add_member(world.env.create_user(f"member {n}")) for n in range(count)]
    for person in people:
        await world.answer(person, message, right=right)
    return people


def rooms(world, parent=None):
    return (parent or world.channel).threads


def first_of(room):
    return next(message for message in room.history() if message.components)


def forbid(world, channel, **permissions):
    _, denied = discord.PermissionOverwrite(**permissions).pair()
    world.env.backend.set_overwrite(
        channel.id,
        Overwrite(target_id=world.env.backend.bot_user.id, type=OverwriteType.MEMBER, allow=0, deny=denied.value),
    )


async def a_daily(world):
    """Post today's daily, and its discussion if that begins at once."""
    await world.post_daily()
    await world.tick()
    return world.posts()[-1]


def as_it_is(world, message):
    """Return the post as it is now."""
    return next(m for m in world.channel.history() if m.id == message.id)


# -- at the close, under the post


async def test_discussions_are_off_until_a_manager_switches_them_on(world):
    await world.post_daily()
    await world.pass_time(days=1)

    assert rooms(world) == []
    assert "Discussion" not in world.read(await world.mia.slash(world.channel, "daily status"))


async def test_at_the_close_a_thread_under_the_post_says_why_and_how_the_group_answered(world):
    message = await world.daily_of(Kind.CHOICE)
    told = world.read(await switch_on(world))
    question = world.question_of(message)
    await crowd(world, message, 4)
    await world.answer(world.ana, message, right=False)

    await world.pass_time(days=1)

    assert "a thread under its post when it closes" in told
    [room] = rooms(world)
    assert room.id == message.id
    text = world.read(first_of(room))
    assert "Discussion · " in text
    assert "5 answers, 4 right" in text
    assert question.explanation[:60] in text
    assert question.stem not in text, "it is right above"
    assert "Discussion: After the close" in world.read(await world.mia.slash(world.channel, "daily status"))


async def test_no_figure_comes_from_fewer_than_five_members_and_hidden_members_are_not_counted(world):
    message = await world.daily_of(Kind.CHOICE)
    await switch_on(world)
    await crowd(world, message, 4)
    await world.answer(world.ana, message)
    await world.ana.slash(world.channel, "privacy hide")

    await world.pass_time(days=1)

    text = world.read(first_of(rooms(world)[0]))
    assert "Figures are shown once there are 5 answers." in text
    assert "right" not in text.split("How you answered")[1]


async def test_the_post_and_its_discussion_count_the_same_answers_without_hidden_members(world):
    """Otherwise, the difference would reveal the answer of the hidden member."""
    message = await world.daily_of(Kind.CHOICE)
    await switch_on(world)
    await crowd(world, message, 5)
    await world.answer(world.ana, message, right=False)
    await world.ana.slash(world.channel, "privacy hide")

    await world.pass_time(days=1)

    assert "5 answers, 5 right" in world.read(first_of(rooms(world)[0]))
    assert "5 answers, 5 right" in world.read(as_it_is(world, message))


async def test_a_daily_that_only_hidden_members_have_answered_shows_no_answers(world):
    message = await world.daily_of(Kind.CHOICE)
    await world.answer(world.ana, message)
    await world.ana.slash(world.channel, "privacy hide")

    await world.pass_time(days=1)

    assert "No answers to show" in world.read(as_it_is(world, message))


async def test_practise_more_like_this_starts_a_private_quiz_on_the_section(world):
    message = await world.post_daily()
    await switch_on(world)
    section = world.question_of(message).section
    await world.pass_time(days=1)

    reply = await world.ana.click(first_of(rooms(world)[0]), label="Practice more like this")

    assert reply.ephemeral
    assert world.question_of(reply.response).section == section


async def test_after_a_restart_in_the_middle_there_is_one_thread_with_one_message(world):
    message = await world.post_daily()
    await switch_on(world)
    world.env.backend.advance_clock(24 * 3600)
    await world.bot.services.dailies.close_due(world.now)
    await world.restart()
    await world.tick()
    await world.restart()
    await world.pass_time(minutes=20)

    [room] = [room for room in rooms(world) if room.id == message.id]
    assert len([m for m in room.history() if m.components]) == 1
    reply = await world.ana.click(first_of(room), label="Practice more like this")
    assert reply.ephemeral


async def test_a_deleted_post_has_no_discussion(world):
    message = await world.post_daily()
    await switch_on(world)
    world.env.backend.delete_message(world.channel.id, message.id)

    await world.pass_time(days=1)

    assert all(room.id != message.id for room in rooms(world))


async def test_a_withdrawn_question_has_no_discussion(world):
    message = await world.post_daily()
    await switch_on(world)
    question = world.question_of(message)
    pack = world.packs["aws-mla-c01"]
    left = {id: one for id, one in pack.questions.items() if id != question.id}
    world.packs = {**world.packs, pack.name: replace(pack, questions=left)}
    await world.restart()
    await world.pass_time(days=1)

    assert all(room.id != message.id for room in rooms(world))


# -- in a forum


async def test_in_a_forum_each_day_gets_a_post_with_the_tag_of_its_section(world, forum):
    message = await world.post_daily()
    question = world.question_of(message)
    world.env.backend.get_channel(forum.id).available_tags = tags("Off topic", question.section)
    await world.restart()
    told = world.read(await switch_on(world, forum=forum))

    await world.pass_time(days=1)

    await world.pass_time(minutes=10)
    assert f"a post in <#{forum.id}>" in told
    [post] = rooms(world, forum)
    assert world.env.backend.get_channel(post.id).applied_tags == [2]
    text = world.read(first_of(post))
    assert question.stem[:80] in text, "there is nothing above it"
    assert rooms(world) == []
    assert f"<#{post.id}>" in world.read(as_it_is(world, message))


def tags(*names, moderated=()):
    return [
        {"id": str(number), "name": name, "moderated": name in moderated, "emoji_id": None, "emoji_name": None}
        for number, name in enumerate(names, start=1)
    ]


async def test_a_forum_without_tags_gets_its_posts_without_one(world, forum):
    await world.post_daily()
    await switch_on(world, forum=forum)

    await world.pass_time(days=1)

    [post] = rooms(world, forum)
    assert world.env.backend.get_channel(post.id).applied_tags == []


def a_forum(*tags, required=False, manager=False):
    named = [SimpleNamespace(name=name, moderated=name.startswith("!")) for name in tags]
    return SimpleNamespace(
        available_tags=named,
        flags=SimpleNamespace(require_tag=required),
        guild=SimpleNamespace(me=None),
        permissions_for=lambda _me: discord.Permissions(manage_threads=manager),
    )


@pytest.mark.parametrize(
    ("forum", "chosen"),
    [
        (a_forum("Misc", "1.1"), ["1.1"]),
        (a_forum("1", "collect-data", "1.1 Collect Data"), ["1.1 Collect Data"]),
        (a_forum("Misc", "COLLECT data"), ["COLLECT data"]),
        (a_forum("Misc", "1"), ["1"]),
        (a_forum("Misc"), []),
        (a_forum("Misc", "Other", required=True), ["Misc"]),
        (a_forum("!Staff", "Other", required=True), ["Other"]),
        (a_forum("!Staff", required=True), []),
        (a_forum("!1.1"), []),
        (a_forum("!1.1", manager=True), ["!1.1"]),
        (a_forum(required=True), []),
    ],
)
def test_the_tag_is_for_the_section_or_its_parent_or_the_first_one_if_a_tag_is_required(forum, chosen):
    names = ("1.1 Collect Data", "1.1", "Collect Data", "1 Data", "1", "Data", "!1.1")

    assert [tag.name for tag in tags_for(forum, names)] == chosen


async def test_a_deleted_forum_is_reported_once_and_named_in_status_and_settings(world, forum):
    await world.post_daily()
    await switch_on(world, forum=forum)
    world.env.backend.delete_channel(forum.id)
    await world.env.settle()
    before = len(world.inbox(world.mia))

    for _ in range(3):
        await world.pass_time(days=1)

    told = [text for text in world.inbox(world.mia) if "The forum for discussions is gone" in text]
    assert len(told) == 1
    assert len(world.inbox(world.mia)) == before + 1
    assert len(world.posts()) == 4, "the questions come as ever"
    for command in ("daily status", "settings"):
        assert "The forum for discussions is gone" in world.read(await world.mia.slash(world.channel, command))


async def test_a_forum_has_no_discussion_before_the_close(world, forum):
    await world.schedule_daily()

    told = world.read(await switch_on(world, "at-once", forum=forum))

    assert "Anyone can read a post in a forum, so a discussion there begins at the close." in told
    assert "Discussion" not in world.read(await world.mia.slash(world.channel, "daily status"))


# -- at once, in private


async def test_at_once_those_who_have_answered_are_let_in_and_others_are_not(world):
    await world.schedule_daily()
    told = world.read(await switch_on(world, "at-once"))
    message = await a_daily(world)
    post = as_it_is(world, message)
    assert "Discuss" in world.labels(post)
    room = rooms(world)[-1]
    assert world.env.backend.get_channel(room.id).type == discord.ChannelType.private_thread.value
    text = world.read(first_of(room))
    assert "This will be shown after the close." in text

    early = await world.ana.click(post, label="Discuss")
    await world.answer(world.ana, post)
    entered = await world.ana.click(post, label="Discuss")

    assert "private thread" in told
    assert "you can still answer it" in world.read(early)
    assert f"<#{room.id}>" in world.read(entered)
    members = world.env.backend.get_channel(room.id).thread_members
    assert world.ana.user.id in members
    assert world.ben.user.id not in members


async def test_at_the_close_the_private_thread_is_open_to_all_and_shows_how_the_group_answered(world):
    await world.schedule_daily()
    await switch_on(world, "at-once")
    message = await a_daily(world)
    await crowd(world, message, 5)
    await world.restart()
    await world.pass_time(days=1)
    await world.tick()
    post = as_it_is(world, message)

    entered = await world.ben.click(post, label="Discuss")

    room = next(room for room in rooms(world) if f"<#{room.id}>" in world.read(entered))
    assert "5 answers, 5 right" in world.read(first_of(room))


async def test_if_answers_can_change_until_the_close_the_discussion_begins_after_it(world):
    await world.mia.slash(world.channel, "settings", feedback="at-close")
    await world.schedule_daily()
    told = world.read(await switch_on(world, "at-once"))
    message = await world.post_daily()
    await world.tick()

    assert "the discussion waits until then" in told
    assert rooms(world) == []
    await world.pass_time(days=1)
    assert [room.id for room in rooms(world)] == [message.id]


async def test_members_who_can_still_answer_elsewhere_are_not_let_in(world):
    await world.schedule_daily()
    await switch_on(world, "at-once")
    message = await a_daily(world)
    post = as_it_is(world, message)
    await world.answer(world.ana, post)
    await seal(world, world.question_of(post).id)

    told = await world.ana.click(post, label="Discuss")

    assert "You are in" not in world.read(told)


async def seal(world, question_id):
    """Make the same question open to ana in another server."""
    channel, noa, ana = world.open_server()
    await noa.slash(channel, "daily schedule", channel=channel, time="10:00", timezone="UTC")
    await ana.slash(channel, "quiz")

    def work(tx):
        tx.execute(
            update(dailies).where(dailies.c.guild_id == channel._channel.guild_id).values(question_id=question_id)
        )

    await world.pass_time(hours=1)
    await world.db.write(work)


async def test_a_deleted_private_thread_is_not_opened_again_and_its_button_goes(world):
    await world.schedule_daily()
    await switch_on(world, "at-once")
    message = await a_daily(world)
    await world.answer(world.ana, as_it_is(world, message))
    world.env.backend.delete_channel(rooms(world)[0].id)

    told = await world.ana.click(as_it_is(world, message), label="Discuss")
    await world.tick()

    assert "no longer has a discussion" in world.read(told)
    assert "Discuss" not in world.labels(as_it_is(world, message))
    assert rooms(world) == []


@pytest.mark.parametrize("refusal", [SHUT, REFUSED])
async def test_a_member_who_cannot_be_let_in_is_told_why(world, refusal):
    await world.schedule_daily()
    await switch_on(world, "at-once")
    message = await a_daily(world)
    await world.answer(world.ana, as_it_is(world, message))
    room = rooms(world)[0]
    world.env.inject_error("PUT", f"/channels/{room.id}/thread-members/{world.ana.user.id}", **refusal)

    told = await world.ana.click(as_it_is(world, message), label="Discuss")

    assert "archived or locked" in world.read(told)


# -- threads that change


async def test_an_archived_or_locked_thread_is_left_as_it_is(world, caplog):
    await world.schedule_daily()
    await switch_on(world, "at-once")
    message = await a_daily(world)
    await crowd(world, message, 5)
    room = rooms(world)[0]
    world.env.inject_error("PATCH", f"/channels/{room.id}/messages/{first_of(room).id}", **SHUT)

    await world.pass_time(days=1)
    await world.pass_time(hours=2)

    assert "This will be shown after the close." in world.read(first_of(room))
    assert "post given up: shut" in caplog.text
    assert "Discuss" not in world.labels(as_it_is(world, message))
    assert not [text for text in world.inbox(world.mia) if "discussion" in text]


async def test_a_thread_that_was_deleted_before_its_first_message_is_not_opened_again(world, caplog):
    message = await world.post_daily()
    await switch_on(world)
    world.env.inject_error("POST", f"/channels/{message.id}/messages", **GONE)

    await world.pass_time(days=1)
    await world.pass_time(hours=2)

    assert "post given up: deleted" in caplog.text
    assert not [m for room in rooms(world) for m in room.history() if m.components and room.id == message.id]


# -- permissions


async def test_switching_it_on_asks_for_the_permissions_it_needs_and_for_no_others(world, forum):
    await world.schedule_daily()
    forbid(world, world.channel, create_public_threads=False, create_private_threads=False)
    await world.env.settle()

    public = world.read(await switch_on(world))
    private = world.read(await switch_on(world, "at-once"))
    in_forum = world.read(await switch_on(world, forum=forum))

    assert "Give me Create Public Threads there." in public
    assert "Give me Create Public Threads and Create Private Threads there." in private
    assert "a post in" in in_forum
    assert "discussion" in world.read(await switch_on(world, "off"))


async def test_without_the_permission_the_manager_is_notified_once_and_questions_are_still_posted(world):
    await world.post_daily()
    await switch_on(world)
    forbid(world, world.channel, create_public_threads=False)
    await world.env.settle()

    for _ in range(3):
        await world.pass_time(days=1)

    told = [text for text in world.inbox(world.mia) if "got no discussion" in text]
    assert len(told) == 1
    assert "Give me Create Public Threads there." in told[0]
    assert len(world.posts()) == 4
    for command in ("daily status", "settings"):
        shown = world.read(await world.mia.slash(world.channel, command))
        assert f"To open the daily's discussions, I need Create Public Threads in <#{world.channel.id}>." in shown
    world.permit()
    await world.env.settle()
    await world.pass_time(days=1)
    assert rooms(world)


async def test_discussions_can_be_set_only_for_an_existing_daily_and_for_the_named_one(world):
    assert "has no daily yet" in world.read(await switch_on(world))
    deep = world.guild.create_text_channel("deep")
    await world.schedule_daily()
    await world.schedule_daily(daily="**@everyone** deep", time="10:00", channel=deep)
    assert "Which daily do you mean" in world.read(await switch_on(world))
    await switch_on(world, daily="2")

    await world.pass_time(hours=2)
    await world.pass_time(days=1)

    assert rooms(world) == []
    [room] = rooms(world, deep)
    assert room.name.startswith("Monday, November 23 · **@everyone** deep · ")
    assert not first_of(room).mention_everyone
    assert "\\*\\*@\u200beveryone\\*\\* deep" in world.read(first_of(room))
    await world.schedule_daily(daily="2", time="11:00", channel=deep)
    assert "Discussion: After the close" in world.read(await world.mia.slash(world.channel, "daily status"))


async def test_privacy_export_and_delete_cover_discussions(world):
    await world.schedule_daily()
    await switch_on(world, "at-once")
    message = await a_daily(world)
    people = await crowd(world, as_it_is(world, message), 5)
    await world.ana.slash(world.channel, "privacy export")
    await world.answer(world.ana, as_it_is(world, message))
    await world.ana.click(as_it_is(world, message), label="Discuss")
    erase = await people[0].slash(world.channel, "privacy delete")
    await people[0].click(erase.response, label="Erase everything")

    await world.pass_time(days=1)

    assert "5 answers" in world.read(first_of(rooms(world)[0])), "the one who was erased is in no sum"
