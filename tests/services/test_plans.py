"""Study plans: the day's portion, served as a quiz."""

from __future__ import annotations

from datetime import time, timedelta
from random import Random

import pytest

from bot.services.plans import Planned
from bot.study.errors import BadDate, NoPlan, PastDate
from bot.study.members import Member
from tests.conftest import MONDAY
from tests.services.students import ANA, BEN, ELSEWHERE, finish, study


async def portion(services, member=ANA, *, at=MONDAY):
    return await services.plans.start_portion(member, rng=Random(0), at=at)


async def test_a_plan_counts_what_is_left_and_names_todays_portion(services, pack):
    await study(services, ANA, at=MONDAY, questions=5)

    planned = await services.plans.make(ANA, "in 30 days", at=MONDAY + timedelta(days=1))

    assert planned.plan.unmastered == planned.portion.unmastered == len(pack.active) - 5
    assert planned.portion.goal == sum(planned.portion.left.values()) == -(-(len(pack.active) - 5) // 30)


async def test_a_new_plan_is_not_behind_whatever_was_mastered_on_its_day(services):
    await study(services, ANA, at=MONDAY, questions=7)

    planned = await services.plans.make(ANA, "in 30 days", at=MONDAY + timedelta(seconds=1))

    assert planned.portion.behind == 0
    assert planned.portion.done == 7


async def test_the_portion_is_a_quiz_of_what_is_not_mastered_in_the_sections_named(services, pack):
    [missed] = await study(services, ANA, at=MONDAY - timedelta(days=1), section="3.3", right=False)
    known = await study(services, ANA, at=MONDAY - timedelta(days=1), section="3.1", questions=10)
    planned = await services.plans.make(ANA, "in 40 days", at=MONDAY)

    turn = await portion(services)
    asked = await finish(services, ANA, turn, at=MONDAY)

    sections = [pack.questions[id].section for id in asked]
    assert {section: sections.count(section) for section in sorted(set(sections))} == planned.portion.left
    assert not set(asked) & set(known)
    assert missed not in asked


async def test_a_portion_that_is_done_is_done_until_tomorrow(services):
    planned = await services.plans.make(ANA, "in 100 days", at=MONDAY)
    await finish(services, ANA, await portion(services), at=MONDAY)

    done = await portion(services)
    tomorrow = await services.plans.look(ANA, at=MONDAY + timedelta(days=1))

    assert isinstance(done, Planned)
    assert done.portion.finished
    assert done.portion.done == planned.portion.goal
    assert not tomorrow.portion.finished


async def test_what_was_missed_in_a_portion_stays_in_it(services):
    await services.plans.make(ANA, "in 100 days", at=MONDAY)
    await finish(services, ANA, await portion(services), at=MONDAY, right=False)

    planned = await services.plans.look(ANA, at=MONDAY)

    assert planned.portion.done == 0
    assert sum(planned.portion.left.values()) == planned.portion.goal


async def test_a_large_portion_comes_in_series_of_twenty(services):
    await services.plans.make(ANA, "in 2 days", at=MONDAY)

    turn = await portion(services)

    assert turn.progress.total == 20


async def test_days_that_were_missed_make_the_next_ones_larger(services):
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
async def test_a_date_that_is_none_makes_no_plan(services, text, error):
    with pytest.raises(error):
        await services.plans.make(ANA, text, at=MONDAY)


async def test_on_the_day_of_the_exam_nothing_new_is_asked(services):
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
