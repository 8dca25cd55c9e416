"""The questions of a quiz: unknown questions first, and sections by their share."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.quizzes import MAX_QUESTIONS, select
from tests.builders import questions_of

SIZES = {"1.1": 30, "1.2": 10, "2.1": 5}
BANK = questions_of(SIZES)
WEIGHTS = {"1.1": 20, "1.2": 50, "2.1": 30}
known = st.sets(st.sampled_from([question.id for question in BANK]))


@given(known, st.integers(1, MAX_QUESTIONS), st.integers(0, 2**32))
def test_unknown_questions_come_first(right, count, seed):
    chosen = select(BANK, right, WEIGHTS, count=count, rng=Random(seed))

    assert len(chosen) == len({question.id for question in chosen}) == min(count, len(BANK))
    flags = [question.id in right for question in chosen]
    assert flags == sorted(flags)
    assert sum(flags) == max(0, count - (len(BANK) - len(right)))


def test_a_small_bank_gives_all_its_questions():
    assert set(select(BANK[:3], (), WEIGHTS, count=20, rng=Random(1))) == set(BANK[:3])


def test_the_same_seed_gives_the_same_questions():
    assert select(BANK, (), WEIGHTS, count=10, rng=Random(5)) == select(BANK, (), WEIGHTS, count=10, rng=Random(5))


def test_sections_are_asked_by_their_share_whatever_their_size():
    rng = Random(20261123)

    first = Counter(select(BANK, (), WEIGHTS, count=1, rng=rng)[0].section for _ in range(3000))

    for section, weight in WEIGHTS.items():
        assert 100 * first[section] / 3000 == pytest.approx(weight, abs=3)


def test_every_question_of_a_section_is_as_likely_as_another():
    rng = Random(20261123)

    first = Counter(select(BANK, (), WEIGHTS, count=1, rng=rng)[0].id for _ in range(6000))

    shares = [first[question.id] for question in BANK if question.section == "2.1"]
    assert min(shares) == pytest.approx(6000 * 0.3 / 5, rel=0.2)
    assert max(shares) == pytest.approx(6000 * 0.3 / 5, rel=0.2)


def test_a_section_without_a_weight_is_still_asked():
    assert len(select(BANK, (), {}, count=5, rng=Random(1))) == 5
