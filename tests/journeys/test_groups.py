"""`/group` and the weekly post: what the members of a server know together, but never what a single member knows."""

from __future__ import annotations

from datetime import time, timedelta
from random import Random

import pytest
from sqlalchemy import select, update

from bot.cogs.groups import pictures
from bot.storage import attempts, members
from bot.storage.tables import dailies, evening_items, group_weeks
from bot.study.grading import letters_of
from bot.study.groups import LEAST
from bot.study.members import Member
from bot.study.scoring import Mode
from tests.journeys.student import labels
from tests.journeys.test_evenings import end, plan, sign_up, sit
from tests.journeys.test_packs import STATISTICS, study
from tests.services.students import a_daily


@pytest.fixture
def packs(packs):
    return {**packs, STATISTICS.name: STATISTICS}


async def studied(world, people, *, right=True, section="1.1", count=3):
    """Let members, given by number, answer the same questions of a section in a quiz."""
    for number in people:
        member = Member(world.guild.id, 7_000 + number, f"member {number}")
        quizzes, at = world.bot.services.quizzes, world.now
        turn = await quizzes.start(member, section=section, count=count, difficulty=None, rng=Random(1), at=at)
        await finished(world, member, turn, count, right=right)


async def finished(world, member, turn, count, *, right):
    """Answer all questions of a member's quiz."""
    quizzes, at = world.bot.services.quizzes, world.now
    for left in range(count, 0, -1):
        question = turn.question
        wrong = tuple(place for place in range(len(question.options)) if place not in question.correct)
        answer = question.correct if right else wrong[: len(question.correct)] or question.correct[::-1]
        letters = letters_of(question, answer, turn.shown)
        await quizzes.answer(turn.quiz_id, turn.place, member, letters, at=at)
        if left > 1:
            turn = await quizzes.next(turn.quiz_id, member, at=at)


async def in_words(world, actor=None):
    shown = await (actor or world.ana).slash(world.channel, "group")
    return world.read(await (actor or world.ana).click(shown.response, label="In words"))


def posts(world):
    """Return the weekly posts that are up."""
    return [message for message in world.channel.history() if "How our group is doing" in world.read(message)]


async def weekly(world):
    """Switch the weekly post on, on Tuesday, and let time pass until after noon of the next Monday."""
    await world.pass_time(days=1)
    await world.schedule_daily()
    await world.mia.slash(world.channel, "settings", group_posts="on")
    await world.pass_time(days=6)
    await world.pass_time(hours=4)
    return posts(world)


async def test_four_members_have_no_figure_and_five_have_one(world):
    await studied(world, range(LEAST - 1))
    few = await world.ana.slash(world.channel, "group")
    assert few.ephemeral
    assert "Too few members yet" in world.read(few)
    assert "%" not in world.read(few)

    await studied(world, [LEAST - 1])
    shown = await world.ana.slash(world.channel, "group")

    assert shown.ephemeral
    assert "5 members together: mastery" in world.read(shown)
    assert labels(shown) == ["Quiz me on 1.1", "In words"]
    assert shown.response.attachments


async def test_words_say_what_the_picture_shows_and_what_the_group_misses_without_its_answer(world):
    await studied(world, range(5), right=False, count=1)
    pack = await world.bot.services.pack_for(world.guild.id)
    await world.restart()

    text = await in_words(world)

    scene = await world.bot.services.groups.look(world.guild.id, at=world.now)
    (missed,) = scene.mirror.missed
    assert f"`{missed.question_id}` 100% wrong" in text
    question = pack.questions[missed.question_id]
    assert question.explanation not in text
    assert not any(option.rationale in text for option in question.options)
    assert "sections without a figure: fewer than 5 members have answered there" in text
    assert "No week has first answers from five members yet." in text


async def test_a_member_who_hides_or_deletes_their_data_is_not_counted(world):
    await studied(world, range(5))
    assert "5 members together" in world.read(await world.ana.slash(world.channel, "group"))

    hidden = Member(world.guild.id, 7_000, "member 0")
    await world.bot.services.privacy.hide(hidden, hidden=True, at=world.now)
    assert "Too few members yet" in world.read(await world.ana.slash(world.channel, "group"))
    await world.bot.services.privacy.hide(hidden, hidden=False, at=world.now)
    assert "5 members together" in world.read(await world.ana.slash(world.channel, "group"))

    await world.bot.services.privacy.erase(7_001, at=world.now)
    assert "Too few members yet" in world.read(await world.ana.slash(world.channel, "group"))


