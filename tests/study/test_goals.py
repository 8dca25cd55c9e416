"""Weekly goals: how they are typed and shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.errors import BadGoal
from bot.study.goals import LEAST_MEMBERS, MOST, PRESETS, Goal, GoalKind, GoalWeek, parse_goal, progress

goals = st.sampled_from(GoalKind).flatmap(lambda kind: st.builds(Goal, st.just(kind), st.integers(1, MOST[kind])))
weeks = st.integers(0, 300).flatmap(
    lambda answers: st.builds(
        GoalWeek, st.integers(0, 20), st.just(answers), st.integers(0, answers), st.integers(0, 13)
    )
)


@given(goals)
def test_a_goal_is_read_back_as_it_is_written(goal):
    assert parse_goal(str(goal)) == goal


@pytest.mark.parametrize(
    ("typed", "goal"),
    [
        ("100 answers", Goal(GoalKind.ANSWERS, 100)),
        ("1,000", Goal(GoalKind.ANSWERS, 1000)),
        ("75%", Goal(GoalKind.RIGHT, 75)),
        ("75 percent right", Goal(GoalKind.RIGHT, 75)),
        (" 10  Sections ", Goal(GoalKind.SECTIONS, 10)),
        ("1 section", Goal(GoalKind.SECTIONS, 1)),
        ("\uff11\uff10\uff10 answers\u200b", Goal(GoalKind.ANSWERS, 100)),
        ("OFF", None),
    ],
)
def test_goals_as_people_type_them(typed, goal):
    assert parse_goal(typed) == goal


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "many",
        "0 answers",
        "101% right",
        "75 right",
        "10% sections",
        "-5",
        "99999999",
        "100 answers now",
        "7,5% right",
        "1,5 answers",
        "1,0000",
    ],
)
def test_an_invalid_goal_is_refused(typed):
    with pytest.raises(BadGoal):
        parse_goal(typed)


@given(goals, weeks)
def test_no_figure_comes_from_fewer_than_five_members(goal, week):
    found = progress(goal, week)

    assert (found.week is None) == (week.members < LEAST_MEMBERS)
    if found.week is None:
        assert (found.value, found.share, found.reached) == (0, 0.0, False)


@given(goals, weeks)
def test_a_bar_is_full_exactly_when_the_goal_is_reached(goal, week):
    found = progress(goal, week)

    assert 0 <= found.share <= 1
    assert found.reached == (found.share == 1)
    if found.reached and goal.kind is GoalKind.RIGHT:
        assert 100 * week.right >= goal.target * week.answers


def test_the_menu_offers_a_few_goals_of_each_kind():
    assert {goal.kind for goal in PRESETS} == set(GoalKind)
    assert [parse_goal(str(goal)) for goal in PRESETS] == list(PRESETS)
