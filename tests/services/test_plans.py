"""Study plans: the day's portion, served as a quiz."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from random import Random

import pytest

from bot.services.plans import Planned
from bot.services.quiz_outcomes import QuizTurn
from bot.study.errors import BadDate, NoPlan, PastDate, Refusal
from bot.study.members import Member
from tests.conftest import MONDAY
from tests.refusals import refuses
from tests.services.conftest import NINE
from tests.services.students import ANA, BEN, ELSEWHERE, GUILD, answer, cards, finish, review, study


async def portion(services, member=ANA, *, at=MONDAY):
    return await services.plans.start_portion(member, rng=Random(0), at=at)


async def test_a_plan_counts_what_is_left_and_names_todays_portion(services, pack):
    await study(services, ANA, at=MONDAY, questions=5)

    planned = await services.plans.make(ANA, "in 30 days", at=MONDAY + timedelta(days=1))

    assert planned.plan.unmastered == planned.portion.unmastered == len(pack.active) - 5
    assert planned.portion.goal == sum(planned.portion.left.values()) == -(-(len(pack.active) - 5) // 30)


async def test_a_new_plan_is_not_behind_whatever_was_mastered_on_its_first_day(services):
    await study(services, ANA, at=MONDAY, questions=7)

    planned = await services.plans.make(ANA, "in 30 days", at=MONDAY + timedelta(seconds=1))

    assert planned.portion.behind == 0
    assert planned.portion.done == 7


async def test_the_portion_is_a_quiz_on_unmastered_questions_of_the_named_sections(services, pack):
    [missed] = await study(services, ANA, at=MONDAY - timedelta(days=1), section="3.3", right=False)
    known = await study(services, ANA, at=MONDAY - timedelta(days=1), section="3.1", questions=10)
    planned = await services.plans.make(ANA, "in 40 days", at=MONDAY)

    turn = await portion(services)
    asked = await finish(services, ANA, turn, at=MONDAY)

    sections = [pack.questions[id].section for id in asked]
    assert {section: sections.count(section) for section in sorted(set(sections))} == planned.portion.left
    assert not set(asked) & set(known)
    assert missed not in asked


async def test_a_plan_outlives_the_server_where_it_was_made(services):
    await services.plans.make(ANA, "in 30 days", at=MONDAY)
    there = replace(ANA, guild_id=ELSEWHERE)
    await services.guilds.joined(GUILD, at=MONDAY)
    await services.guilds.left(GUILD, at=MONDAY)

    assert await services.guilds.erase_left(MONDAY + timedelta(days=31)) == 1

    assert (await services.plans.look(there, at=MONDAY)).plan.guild_id is None
    assert (await services.plans.look(there, at=MONDAY)).plan.exam_on == MONDAY.date() + timedelta(days=30)


async def test_a_portion_that_is_done_is_done_until_tomorrow(services):
    planned = await services.plans.make(ANA, "in 100 days", at=MONDAY)
    await finish(services, ANA, await portion(services), at=MONDAY)

    done = await portion(services)
    tomorrow = await services.plans.look(ANA, at=MONDAY + timedelta(days=1))

    assert isinstance(done, Planned)
    assert done.portion.finished
    assert done.portion.done == planned.portion.goal
    assert not tomorrow.portion.finished


async def test_missed_questions_stay_in_the_portion(services):
    await services.plans.make(ANA, "in 100 days", at=MONDAY)
    await finish(services, ANA, await portion(services), at=MONDAY, right=False)

    planned = await services.plans.look(ANA, at=MONDAY)

    assert planned.portion.done == 0
    assert sum(planned.portion.left.values()) == planned.portion.goal


async def test_a_large_portion_is_split_into_quizzes_of_twenty_questions(services):
    await services.plans.make(ANA, "in 2 days", at=MONDAY)

    turn = await portion(services)

    assert turn.progress.total == 20


async def test_missed_days_make_the_next_portions_larger(services):
    first = await services.plans.make(ANA, "in 60 days", at=MONDAY)

    later = await services.plans.look(ANA, at=MONDAY + timedelta(days=20))

    assert later.portion.goal > first.portion.goal
    assert later.portion.behind > 0


async def test_a_plan_is_a_members_own_and_holds_in_every_server(services):
    made = await services.plans.make(ANA, "2027-01-20", at=MONDAY)

    elsewhere = await services.plans.look(Member(ELSEWHERE, ANA.user_id, "ana"), at=MONDAY)

    assert elsewhere.plan == made.plan
    with pytest.raises(NoPlan):
        await services.plans.look(BEN, at=MONDAY)


async def test_a_plan_can_be_moved_and_dropped(services):
    await services.plans.make(ANA, "2027-01-20", at=MONDAY)
    moved = await services.plans.make(ANA, "2027-02-20", at=MONDAY)
    await services.plans.drop(ANA)

    assert moved.plan.exam_on.month == 2
    for gone in (services.plans.look(ANA, at=MONDAY), services.plans.drop(ANA), portion(services)):
        with pytest.raises(NoPlan):
            await gone


@pytest.mark.parametrize(("text", "error"), [("soon", BadDate), ("2026-11-23", PastDate)])
async def test_an_invalid_date_creates_no_plan(services, text, error):
    with pytest.raises(error):
        await services.plans.make(ANA, text, at=MONDAY)


async def test_on_the_day_of_the_exam_no_new_question_is_asked(services):
    await services.plans.make(ANA, "in 1 day", at=MONDAY)

    planned = await portion(services, at=MONDAY + timedelta(days=1))

    assert isinstance(planned, Planned)
    assert planned.portion is None


async def test_the_reminder_names_the_portion_until_it_is_done(services):
    await services.plans.make(ANA, "in 100 days", at=MONDAY)
    await services.reminders.switch_on(ANA, time(9), "UTC", at=MONDAY)
    [first] = await services.reminders.claim_due(MONDAY + timedelta(hours=1))
    at = MONDAY + timedelta(days=1)
    await finish(services, ANA, await portion(services, at=at), at=at)

    second = await services.reminders.claim_due(at + timedelta(hours=1))

    assert first.planned.portion.goal > 0
    assert second == []


@pytest.mark.parametrize("seen_by", ["plan", "progress"])
async def test_a_plan_whose_exam_version_the_server_changed_falls_behind_like_any_other(services, seen_by):
    await services.plans.make(ANA, "in 100 days", at=MONDAY)
    await services.packs.choose_exam(ANA.guild_id, "c01", at=MONDAY)

    async def seen(days):
        at = MONDAY + timedelta(days=days)
        if seen_by == "plan":
            return await services.plans.look(ANA, at=at)
        return (await services.progress.own(ANA, at=at)).planned

    first, later = await seen(1), await seen(31)

    assert first.portion.behind == 0
    assert later.plan == first.plan
    assert later.portion.behind > 100


async def test_a_plan_follows_the_exam_of_the_server_where_it_was_made_from_wherever_it_is_looked_at(services):
    await services.packs.choose_exam(GUILD, "c01", at=MONDAY)
    made = await services.plans.make(ANA, "in 8 weeks", at=MONDAY)
    later = MONDAY + timedelta(days=10)

    looks = [await services.plans.look(replace(ANA, guild_id=guild_id), at=later) for guild_id in (GUILD, 0, ELSEWHERE)]
    [at_home, *away] = looks

    assert made.plan.version == "c01"
    assert at_home.portion.behind > 0
    assert [look.plan for look in away] == [made.plan] * 2
    assert {look.portion.behind for look in away} == {at_home.portion.behind}


async def test_a_question_that_is_forgotten_and_learned_again_does_not_change_the_plan_of_the_day(services):
    [known] = await study(services, ANA, at=MONDAY, section="1.1")
    made = await services.plans.make(ANA, "in 30 days", at=MONDAY + timedelta(days=1))
    at = MONDAY + timedelta(days=2, hours=1)
    before = await services.plans.look(ANA, at=at)
    for right in (False, True):
        turn = await review(services, ANA, at=at)
        if not isinstance(turn, QuizTurn):
            turn = await services.quizzes.start(ANA, section="1.1", count=1, difficulty=None, rng=Random(0), at=at)
        await answer(services, ANA, turn, at=at, right=right)
    after = await services.plans.look(ANA, at=at)

    assert known in (await cards(services, ANA))
    assert made.portion.behind == 0
    assert (after.portion.goal, after.portion.behind) == (before.portion.goal, before.portion.behind)


async def test_a_portion_whose_rest_is_open_as_the_question_of_the_day_says_so(school, small_pack):
    await school.schedule()
    post = await school.post(NINE)
    for question in small_pack.active:
        if question is not post.question:
            await school.study(question.id, at=MONDAY - timedelta(days=1))
    await school.services.plans.make(school.member(), "in 3 days", at=NINE)

    with refuses(Refusal.OPEN_ELSEWHERE):
        await school.services.plans.start_portion(school.member(), rng=Random(1), at=NINE + timedelta(minutes=1))
