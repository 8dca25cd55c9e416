"""Which achievements earn a badge."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.badges import COMEBACK_AFTER, FIRST_ANSWERS, Badges, badges
from bot.study.plans import MOST_A_DAY, minutes

DAY = date(2026, 11, 23)


def judged(days=(DAY,), answers=1, mastery=None, **options):
    return badges(days, answers, mastery or {}, ("1.1", "1.2"), **{"perfect_exam": False, **options})


def test_a_beginner_has_no_badge():
    assert judged() == Badges(answers=1)
    assert judged(days=()) == Badges(answers=1)


@pytest.mark.parametrize(("answers", "earned"), [(FIRST_ANSWERS - 1, False), (FIRST_ANSWERS, True)])
def test_the_first_hundred_answers(answers, earned):
    assert judged(answers=answers).first_answers is earned


def test_a_badge_for_a_section_from_80_percent_on_and_none_for_its_parent():
    assert judged(mastery={"1": 0.9, "1.1": 0.8, "1.2": 0.79}).sections == ("1.1",)


@given(gap=st.integers(1, 60))
def test_a_comeback_is_an_answer_after_two_weeks(gap):
    assert judged(days=(DAY, DAY + timedelta(days=gap))).comeback is (timedelta(days=gap) >= COMEBACK_AFTER)


def test_a_question_takes_a_minute_and_a_half_and_the_most_a_day_an_hour():
    assert [minutes(count) for count in (1, 4, MOST_A_DAY)] == [2, 6, 60]
