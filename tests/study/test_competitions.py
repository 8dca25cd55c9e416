"""Competitions: their steps, places and teams, and the special mentions at the end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.competitions import (
    LATE,
    MIN_TEAM,
    CompetitionScore,
    CompetitionStep,
    best_of,
    check_window,
    clean_name,
    improvement,
    longest_run,
    mean,
    next_step,
    order,
    ranks,
    same_name,
    steps,
    takes,
    team_score,
)
from bot.study.errors import BadName, BadWindow

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_score(points: int, answered: int = 10, minute: int = 0) -> CompetitionScore:
    return CompetitionScore(points, answered, START + timedelta(minutes=minute))


# -- the window


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (1 * HOUR, [CompetitionStep.START, CompetitionStep.END]),
        (2 * HOUR, [CompetitionStep.START, CompetitionStep.LAST_HOUR, CompetitionStep.END]),
        (4 * HOUR, [CompetitionStep.START, CompetitionStep.HALF_TIME, CompetitionStep.LAST_HOUR, CompetitionStep.END]),
        (30 * DAY, [CompetitionStep.START, CompetitionStep.HALF_TIME, CompetitionStep.LAST_HOUR, CompetitionStep.END]),
    ],
)
def test_short_competitions_have_no_reminders(length, expected):
    assert [step for step, _ in steps(START, START + length)] == expected


def test_the_steps_of_a_competition_come_at_its_start_and_half_time_and_last_hour_and_end():
    assert [due for _, due in steps(START, START + 2 * DAY)] == [
        START,
        START + DAY,
        START + 2 * DAY - HOUR,
        START + 2 * DAY,
    ]


@given(hours=st.integers(1, 24 * 366))
def test_one_step_leads_to_the_next_until_the_end(hours):
    end, done, seen = START + timedelta(hours=hours), None, []
    while (following := next_step(START, end, done)) is not None:
        done = following[0]
        seen.append(following)

    assert tuple(seen) == steps(START, end)
    assert [due for _, due in seen] == sorted(due for _, due in seen)
    assert seen[-1] == (CompetitionStep.END, end)
    assert all(later - earlier >= LATE for (_, earlier), (_, later) in pairwise(seen[1:]))


@pytest.mark.parametrize(
    ("starts", "ends", "reason"),
    [
        (-6 * timedelta(minutes=1), DAY, "past"),
        (367 * DAY, 370 * DAY, "year ahead"),
        (HOUR, HOUR + timedelta(minutes=59), "hour or more"),
        (DAY, HOUR, "hour or more"),
        (HOUR, HOUR + 367 * DAY, "year at most"),
    ],
)
def test_an_invalid_window_is_refused_with_the_reason(starts, ends, reason):
    with pytest.raises(BadWindow) as refused:
        check_window(START + starts, START + ends, START)

    assert reason in refused.value.reason


def test_a_start_a_minute_ago_counts_as_now():
    check_window(START - timedelta(minutes=1), START + DAY, START)


@pytest.mark.parametrize(
    ("sections", "section", "taken"),
    [((), "1.1", True), (("1",), "1.2", True), (("1.1",), "1.2", False), (("2", "1.2"), "1.2", True)],
)
def test_a_competition_includes_its_sections_and_their_subsections(sections, section, taken):
    assert takes(sections, section) is taken


# -- names


def test_a_name_is_one_line():
    assert clean_name("  The\n Big \t one ", 60) == "The Big one"


@pytest.mark.parametrize("name", ["", "  \n", "x" * 61, "\u2800", "\u3164\u200b", "\u115f \uffa0"])
def test_an_empty_or_too_long_name_is_refused(name):
    with pytest.raises(BadName):
        clean_name(name, 60)


def test_names_that_differ_only_in_case_are_the_same():
    assert same_name("Straße") == same_name("STRASSE")


# -- places


def test_more_points_and_then_fewer_answers_and_then_the_earlier_time_are_in_front():
    sorted_scores = sorted([a_score(9), a_score(10, 11), a_score(10, 10, 5), a_score(10, 10, 4)], key=order)

    assert sorted_scores == [a_score(10, 10, 4), a_score(10, 10, 5), a_score(10, 11), a_score(9)]


def test_tied_members_share_the_place_and_leave_the_next_ones_free():
    assert ranks(["a", "b", "b", "c"]) == (1, 2, 2, 4)
    assert ranks(["a", "a"]) == (1, 1)
    assert ranks([]) == ()


@pytest.mark.parametrize(
    ("sizes", "n"), [([5, 9], 5), ([2, 9], MIN_TEAM), ([], MIN_TEAM), ([0, 7, 4], 4), ([3], 3), ([12], 12)]
)
def test_n_is_the_size_of_the_smallest_team_with_members_and_at_least_three(sizes, n):
    assert best_of(sizes) == n


def test_a_team_counts_its_best_members_and_missing_ones_as_zero():
    many = team_score([a_score(points) for points in (1, 2, 3, 4, 5)], 3, START)
    few = team_score([a_score(12)], 3, START)

    assert mean(many.points, 3) == 4
    assert mean(few.points, 3) == 4


@given(st.lists(st.integers(0, 50), max_size=12), st.integers(3, 6))
def test_more_members_never_lower_a_team_s_score_and_size_alone_never_raises_it(points, best):
    scores = [a_score(each) for each in points]

    before = team_score(scores, best, START).points
    assert team_score([*scores, a_score(0)], best, START).points == before
    assert team_score([*scores, a_score(7)], best, START).points >= before
    assert before <= best * max(points, default=0)


def test_a_team_reaches_its_score_when_the_last_of_its_best_members_does():
    score = team_score([a_score(5, 4, 10), a_score(5, 6, 30), a_score(0, 9, 99)], 3, START)

    assert score == CompetitionScore(10, 10, START + timedelta(minutes=30))


# -- special mentions at the end


def test_most_improved_is_measured_by_halves_from_ten_answers_on():
    assert improvement([False] * 5 + [True] * 5) == 1.0
    assert improvement([False, False, False, False, True, True, True, True, True, False]) == pytest.approx(0.6)
    assert improvement([False] * 4 + [True] * 5) is None
    assert improvement([True] * 10) is None
    assert improvement([True] * 5 + [False] * 5) is None


def test_of_an_odd_number_the_middle_answer_belongs_to_the_later_half():
    assert improvement([False] * 5 + [True] * 6) == 1.0


def test_the_longest_run_is_of_consecutive_days():
    days = [date(2026, 12, day) for day in (1, 2, 2, 4, 5, 6, 9)]

    assert longest_run(days) == 3
    assert longest_run([]) == 0
    assert longest_run([date(2026, 12, 31), date(2027, 1, 1)]) == 2


@pytest.mark.parametrize("name", ["AUTUMN", "Autumn\ufe0f", "\uff21utumn", "\U0001d400utumn", "Autu\u00admn"])
def test_names_that_look_alike_are_the_same(name):
    assert same_name(name) == same_name("Autumn")
