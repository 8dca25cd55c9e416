"""A server's goal of the week: who is counted, and when its posts change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.services.goals import progress_of
from bot.study.goals import Goal, GoalKind, GoalWeek
from tests.conftest import MONDAY
from tests.services.conftest import NINE, RIGHT, WRONG

DAY = timedelta(days=1)
TODAY = MONDAY.date()
HUNDRED = Goal(GoalKind.ANSWERS, 100)


async def week_of(school, day=TODAY):
    found = await school.db.read(lambda tx: progress_of(tx, school.services.goals.content, school.id, day))
    return found.week


async def answered(school, count):
    """Post a daily that `count` members answer, the first of them wrong."""
    await school.schedule()
    post = await school.post(NINE)
    for user_id in range(1, count + 1):
        await school.answer(post, user_id, WRONG if user_id == 1 else RIGHT, at=NINE)
    return post


async def test_without_a_goal_there_is_nothing_to_show(school):
    await answered(school, 5)

    assert await school.db.read(lambda tx: progress_of(tx, school.services.goals.content, school.id, TODAY)) is None
    assert await school.services.goals.of(school.id) is None


async def test_a_goal_of_more_sections_than_the_pack_has_now_asks_for_those_it_has(school):
    sections = len(school.services.goals.content.packs["a-pack"].leaves)
    await school.services.goals.set(school.id, Goal(GoalKind.SECTIONS, sections + 3), at=MONDAY)

    found = await school.db.read(lambda tx: progress_of(tx, school.services.goals.content, school.id, TODAY))

    assert found.goal == Goal(GoalKind.SECTIONS, sections) == await school.services.goals.of(school.id)


@pytest.mark.parametrize(("count", "week"), [(4, None), (5, GoalWeek(5, 5, 4, 1))])
async def test_five_members_make_a_figure(school, count, week):
    await school.services.goals.set(school.id, HUNDRED, at=MONDAY)
    await answered(school, count)

    assert await week_of(school) == week


async def test_members_who_hide_or_are_erased_are_in_no_sum(school):
    await school.services.goals.set(school.id, HUNDRED, at=MONDAY)
    await answered(school, 7)

    await school.services.privacy.hide(school.member(7), hidden=True, at=NINE)
    six = await week_of(school)
    await school.services.privacy.erase(6, at=NINE)
    five = await week_of(school)
    await school.services.privacy.hide(school.member(5), hidden=True, at=NINE)

    assert (six.members, five.members) == (6, 5)
    assert five.answers == 5
    assert await week_of(school) is None


async def test_a_week_begins_on_monday_and_belongs_to_its_server(school, other_school):
    await school.services.goals.set(school.id, HUNDRED, at=MONDAY)
    await other_school.services.goals.set(other_school.id, HUNDRED, at=MONDAY)
    await answered(school, 5)

    assert await week_of(school, date(2026, 11, 29)) is not None
    assert await week_of(school, date(2026, 11, 30)) is None
    assert await week_of(other_school) is None


async def test_sections_count_that_somebody_has_answered_a_question_of(school):
    await school.services.goals.set(school.id, Goal(GoalKind.SECTIONS, 2), at=MONDAY)
    post = await answered(school, 5)
    other = next(id for id in ("1.1-001", "1.2-001", "2.1-001") if not id.startswith(post.question.section))

    await school.study(other, 2, at=NINE)

    assert (await week_of(school)).sections == 2


async def test_the_posts_of_open_dailies_follow_a_new_goal_at_once(school):
    post = await answered(school, 5)
    await school.services.dailies.refresh_counts(NINE)
    await school.shown(NINE + DAY / 2)

    await school.services.goals.set(school.id, HUNDRED, at=NINE + DAY / 2)
    shown = await school.shown(NINE + DAY / 2)
    await school.services.goals.set(school.id, None, at=NINE + DAY / 2)
    without = await school.shown(NINE + DAY / 2)

    assert shown[post.daily.id].goal.value == 5
    assert without[post.daily.id].goal is None
