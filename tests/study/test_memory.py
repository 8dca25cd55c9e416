"""A member's own parameters: fitted to the older reviews, evaluated on the newest, and kept if they forecast better."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study import optimizer
from bot.study.memory import AGAIN_FROM, FROM, LEAST_TESTED, MOST, Fit, due_at, fit, is_due, log_loss, newest
from bot.study.reviews import GENERAL, Rating, Review, replay, retrievability, review

START = date(2026, 1, 1)
FORGETFUL = (*(value / 4 for value in GENERAL[:4]), *GENERAL[4:8], GENERAL[8] / 1.5, *GENERAL[9:20], 0.4)
"""Parameters of a member who forgets sooner than FSRS expects."""
KEPT = Fit(400, 80, 0.4, 0.3, GENERAL)


def histories(cards: int, reviews: int, *, recalled: float | None = None, seed: int = 1):
    """Return the reviews of a member, each on the day on which FSRS schedules it: recalled as FSRS forecasts, or with
    the chance `recalled`."""
    rng = Random(seed)
    made = []
    for number in range(cards):
        day, card, lines = START + timedelta(days=number % 30), None, []
        for _ in range(reviews):
            chance = recalled or (retrievability(card, day) if card is not None else 0.6)
            rating = Rating.Good if rng.random() < chance else Rating.Again
            lines.append(Review(rating, day))
            card = review(card, rating, day)
            day = card.due_on
        made.append(lines)
    return made


def test_a_fit_is_made_at_400_reviews_and_at_each_quarter_more():
    assert not is_due(FROM - 1, None)
    assert is_due(FROM, None)
    assert not is_due(due_at(KEPT) - 1, KEPT)
    assert is_due(due_at(KEPT), KEPT)
    assert due_at(KEPT) == 400 * AGAIN_FROM


@given(st.integers(0, 2**32))
def test_the_reviews_for_evaluation_are_never_used_for_fitting(seed):
    """Every review used for fitting must be older than every review used for evaluation."""
    given_histories = histories(40, 6, seed=seed)
    seen = []

    def look(older):
        seen.extend(line.day for history in older for line in history)
        return GENERAL

    found = fit(given_histories, look)

    later = sum(line.day > max(seen) for history in given_histories for line in history[1:])
    assert found is not None
    assert 0 < found.tested <= later
    assert found.reviews == 240


def test_own_parameters_that_forecast_worse_are_dropped_and_the_figures_report_it():
    found = fit(histories(60, 8), lambda older: FORGETFUL)

    assert found.parameters is None
    assert found.own_loss > found.general_loss
    assert found.gain < 0


def test_own_parameters_that_forecast_better_are_kept():
    found = fit(histories(60, 8, recalled=0.6), lambda older: FORGETFUL)

    assert found.parameters == FORGETFUL
    assert found.gain > 0


def test_parameters_that_forecast_the_same_are_not_kept():
    assert fit(histories(60, 8), lambda older: GENERAL).parameters is None


@pytest.mark.parametrize(
    "few", [[], histories(500, 1), histories(LEAST_TESTED // 2, 2), [[Review(Rating.Good, START)] * 90]]
)
def test_too_few_forecasts_are_not_evaluated(few):
    def never(older):
        raise AssertionError("nothing is to be fitted")

    assert fit(few, never) is None


def test_a_confident_wrong_forecast_is_penalized_heavily_but_not_without_limit():
    day = START + timedelta(days=1)
    right, wrong = ([Review(Rating.Good, START), Review(rating, day)] for rating in (Rating.Good, Rating.Again))

    assert log_loss([right], GENERAL, day) < log_loss([wrong], GENERAL, day) < 20


def test_the_newest_cards_are_checked():
    old, new = [Review(Rating.Good, START)] * MOST, [Review(Rating.Good, START + timedelta(days=1))]

    assert newest([old, new]) == [new]
    assert newest([new]) == [new]


def test_the_optimizer_finds_parameters_that_forecast_better_and_that_fsrs_accepts():
    found = optimizer.answer_of(optimizer.respond(optimizer.request(histories(80, 8, recalled=0.6), 640)))

    assert found.reviews == 640
    assert found.parameters is not None
    assert len(found.parameters) == len(GENERAL)
    lines = [Review(Rating.Good, START), Review(Rating.Good, START + timedelta(days=2))]
    assert replay(lines, found.parameters).stability != replay(lines).stability


def test_too_few_reviews_return_nothing():
    assert optimizer.answer_of(optimizer.respond(optimizer.request(histories(2, 2), 4))) is None


def test_parameters_that_fsrs_rejects_give_way_to_the_general_ones():
    lines = [Review(Rating.Good, START), Review(Rating.Good, START + timedelta(days=2))]

    assert replay(lines, (-1.0,) * len(GENERAL)) == replay(lines)
