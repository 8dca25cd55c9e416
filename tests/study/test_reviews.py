"""Spaced review: FSRS, used with whole days."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.reviews import (
    Forecast,
    Rating,
    Review,
    ReviewCard,
    forecast,
    mastery,
    rating_of,
    replay,
    retrievability,
    review,
)
from tests.bank.builders import a_pack, a_question

MONDAY = date(2026, 11, 23)

ratings = st.sampled_from(list(Rating))
logs = st.lists(st.tuples(ratings, st.integers(0, 400)), min_size=1, max_size=12)


def a_card(*answers: Rating, on: date = MONDAY) -> ReviewCard:
    """Return a card that was answered each time on the day on which it was due."""
    card = review(None, answers[0], on)
    for rating in answers[1:]:
        card = review(card, rating, card.due_on)
    return card


def lines(log: list[tuple[Rating, int]]) -> list[Review]:
    day, found = MONDAY, []
    for rating, gap in log:
        day += timedelta(days=gap)
        found.append(Review(rating, day))
    return found


@pytest.mark.parametrize(("rating", "days"), [(Rating.Again, 1), (Rating.Hard, 1), (Rating.Good, 2), (Rating.Easy, 8)])
def test_a_first_answer_is_due_again_according_to_its_rating(rating: Rating, days: int):
    card = review(None, rating, MONDAY)

    assert card.due_on - MONDAY == timedelta(days=days)


def test_intervals_grow_with_right_answers_and_shrink_with_a_wrong_one():
    card, intervals = None, []
    day = MONDAY
    for rating in [Rating.Good] * 5 + [Rating.Again] * 2 + [Rating.Good] * 4:
        card = review(card, rating, day)
        intervals.append((card.due_on - day).days)
        day = card.due_on

    assert intervals == [2, 11, 46, 163, 497, 7, 1, 2, 4, 7, 12]


def test_a_right_answer_is_rated_good_and_a_wrong_one_again():
    assert rating_of(correct=True) is Rating.Good
    assert rating_of(correct=False) is Rating.Again


@given(logs)
def test_replaying_the_log_gives_the_card(log):
    card = None
    for line in lines(log):
        card = review(card, line.rating, line.day)

    assert replay(lines(log)) == card


@given(logs, ratings)
def test_a_review_is_always_due_later_and_a_better_rating_makes_it_even_later(log, rating):
    card = replay(lines(log))

    dues = [review(card, better, card.due_on).due_on for better in Rating]

    assert card.due_on > card.reviewed_on
    assert dues == sorted(dues)


def test_a_question_is_known_from_the_first_right_answer_after_the_last_wrong_one():
    missed = a_card(Rating.Good, Rating.Good, Rating.Again)
    recovered = review(missed, Rating.Good, missed.due_on)

    assert a_card(Rating.Good, Rating.Good).known_since == MONDAY
    assert missed.known_since is None
    assert review(recovered, Rating.Hard, recovered.due_on).known_since == missed.due_on


def test_recall_is_certain_on_the_day_of_the_answer_and_nine_in_ten_when_due_and_falls_afterwards():
    card = a_card(Rating.Good, Rating.Good, Rating.Good)

    assert retrievability(card, card.reviewed_on) == 1
    assert retrievability(card, card.due_on) == pytest.approx(0.9, abs=0.005)
    assert retrievability(card, card.due_on + timedelta(days=200)) < 0.85


def test_mastery_is_the_average_over_all_questions_and_new_or_missed_ones_count_zero():
    pack = a_pack(
        a_question(id="1.1-001"), a_question(id="1.1-002"), a_question(id="1.2-001", section="1.2"),
        a_question(id="1.2-002", section="1.2", retired=True),
    )  # fmt: skip
    known, missed = a_card(Rating.Good), a_card(Rating.Again)

    found = mastery(pack, {"1.1-001": known, "1.2-001": missed, "1.2-002": known}, MONDAY)

    assert found == {"all": pytest.approx(1 / 3), "1": pytest.approx(1 / 3), "1.1": 0.5, "1.2": 0.0}


def test_the_forecast_counts_what_is_due_now_tomorrow_and_within_seven_days():
    due = [MONDAY + timedelta(days=days) for days in (-3, 0, 1, 1, 7, 8)]

    assert forecast(due, MONDAY) == Forecast(today=2, tomorrow=2, week=3)


def test_the_optimizer_and_its_torch_are_never_loaded():
    code = "import sys, bot.app; print(any(name.startswith(('torch', 'fsrs.optimizer')) for name in sys.modules))"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "False"