async def test_a_question_that_is_open_as_the_daily_is_in_no_figure(world):
    post = await world.post_daily(sections="1.1")
    question = world.question_of(post)
    everybody = [world.guild.add_member(world.env.create_user(f"member-{n}")) for n in range(5)]
    for member in everybody:
        await world.answer(member, post, right=False)

    assert "Too few members yet" in world.read(await world.ana.slash(world.channel, "group"))
    await world.pass_time(days=1)

    assert f"`{question.id}` 100% wrong" in await in_words(world)


async def test_dailies_of_other_servers_change_no_figure_here(world):
    """On a bot with thousands of servers, the dailies of other servers ask all questions of the pack."""
    await studied(world, range(5), count=1)
    services, elsewhere = world.bot.services, world.guild.id + 1
    [asked] = {
        attempt.question_id for attempt in await world.db.read(lambda tx: list(attempts.in_order(tx, world.guild.id)))
    }

    async def known():
        return (await services.groups.look(world.guild.id, at=world.now)).mirror.mastery["1.1"]

    before = await known()
    await a_daily(services, elsewhere, at=world.now)
    ask = update(dailies).where(dailies.c.guild_id == elsewhere).values(question_id=asked)
    await world.db.write(lambda tx: tx.execute(ask) and None)
    of_strangers = await known()
    await world.db.write(lambda tx: members.see(tx, elsewhere, 7_000, "member 0"))
    of_a_member = (await services.groups.look(world.guild.id, at=world.now)).mirror.mastery

    assert of_strangers == before > 0
    assert of_a_member.get("1.1", 0) == 0


async def test_a_question_of_a_running_exam_evening_is_in_no_figure(world):
    await studied(world, range(5), section="4.1")
    await plan(world)
    await sign_up(world, world.ana)
    await world.pass_time(hours=1)
    await sit(world, world.ana)
    rows = select(evening_items.c.question_id).order_by(evening_items.c.place)
    paper = await world.db.read(lambda tx: list(tx.execute(rows).scalars()))
    quizzes = world.bot.services.quizzes
    chosen = [question for question in world.pack.active if question.id in paper]
    for number in range(5):
        member = Member(world.guild.id, 7_000 + number, f"member {number}")
        turn = await world.db.write(
            lambda tx, member=member: quizzes.begin(
                tx, member, chosen[:1], section="all", mode=Mode.QUIZ, rng=Random(1), at=world.now
            )
        )
        await finished(world, member, turn, 1, right=False)

    running = await world.bot.services.groups.look(world.guild.id, at=world.now)
    await end(world)
    over = await world.bot.services.groups.look(world.guild.id, at=world.now)

    assert chosen[0].id not in {one.question_id for one in running.mirror.missed}
    assert chosen[0].id in {one.question_id for one in over.mirror.missed}


async def test_a_week_is_shown_once_it_is_over_and_its_dailies_are_closed(world):
    await studied(world, range(5))
    await world.pass_time(days=6)  # Sunday
    await world.post_daily()
    await world.pass_time(hours=22)  # Monday; the daily of Sunday is still open
    open_ = await world.bot.services.groups.look(world.guild.id, at=world.now)
    await world.pass_time(hours=3)
    closed = await world.bot.services.groups.look(world.guild.id, at=world.now)

    assert all(share is None for _, share in open_.mirror.weeks)
    assert [share for _, share in closed.mirror.weeks if share is not None] == [1.0]
    assert "100% of first answers were right in the week of Nov 23." in await in_words(world)


async def test_the_weekly_post_comes_once_if_the_server_wants_it_and_stays_as_it_was(world):
    await studied(world, range(5))
    (post,) = await weekly(world)
    text = world.read(post)
    assert "5 members together" in text
    assert "100% of first answers were right in the week of Nov 23." in text

    await studied(world, range(5, 9), right=False)
    await world.restart()
    await world.tick()
    (again,) = posts(world)

    assert world.read(again) == text
    asked = await world.ben.click(again, label="In words")
    assert asked.ephemeral
    assert "5 members together" in world.read(asked)
    assert "As posted in the week of Nov 30" in world.read(asked)
    quiz = await world.ben.click(again, label="Quiz me on 1.1")
    assert "question 1 of" in world.read(quiz)


