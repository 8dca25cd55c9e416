"""Study plans: what is not mastered yet, spread over the days until the exam."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.errors import Ambiguous, BadDate, PastDate, WrongWeekday
from bot.study.plans import MOST_A_DAY, Plan, Standing, exam_day, portion, spread, standing
from bot.study.reviews import Rating, review
from tests.builders import a_question

MONDAY = date(2026, 11, 23)
WEIGHTS = {"1.1": 3, "2.1": 1}


def a_plan(days=10, unmastered=100, made_on=MONDAY):
    return Plan(MONDAY + timedelta(days=days), made_on, unmastered)


def a_standing(unmastered=100, *, mastered=0, today=0):
    return Standing({"1.1": unmastered}, {"1.1": mastered}, today)


def test_unmastered_questions_are_divided_by_the_days_left():
    share = portion(a_plan(days=10), a_standing(100), WEIGHTS, MONDAY)

    assert (share.goal, share.days_left, share.left, share.behind) == (10, 10, {"1.1": 10}, 0)


def test_the_goal_of_the_day_does_not_change_while_its_questions_are_answered():
    share = portion(a_plan(days=10), a_standing(96, mastered=4, today=4), WEIGHTS, MONDAY)

    assert (share.goal, share.done, share.left) == (10, 4, {"1.1": 6})


def test_a_finished_portion_leaves_nothing():
    share = portion(a_plan(days=10), a_standing(88, mastered=12, today=12), WEIGHTS, MONDAY)

    assert share.finished
    assert (share.goal, share.done, share.left) == (10, 12, {})


def test_missed_days_are_spread_over_those_that_are_left():
    share = portion(a_plan(days=10), a_standing(100), WEIGHTS, MONDAY + timedelta(days=5))

    assert (share.goal, share.behind) == (20, 50)


def test_after_an_idle_day_the_member_is_behind_by_the_portion_of_that_day():
    share = portion(a_plan(days=4, unmastered=660), a_standing(660), WEIGHTS, MONDAY + timedelta(days=1))

    assert (share.goal, share.behind) == (MOST_A_DAY, MOST_A_DAY)


def test_mastered_questions_that_are_removed_put_nobody_behind():
    plan = Plan(MONDAY + timedelta(days=28), MONDAY, 14, questions=24)

    share = portion(plan, a_standing(14, mastered=4), WEIGHTS, MONDAY)

    assert (share.unmastered, share.behind) == (14, 0)


def test_doing_more_makes_the_next_days_lighter():
    share = portion(a_plan(days=10), a_standing(60), WEIGHTS, MONDAY + timedelta(days=1))

    assert (share.goal, share.behind) == (7, 0)


def test_no_portion_exceeds_what_can_be_remembered_and_unreachable_goals_are_reported():
    share = portion(a_plan(days=2, unmastered=200), a_standing(200), WEIGHTS, MONDAY)

    assert (share.goal, share.beyond) == (MOST_A_DAY, 200 - 2 * MOST_A_DAY)


@pytest.mark.parametrize("days", [0, -1])
def test_from_the_day_of_the_exam_on_nothing_is_planned(days):
    assert portion(a_plan(days=days), a_standing(), WEIGHTS, MONDAY) is None


@given(st.integers(1, 60), st.integers(0, 900))
def test_a_member_who_follows_the_plan_is_never_behind_and_finishes_by_the_exam(days, unmastered):
    plan, left = a_plan(days=days, unmastered=unmastered), unmastered
    for day in range(days):
        share = portion(plan, a_standing(left), WEIGHTS, MONDAY + timedelta(days=day))
        assert share.behind == 0
        left -= share.goal

    assert left == max(0, unmastered - MOST_A_DAY * days)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_the_goals_always_cover_what_is_left_whatever_is_done_on_each_day(done):
    plan, left = a_plan(days=len(done), unmastered=300), 300
    for day, count in enumerate(done):
        share = portion(plan, a_standing(left), WEIGHTS, MONDAY + timedelta(days=day))
        assert share.goal == MOST_A_DAY or share.goal * share.days_left >= left
        left -= min(count, left)


def test_portions_bring_mastery_towards_the_weights_of_the_exam():
    even = Standing({"1.1": 50, "2.1": 50}, {}, 0)
    lopsided = Standing({"1.1": 20, "2.1": 50}, {"1.1": 30}, 0)

    assert spread(8, even, WEIGHTS) == {"1.1": 6, "2.1": 2}
    assert spread(8, lopsided, WEIGHTS) == {"2.1": 8}


@given(
    st.dictionaries(st.sampled_from(["1.1", "1.2", "2.1", "3.3", "4.2"]), st.integers(0, 12), min_size=1),
    st.integers(0, 60),
)
def test_a_portion_never_asks_of_a_section_what_it_does_not_have(unmastered, count):
    shares = spread(count, Standing(unmastered, {}, 0), WEIGHTS)

    assert sum(shares.values()) == min(count, sum(unmastered.values()))
    assert all(0 < share <= unmastered[section] for section, share in shares.items())
    assert list(shares) == sorted(shares)


def test_a_question_is_mastered_if_the_last_answer_was_right():
    questions = [a_question(f"1.1-{n:03}") for n in range(4)]
    right = review(None, Rating.Good, MONDAY - timedelta(days=3))
    cards = {
        "1.1-000": right,
        "1.1-001": review(right, Rating.Again, MONDAY),
        "1.1-002": review(None, Rating.Hard, MONDAY),
    }

    assert standing(questions, cards, MONDAY) == Standing({"1.1": 2}, {"1.1": 2}, today=1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-01-20", date(2027, 1, 20)),
        (" 2027-1-5 ", date(2027, 1, 5)),
        ("January 20", date(2027, 1, 20)),
        ("Jan 20, 2028", date(2028, 1, 20)),
        ("20 jan", date(2027, 1, 20)),
        ("1st December", date(2026, 12, 1)),
        ("nov 24", date(2026, 11, 24)),
        ("Nov 23", date(2027, 11, 23)),
        ("feb 29", date(2028, 2, 29)),
        ("in 6 weeks", date(2027, 1, 4)),
        ("in 1 day", date(2026, 11, 24)),
        ("friday", date(2026, 11, 27)),
        ("tomorrow", date(2026, 11, 24)),
        ("1.12.", date(2026, 12, 1)),
        ("13/12", date(2026, 12, 13)),
        ("Fri, 4 Dec 2026", date(2026, 12, 4)),
        ("in two months", date(2027, 1, 23)),
    ],
)
def test_a_date_is_read_as_people_write_it(text, day):
    assert exam_day(text, MONDAY) == day


@pytest.mark.parametrize("text", ["", "2027-02-30", "31 Feb", "Jan", "20", "marketing 5", "32.1.", "soon", "20 Jan 5"])
def test_an_invalid_date_is_refused(text):
    with pytest.raises(BadDate):
        exam_day(text, MONDAY)


@pytest.mark.parametrize("text", ["2026-11-23", "2020-01-01", "2029-01-01", "in 999 months"])
def test_a_date_that_is_in_the_past_or_too_far_ahead_is_refused(text):
    with pytest.raises(PastDate):
        exam_day(text, MONDAY)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(Ambiguous, BadDate, PastDate, WrongWeekday):
        assert exam_day(text, MONDAY) > MONDAY


def test_questions_added_after_the_plan_was_made_put_nobody_behind():
    plan = Plan(MONDAY + timedelta(days=10), MONDAY, 100, questions=100)

    grown = portion(plan, a_standing(200), WEIGHTS, MONDAY)
    later = portion(plan, a_standing(190, mastered=10), WEIGHTS, MONDAY + timedelta(days=1))
    fewer = portion(plan, a_standing(50), WEIGHTS, MONDAY)

    assert (grown.behind, grown.goal) == (0, 20)
    assert later.behind == 0
    assert fewer.behind == 0


def test_questions_mastered_before_the_day_began_are_not_in_its_portion_whatever_happens_to_them():
    question = a_question("1.1-001")
    known = review(None, Rating.Good, MONDAY)
    missed = review(known, Rating.Again, MONDAY + timedelta(days=1))
    mended = review(missed, Rating.Good, MONDAY + timedelta(days=1))

    found = [
        standing([question], {question.id: card}, MONDAY + timedelta(days=1), {question.id})
        for card in (known, missed, mended)
    ]

    assert found == [Standing({}, {"1.1": 1}, 0)] * 3


def test_an_exam_can_be_two_years_away_even_over_a_leap_day():
    assert exam_day("23 Nov 2028", date(2026, 11, 23)) == date(2028, 11, 23)
