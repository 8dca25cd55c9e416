"""Readiness: today's predicted exam score, and how certain it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.readiness import sit
from bot.study.questions import Domain, Kind
from bot.study.readiness import ENOUGH, chance, estimate
from bot.study.reviews import Rating, Review, replay
from tests.builders import a_pack, a_question, questions_of
from tests.examples import examples
from tests.study.test_exams import AWS

MONDAY = date(2026, 11, 23)
RIGHT, WRONG = Rating.Good, Rating.Again


def an_exam(sizes=None, shares=None):
    """Return a pack of two domains with one section each, weighted 3 to 1."""
    pack = a_pack(questions_of(sizes or {"1.1": 60, "2.1": 60}))
    domains = tuple(
        Domain(f"D{n}", f"Domain {n}", share, {section: share})
        for n, (section, share) in enumerate((shares or {"1.1": 75, "2.1": 25}).items(), start=1)
    )
    return replace(pack, domains=domains, version=AWS)


def cards(pack, answers, *, on=MONDAY):
    """Return a card for each of these lists of ratings, given a week apart, the last on the day `on`."""
    found = {}
    for id, ratings in answers.items():
        days = [on - timedelta(weeks=len(ratings) - 1 - n) for n in range(len(ratings))]
        found[id] = replay(Review(rating, day) for rating, day in zip(ratings, days, strict=True))
    return found


def met(pack, count, *ratings, section="1.1"):
    return {question.id: ratings for question in pack.within(section)[:count]}


def test_too_few_answers_give_no_estimate():
    pack = an_exam()

    assert estimate(pack, cards(pack, met(pack, ENOUGH - 1, RIGHT)), MONDAY) is None
    assert estimate(pack, cards(pack, met(pack, ENOUGH, RIGHT)), MONDAY) is not None


def test_a_pack_without_domains_has_no_exam():
    pack = replace(an_exam(), domains=())

    assert estimate(pack, cards(pack, met(pack, 60, RIGHT)), MONDAY) is None


def test_all_right_is_near_the_top_and_all_wrong_near_a_guess():
    pack = an_exam()
    everything = met(pack, 60, RIGHT) | met(pack, 60, RIGHT, section="2.1")

    best = estimate(pack, cards(pack, everything), MONDAY)
    worst = estimate(pack, cards(pack, dict.fromkeys(everything, (WRONG, WRONG))), MONDAY + timedelta(days=200))

    assert best.score > 900
    assert 320 < worst.score < 600
    assert best.low <= best.score <= best.high <= 1000


def test_a_heavy_domain_counts_for_more():
    pack = an_exam()
    heavy = met(pack, 50, RIGHT) | met(pack, 50, WRONG, section="2.1")
    light = met(pack, 50, WRONG) | met(pack, 50, RIGHT, section="2.1")

    strong = estimate(pack, cards(pack, heavy), MONDAY)
    weak = estimate(pack, cards(pack, light), MONDAY)

    assert strong.score > weak.score + 50
    assert strong.domains["D1"] > strong.domains["D2"]
    assert weak.domains["D1"] < weak.domains["D2"]


def test_more_answers_make_the_estimate_more_certain():
    pack = an_exam()

    few, many = (
        estimate(pack, cards(pack, met(pack, count, RIGHT) | met(pack, count, RIGHT, section="2.1")), MONDAY)
        for count in (15, 60)
    )

    assert many.high - many.low < few.high - few.low


def test_questions_that_are_not_reviewed_fade():
    pack = an_exam()
    learned = cards(pack, met(pack, 60, RIGHT) | met(pack, 60, RIGHT, section="2.1"))

    scores = [estimate(pack, learned, MONDAY + timedelta(days=days)).score for days in (0, 30, 200)]

    assert scores == sorted(scores, reverse=True)
    assert scores[0] - scores[2] > 100


def test_a_fact_is_judged_by_the_last_answer_about_it_from_any_question():
    pack = an_exam()
    shared = replace(
        pack, questions={id: replace(question, covers=("a fact",)) for id, question in pack.questions.items()}
    )
    last_right = cards(pack, met(pack, 59, WRONG), on=MONDAY - timedelta(days=1)) | cards(pack, {"1.1-060": (RIGHT,)})

    apart = estimate(pack, last_right, MONDAY)
    together = estimate(shared, last_right, MONDAY)

    assert together.score > apart.score + 200


@settings(max_examples=examples(25))
@given(st.integers(0, 10_000))
def test_any_history_gives_a_score_on_the_scale_inside_its_interval(seed):
    pack, rng = an_exam(), Random(seed)
    answers = {
        question.id: tuple(rng.choices(list(Rating), k=rng.randint(1, 4)))
        for question in rng.sample(pack.active, rng.randint(ENOUGH, len(pack.active)))
    }

    found = estimate(pack, cards(pack, answers), MONDAY + timedelta(days=rng.randint(0, 400)))

    assert 100 <= found.low <= found.score <= found.high <= 1000
    assert all(0 < share < 1 for share in found.domains.values())


@settings(max_examples=examples(25))
@given(st.integers(0, 10_000))
def test_a_wrong_last_answer_never_raises_the_estimate(seed):
    pack, rng = an_exam(), Random(seed)
    answers = {question.id: (rng.choice([RIGHT, WRONG]), RIGHT) for question in rng.sample(pack.active, 60)}
    spoilt = answers | {(id := rng.choice(sorted(answers))): (answers[id][0], WRONG)}

    assert estimate(pack, cards(pack, spoilt), MONDAY).score <= estimate(pack, cards(pack, answers), MONDAY).score


@pytest.mark.parametrize(
    ("question", "blind"),
    [
        (a_question(), 1 / 4),
        (a_question(kind=Kind.RESPONSE, options=5, correct=(0, 1)), 1 / 10),
        (a_question(kind=Kind.ORDERING, options=4, correct=(3, 2, 1, 0)), 1 / 24),
        (a_question(kind=Kind.MATCHING, options=4, correct=(0, 1, 2)), 1 / 24),
        (a_question(kind=Kind.MATCHING, options=2, correct=(0, 1, 1)), 1 / 8),
    ],
)
def test_a_blind_guess_is_right_by_chance(question, blind):
    assert chance(question) == pytest.approx(blind)


def test_members_of_known_ability_mostly_score_inside_the_interval(pack):
    """`benchmarks/readiness.py` does this with thousands of members, and requires a share between 75% and 85%."""
    sat = [one for seed in range(2_000_000, 2_000_060) if (one := sit(pack, seed)) is not None]

    assert len(sat) > 30
    assert 0.65 <= sum(one.inside for one in sat) / len(sat) <= 0.95