async def test_there_is_no_weekly_post_for_four_members_or_if_it_is_switched_off(world):
    await studied(world, range(4))
    assert await weekly(world) == []

    await studied(world, [4])
    settings = await world.mia.slash(world.channel, "settings", group_posts="off")
    assert "I post nothing about it" in world.read(settings)
    await world.pass_time(days=7)

    assert posts(world) == []


async def test_the_weekly_post_waits_for_a_daily_of_last_week_that_is_open(world):
    await studied(world, range(5))
    await world.mia.slash(world.channel, "settings", group_posts="on")
    await world.pass_time(days=6)
    await world.schedule_daily(time="20:00")
    await world.pass_time(hours=12)  # Sunday, 20:00
    await world.pass_time(hours=17)  # Monday, 13:00
    assert posts(world) == []

    for _ in range(8):
        await world.pass_time(hours=1)

    assert len(posts(world)) == 1


async def test_the_weekly_post_waits_half_a_day_at_most(world):
    await studied(world, range(5))
    await world.pass_time(days=1)
    await world.mia.slash(world.channel, "settings", group_posts="on")
    await world.pass_time(days=4)
    await world.post_daily()  # on Saturday
    longer = update(dailies).values(closes_at=world.now + timedelta(days=30))
    await world.db.write(lambda tx: tx.execute(longer) and None)
    await world.mia.slash(world.channel, "daily pause")
    await world.pass_time(days=2, hours=4)
    assert posts(world) == []

    for _ in range(12):
        await world.pass_time(hours=1)

    (post,) = posts(world)
    assert "No week has first answers from five members yet." in world.read(post)


async def test_a_manager_is_told_that_the_weekly_post_lacks_a_permission_and_it_is_posted_once_restored(world):
    await studied(world, range(5))
    await world.pass_time(days=1)
    await world.schedule_daily()
    await world.mia.slash(world.channel, "settings", group_posts="on")
    await world.pass_time(days=6, hours=3)
    world.forbid(send_messages=False)
    await world.pass_time(hours=2)

    assert any("The weekly post about the group could not be posted" in told for told in world.inbox(world.mia))
    world.permit()
    await world.pass_time(minutes=11)
    assert len(posts(world)) == 1


async def test_a_clock_that_was_ahead_delays_no_weekly_post(world):
    await world.mia.slash(world.channel, "settings", group_posts="on")
    groups = world.bot.services.groups
    await groups.set_posted(world.guild.id, posted=False, at=world.now)
    await groups.set_posted(world.guild.id, posted=True, at=world.now + timedelta(days=300))
    await groups.post_due(world.now)
    await studied(world, range(5))

    assert len(await weekly(world)) == 1


async def test_a_picture_that_fails_leaves_the_words(world, monkeypatch):
    world.may_fail = True
    await studied(world, range(5))

    async def broken(_scene):
        raise RuntimeError("no font")

    monkeypatch.setattr(pictures, "of", broken)
    shown = await world.ana.slash(world.channel, "group")

    assert "This group in words" in world.read(shown)
    assert "Mastery by section" in world.read(shown)


ORDER = "weak"
"""The choice of `/daily schedule order:` that follows the group."""


async def test_a_daily_that_follows_the_group_asks_what_it_is_weak_in_and_says_so(world):
    await studied(world, range(5), section="1.2", count=20)
    await studied(world, range(5), section="1.1", count=20, right=False)

    await world.schedule_daily(sections="1.1, 1.2")
    usual = await world.mia.slash(world.channel, "daily preview")
    assert world.question_of(usual.response).section == "1.2"

    set_ = await world.schedule_daily(sections="1.1, 1.2", order=ORDER)
    assert "Order: by the exam's weights, with more from your group's weak sections" in world.read(set_)
    preview = await world.mia.slash(world.channel, "daily preview")
    await world.restart()
    await world.pass_time(hours=1)
    first = world.channel.last_message
    await world.pass_time(days=1)
    second = world.channel.last_message

    assert world.question_of(first).section == "1.1"
    assert world.question_of(first).stem in world.read(preview).replace("\\", "")
    assert "Chosen because our group is weak in this section" in world.read(first)
    assert world.question_of(second).section == "1.2"
    assert "Chosen because our group is weak" not in world.read(second)
    assert "with more from your group's weak sections" in world.read(
        await world.mia.slash(world.channel, "daily status")
    )


