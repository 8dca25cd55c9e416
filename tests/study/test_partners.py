"""Partner streaks: days on which both answer, with pauses and open questions left out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.errors import Refusal
from bot.study.partners import Days, check_partner, together
from bot.study.pauses import Pause
from bot.study.periods import local_day
from tests.refusals import refuses

START, DAY = date(2026, 11, 23), timedelta(days=1)
histories = st.lists(st.booleans(), max_size=30)
zones = st.sampled_from(["UTC", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])


def days(answers, *, first=START, pauses=()):
    return Days({first + number * DAY: answered for number, answered in enumerate(answers)}, pauses)


def test_days_count_from_the_newest_back_to_the_first_that_a_partner_missed():
    assert together(days([True, True, True]), days([True, True, True]), START) == 3
    assert together(days([True, True, True]), days([True, False, True]), START) == 1
    assert together(days([True, True, False]), days([True, True, True]), START) == 0
    assert together(days([]), days([]), START) == 0


def test_a_day_that_a_partner_can_still_answer_is_left_out_until_it_is_over():
    assert together(days([True, True, True]), days([True, True]), START) == 2
    assert together(days([True, True]), days([True, True]), START) == 2


def test_days_before_the_two_went_together_do_not_count():
    assert together(days([True] * 5), days([True] * 5), START + 3 * DAY) == 2


def test_a_planned_pause_of_either_neither_breaks_the_streak_nor_counts():
    away = [Pause(START + DAY, START + 2 * DAY)]

    assert together(days([True, False, True, True], pauses=away), days([True] * 4), START) == 3
    assert together(days([True, False, True, True]), days([True] * 4, pauses=away), START) == 2


@given(histories, histories, zones)
def test_a_partner_streak_is_the_same_for_both_and_no_longer_than_either_streak(mine, theirs, zone):
    """The days are those of the server's calendar, whatever clock changes there are."""
    begin = datetime(2027, 3, 12, 12, tzinfo=UTC)
    calendar = [local_day(begin + number * DAY, zone) for number in range(30)]
    one, other = (Days(dict(zip(calendar, answers, strict=False))) for answers in (mine, theirs))

    count = together(one, other, calendar[0])

    assert count == together(other, one, calendar[0])
    assert 0 <= count <= min(sum(mine), sum(theirs))
    if all(mine) and all(theirs):
        assert count == min(len(mine), len(theirs))


@given(histories, histories, st.integers(0, 29), st.integers(0, 13))
def test_a_pause_never_shortens_a_partner_streak(mine, theirs, begin, length):
    pause = [Pause(START + begin * DAY, START + (begin + length) * DAY)]

    with_it = together(days(mine, pauses=pause), days(theirs), START)

    assert with_it >= together(days(mine), days(theirs), START)


@pytest.mark.parametrize(
    ("other", "bot", "present", "refusal"),
    [
        (1, False, True, Refusal.PARTNER_ONESELF),
        (2, True, True, Refusal.PARTNER_BOT),
        (2, False, False, Refusal.PARTNER_STRANGER),
    ],
)
def test_members_who_cannot_be_asked(other, bot, present, refusal):
    with refuses(refusal):
        check_partner(1, other, bot=bot, present=present)
    check_partner(1, 2, bot=False, present=True)
