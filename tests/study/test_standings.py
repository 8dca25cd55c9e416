"""Boards: the Wilson bound against published values, the order of a board, and how a tally grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.standings import MIN_ANSWERS_FOR_ACCURACY, Tally, wilson

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@st.composite
def shares(draw):
    answered = draw(st.integers(MIN_ANSWERS_FOR_ACCURACY, 5000))
    return draw(st.integers(0, answered)), answered


@pytest.mark.parametrize(
    ("correct", "answered", "bound"),
    [(81, 263, 0.2553), (15, 148, 0.0624), (0, 20, 0.0000), (1, 29, 0.0061)],
)
def test_the_bound_is_the_published_one(correct, answered, bound):
    """R. G. Newcombe (1998), Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, table I,
    method 3: the score interval of Wilson, without continuity correction."""
    assert round(wilson(correct, answered), 4) == bound


def test_with_fewer_than_ten_answers_there_is_no_accuracy():
    assert wilson(9, 9) == 0
    assert wilson(10, 10) > 0


def test_few_answers_prove_little():
    assert wilson(18, 20) > wilson(9, 10)


@given(shares())
def test_the_bound_is_between_zero_and_the_share(share):
    correct, answered = share

    assert 0 <= wilson(correct, answered) <= correct / answered
    assert (wilson(correct, answered) == 0) == (correct == 0)


@given(shares())
def test_one_more_right_answer_never_lowers_it(share):
    correct, answered = share

    assert wilson(correct + 1, answered + 1) > wilson(correct, answered)


@given(shares())
def test_one_more_wrong_answer_never_raises_it(share):
    correct, answered = share

    assert wilson(correct, answered + 1) <= wilson(correct, answered)


def test_the_first_answer_counts_and_sets_the_time():
    tally = Tally().plus(points=0, correct=False, first=True, at=NOON)

    assert tally == Tally(points=0, correct=0, answered=1, reached_at=NOON)


def test_a_known_question_earns_points_but_is_not_counted_again():
    tally = Tally(0, 0, 1, NOON).plus(points=10, correct=True, first=False, at=NOON + timedelta(hours=1))

    assert tally == Tally(points=10, correct=0, answered=1, reached_at=NOON + timedelta(hours=1))


def test_an_answer_without_points_does_not_change_the_time():
    tally = Tally(10, 1, 1, NOON).plus(points=0, correct=False, first=True, at=NOON + timedelta(hours=1))

    assert tally.reached_at == NOON


def test_late_points_do_not_move_the_time_back():
    tally = Tally(10, 1, 1, NOON).plus(points=10, correct=True, first=True, at=NOON - timedelta(hours=1))

    assert tally.reached_at == NOON
