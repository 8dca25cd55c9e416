"""Points: the rules, row by row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.scoring import MAX_STREAK_BONUS, POINTS_BY_DIFFICULTY, Mode, Points, points

ON_DEMAND = [mode for mode in Mode if mode is not Mode.DAILY]
difficulties = st.sampled_from(sorted(POINTS_BY_DIFFICULTY))
streaks = st.integers(0, 1000)


@pytest.mark.parametrize(
    ("difficulty", "streak_days", "earned"),
    [
        (1, 1, Points(10, 1)),
        (2, 1, Points(15, 1)),
        (3, 1, Points(20, 1)),
        (1, 4, Points(10, 4)),
        (1, 5, Points(10, 5)),
        (1, 6, Points(10, 5)),
        (3, 400, Points(20, 5)),
    ],
)
def test_a_daily_earns_by_difficulty_and_a_point_for_each_streak_day_up_to_five(difficulty, streak_days, earned):
    assert points(Mode.DAILY, difficulty, correct=True, streak_days=streak_days) == earned


@pytest.mark.parametrize("mode", ON_DEMAND)
@pytest.mark.parametrize(("difficulty", "total"), [(1, 5), (2, 7), (3, 10)])
def test_a_quiz_answer_earns_half_the_points_and_no_bonus(mode, difficulty, total):
    assert points(mode, difficulty, correct=True, streak_days=9) == Points(total, 0)


@given(st.sampled_from(Mode), difficulties, streaks, st.booleans())
def test_a_wrong_answer_earns_nothing(mode, difficulty, streak_days, scored_before):
    earned = points(mode, difficulty, correct=False, streak_days=streak_days, scored_before=scored_before)

    assert earned.total == 0


@given(st.sampled_from(Mode), difficulties, streaks)
def test_a_question_that_has_scored_earns_nothing_more_and_says_so(mode, difficulty, streak_days):
    earned = points(mode, difficulty, correct=True, streak_days=streak_days, scored_before=True)

    assert (earned.total, earned.scored_before) == (0, True)


@given(st.sampled_from(Mode), difficulties, streaks)
def test_a_daily_earns_at_least_twice_what_anything_else_does(mode, difficulty, streak_days):
    daily = points(Mode.DAILY, difficulty, correct=True, streak_days=streak_days)
    other = points(mode, difficulty, correct=True, streak_days=streak_days)

    assert 0 < other.total <= daily.total <= POINTS_BY_DIFFICULTY[difficulty] + MAX_STREAK_BONUS
    assert mode is Mode.DAILY or 2 * other.total <= daily.total