async def test_with_fewer_than_five_members_a_daily_follows_the_exams_weights(world):
    await studied(world, range(4), right=False)
    await world.schedule_daily()
    usual = world.read(await world.mia.slash(world.channel, "daily preview"))

    await world.schedule_daily(order=ORDER)

    assert world.read(await world.mia.slash(world.channel, "daily preview")) == usual
    await world.pass_time(hours=1)
    assert "Chosen because our group is weak" not in world.read(world.channel.last_message)


async def test_the_hour_is_changed_and_the_daily_still_follows_the_group(world):
    await world.schedule_daily(order=ORDER)
    schedules = world.bot.services.schedules

    await schedules.adjust(world.guild.id, slot=(time(10), "UTC"), by=world.mia.id, rng=Random(1), at=world.now)

    assert (await schedules.status(world.guild.id)).schedule.follows_group


async def test_the_words_of_a_week_stay_about_the_pack_that_the_server_studied_then(world):
    await studied(world, range(LEAST))
    [post] = await weekly(world)
    before = world.read(await world.ana.click(post, label="In words"))
    title = (await world.bot.services.pack_for(world.guild.id)).title_of("1.1")
    assert title in before

    await study(world, "statistics")
    words = await world.ana.click(post, label="In words")

    assert world.read(words) == before
    assert "Quiz me on 1.1" not in labels(words)
    await world.tick()
    assert world.labels(post) == ["In words"], "a quiz would ask another subject under that number"
    await study(world, "aws-mla-c01")
    await world.tick()
    assert "Quiz me on 1.1" in world.labels(post)


async def test_a_weekly_post_without_a_channel_says_what_is_missing(world):
    saved = await world.mia.slash(world.channel, "settings", group_posts="on")
    assert "There is no channel for that yet: choose one with `/settings season_channel:`" in world.read(saved)

    await world.schedule_daily()
    told = await world.mia.slash(world.channel, "settings", group_posts="on")

    assert f"what it misses, in {world.channel.mention}." in world.read(told)


async def test_the_channel_of_the_weekly_post_is_named_if_the_end_of_a_season_is_not_posted(world):
    hall = world.guild.create_text_channel("hall-of-fame")

    channel = await world.mia.slash(world.channel, "settings", season_posts="off", season_channel=hall)
    posted = await world.mia.slash(world.channel, "settings", group_posts="on")
    world.env.backend.delete_channel(hall.id)
    await world.env.settle()
    lost = await world.mia.slash(world.channel, "settings")

    assert f"{hall.mention}, is also that of the weekly post about the group." in world.read(channel)
    assert f"what it misses, in {hall.mention}." in world.read(posted)
    assert "The channel for the end of seasons is gone." in world.read(lost)


@pytest.mark.sqlite
async def test_members_never_wait_while_the_figures_of_their_group_are_computed(world):
    await studied(world, range(LEAST))
    await world.schedule_daily(order=ORDER)
    written = []

    def watch(tx):
        tx.connection.dbapi_connection.set_trace_callback(written.append)

    await world.db.write(watch)
    await world.pass_time(hours=1)
    await world.mia.slash(world.channel, "settings", group_posts="on")
    await world.pass_time(days=7)
    await world.pass_time(hours=4)
    await world.mia.slash(world.channel, "daily post")

    counted = [statement for statement in written if "max(attempts.id)" in statement]
    assert world.posts()
    assert posts(world)
    assert counted == []


async def test_the_figures_of_a_week_are_kept_for_eight_weeks_whatever_is_posted_later(world):
    await studied(world, range(LEAST))
    await weekly(world)
    await world.mia.slash(world.channel, "settings", group_posts="off")

    async def kept():
        await world.bot.services.groups.forget_weeks(world.now)
        return await world.db.read(lambda tx: tx.execute(select(group_weeks.c.monday)).scalars().all())

    await world.pass_time(days=7 * 7)
    before = await kept()
    await world.pass_time(days=2 * 7)

    assert len(before) == 1
    assert await kept() == []
