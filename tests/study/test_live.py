"""The rules of live rounds: points for speed, the order of states, and the order of players."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.live import (
    HEAD_START,
    LOBBY_AGAIN,
    MAX_QUESTIONS,
    MAX_SECONDS,
    MIN_SECONDS,
    RIGHT,
    SPEED,
    LiveScore,
    LiveState,
    after_absence,
    following,
    lasts,
    order,
    places_gained,
    points,
    time_taken,
)
from tests.conftest import MONDAY

SECOND = timedelta(seconds=1)
limits = st.integers(MIN_SECONDS, MAX_SECONDS)
times = st.timedeltas(timedelta(), MAX_SECONDS * SECOND)


@pytest.mark.parametrize(
    ("seconds", "earned"), [(0, 150), (2, 150), (2.01, 149), (11, 125), (19.9, 100), (20, 100), (25, 100)]
)
def test_speed_is_worth_half_as_much_as_knowledge_and_fades_to_zero(seconds, earned):
    assert points(seconds * SECOND, 20, right=True) == earned


@given(times, limits)
def test_a_wrong_answer_earns_nothing_however_fast(time, limit):
    assert points(time, limit, right=False) == 0


@given(times, times, limits)
def test_an_earlier_right_answer_never_earns_less(one, other, limit):
    sooner, later = sorted((one, other))

    assert RIGHT <= points(later, limit, right=True) <= points(sooner, limit, right=True) <= RIGHT + SPEED


@given(st.timedeltas(timedelta(), HEAD_START), limits)
def test_nobody_wins_because_of_a_faster_connection(time, limit):
    assert points(time, limit, right=True) == RIGHT + SPEED


@given(st.timedeltas(-timedelta(hours=1), timedelta(hours=1)), limits)
def test_the_time_taken_is_within_the_question_whatever_the_clocks_say(difference, limit):
    assert timedelta() <= time_taken(MONDAY, MONDAY + difference, limit) <= limit * SECOND


def test_a_press_that_arrives_before_its_question_is_recorded_took_no_time():
    assert time_taken(None, MONDAY, 20) == timedelta()


@given(st.integers(1, MAX_QUESTIONS), limits)
def test_a_round_asks_and_reveals_each_question_once_and_ends(questions, seconds):
    state, asked, course = LiveState.LOBBY, 0, []
    while state is not LiveState.OVER:
        assert lasts(state, seconds) > timedelta()
        state = following(state, asked, questions)
        asked += state is LiveState.ASKING
        course.append(state)

    assert course == [LiveState.ASKING, LiveState.TELLING] * questions + [LiveState.OVER]


def test_after_a_restart_only_a_lobby_is_kept_open_for_a_while():
    assert after_absence(LiveState.LOBBY, MONDAY, MONDAY) == MONDAY + LOBBY_AGAIN
    assert after_absence(LiveState.LOBBY, MONDAY + 2 * LOBBY_AGAIN, MONDAY) == MONDAY + 2 * LOBBY_AGAIN
    assert after_absence(LiveState.TELLING, MONDAY, MONDAY) == MONDAY


def test_who_is_in_front():
    best_first = [
        LiveScore(300, 2, 9 * SECOND),
        LiveScore(250, 2, 1 * SECOND),
        LiveScore(250, 2, 2 * SECOND),
        LiveScore(250, 1, 1 * SECOND),
        LiveScore(),
    ]

    assert sorted(Random(1).sample(best_first, len(best_first)), key=order) == best_first


def a_table(*rows):
    """Return a table from each player's points and the points of the latest question, in order."""
    scores = [(LiveScore(points, points // 100), LiveScore(added, added // 100)) for points, added in rows]
    return sorted(scores, key=lambda row: order(row[0]))


@pytest.mark.parametrize(
    ("rows", "gained"),
    [
        ([(300, 150), (250, 0), (100, 0)], [1, -1, 0]),
        ([(300, 100), (300, 100)], [0, 0]),
        ([(200, 100), (200, 0)], [1, 0]),
        ([(150, 150), (0, 0)], [0, 0]),
        ([], []),
    ],
    ids=["overtakes", "stays level", "draws level", "the first question", "nobody"],
)
def test_places_gained_are_counted_from_the_previous_question(rows, gained):
    assert places_gained(a_table(*rows)) == gained


@given(st.lists(st.tuples(st.integers(1, 900), st.booleans()), min_size=1, max_size=40))
def test_somebody_who_gained_a_place_had_earned_more_than_somebody_they_passed(rows):
    table = a_table(*((before + 100 * earned, 100 * earned) for before, earned in rows))

    for (_, latest), moved in zip(table, places_gained(table), strict=True):
        assert moved <= 0 or latest.points > 0
        assert moved >= 0 or any(other.points > latest.points for _, other in table)
