"""How sure members were: how it changes a rating, and what it says about them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.confidence import ENOUGH, SAYABLE_FOR, Calibration, Confidence, is_sayable, rerated
from bot.study.reviews import Rating
from bot.study.scoring import Mode
from tests.conftest import MONDAY

words = st.sampled_from(Confidence)


@given(st.lists(words, min_size=1))
def test_a_wrong_answer_stays_rated_again_whatever_the_confidence(said):
    before = None
    for word in said:
        assert rerated(Rating.Again, before, word) is Rating.Again
        before = word


@given(st.lists(words, min_size=1))
def test_only_the_last_reply_decides_the_rating_of_a_right_answer(said):
    rating, before = Rating.Good, None
    for word in said:
        rating, before = rerated(rating, before, word), word
    assert rating is (Rating.Hard if said[-1] is Confidence.GUESS else Rating.Good)


@pytest.mark.parametrize("rating", [Rating.Hard, Rating.Easy])
@pytest.mark.parametrize("word", [Confidence.SURE, Confidence.THINK])
def test_a_rating_in_a_review_stays_unless_the_member_guessed(rating, word):
    assert rerated(rating, None, word) is rating
    assert rerated(rating, None, Confidence.GUESS) is Rating.Hard


@pytest.mark.parametrize("mode", Mode)
def test_confidence_is_asked_where_a_single_answer_is_explained_at_once(mode):
    assert is_sayable(mode, MONDAY, MONDAY) is (mode in (Mode.DAILY, Mode.QUIZ, Mode.REVIEW))


def test_nobody_is_asked_after_a_week():
    assert is_sayable(Mode.QUIZ, MONDAY, MONDAY + SAYABLE_FOR)
    assert not is_sayable(Mode.QUIZ, MONDAY, MONDAY + SAYABLE_FOR + timedelta(seconds=1))


def test_a_few_sure_answers_say_nothing_about_their_author():
    assert Calibration({Confidence.SURE: (ENOUGH - 1, 0)}).share_sure is None
    assert Calibration({Confidence.SURE: (ENOUGH, ENOUGH - 1)}).share_sure == (ENOUGH - 1) / ENOUGH
    assert Calibration().of(Confidence.GUESS) == (0, 0)
