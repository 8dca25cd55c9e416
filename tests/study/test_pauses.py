"""Planned pauses: how many days, in which season, and only in advance."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.errors import PauseBackwards, PauseNotAhead, PauseOverlaps, PauseTooFar, PauseTooLong, StudyError
from bot.study.pauses import FURTHEST, MOST_DAYS, Pause, ended, leave_out, left, plan
from bot.study.periods import local_day, season_of
from bot.study.streaks import DayMark, Streak, current, extend, marks

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
days = st.integers(-3, 400).map(lambda number: TODAY + number * DAY)


def day(text: str) -> date:
    return date.fromisoformat(text)


@given(st.lists(st.tuples(days, st.integers(0, 20))))
def test_no_season_ever_has_more_than_14_paused_days_and_no_two_pauses_meet(wanted):
    kept: list[Pause] = []
    for first, length in wanted:
        try:
            kept.append(plan(kept, first, first + length * DAY, TODAY))
        except StudyError:
            continue
    dates = [one for pause in kept for one in pause.dates()]
    assert len(set(dates)) == len(dates)
    assert all(one > TODAY for one in dates)
    for season in {season_of(one) for one in dates}:
        assert sum(season_of(one) == season for one in dates) <= MOST_DAYS
        assert left(kept, season) == MOST_DAYS - sum(season_of(one) == season for one in dates)


def test_a_pause_over_the_end_of_a_season_counts_in_each():
    pause = plan([], day("2026-12-18"), day("2027-01-14"), TODAY)

    assert pause.days == 28
    assert left([pause], "2026-12") == left([pause], "2027-01") == 0
    assert left([pause], "2027-02") == MOST_DAYS
    with pytest.raises(PauseTooLong) as refused:
        plan([], day("2026-12-17"), day("2027-01-01"), TODAY)
    assert (refused.value.month, refused.value.left) == (day("2026-12-01"), MOST_DAYS)


def test_the_remaining_days_of_a_season_are_reported():
    with pytest.raises(PauseTooLong) as refused:
        plan([Pause(day("2026-12-01"), day("2026-12-10"))], day("2026-12-24"), day("2026-12-28"), TODAY)

    assert refused.value.left == 4


@pytest.mark.parametrize("first", [TODAY, TODAY - DAY, TODAY - 30 * DAY])
def test_a_day_that_has_begun_cannot_be_paused(first):
    with pytest.raises(PauseNotAhead) as refused:
        plan([], first, first + 3 * DAY, TODAY)

    assert refused.value.earliest == TODAY + DAY


def test_days_in_the_wrong_order_or_too_far_ahead_or_already_paused_are_refused():
    taken = Pause(TODAY + 5 * DAY, TODAY + 7 * DAY)

    with pytest.raises(PauseBackwards):
        plan([], TODAY + 2 * DAY, TODAY + DAY, TODAY)
    with pytest.raises(PauseTooFar):
        plan([], TODAY + FURTHEST + DAY, TODAY + FURTHEST + DAY, TODAY)
    with pytest.raises(PauseOverlaps):
        plan([taken], TODAY + 7 * DAY, TODAY + 9 * DAY, TODAY)
    assert plan([taken], TODAY + 8 * DAY, TODAY + 9 * DAY, TODAY).days == 2
    with pytest.raises(PauseTooLong):
        plan([], TODAY + DAY, date.max, TODAY)


@given(st.integers(-5, 20))
def test_ending_a_pause_keeps_the_days_that_have_begun(after):
    pause, today = Pause(TODAY + DAY, TODAY + 6 * DAY), TODAY + after * DAY

    rest = ended(pause, today)

    assert (rest is None) == (today < pause.first)
    if rest is not None:
        assert rest.first == pause.first
        assert rest.last == min(pause.last, max(today, pause.first))


@given(
    st.lists(st.booleans(), min_size=1, max_size=40),
    st.integers(0, 39),
    st.integers(0, 13),
    st.sampled_from(["UTC", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"]),
)
def test_a_streak_with_a_pause_is_the_streak_of_the_other_days(answers, begin, length, zone):
    """Clock changes have no effect: the days are consecutive dates of the server's calendar."""
    start = datetime(2027, 3, 1, 12, tzinfo=UTC)
    calendar = [local_day(start + number * DAY, zone) for number in range(len(answers))]
    first = local_day(start + begin * DAY, zone)
    pause = Pause(first, first + length * DAY)

    def through(days):
        streak, missed = Streak(), []
        for one, answered in days:
            if answered:
                streak, missed = extend(streak, one, tuple(missed)), []
            elif streak.last_day is not None:
                missed.append(one)
        return current(streak, tuple(missed))

    lived = list(zip(calendar, answers, strict=True))
    streak = through(leave_out(lived, [pause]))

    if all(answered or pause.covers(one) for one, answered in lived):
        assert streak.days == streak.best == sum(answers)
    found = marks(streak, lived, pause.covers)
    assert {one for one, mark in found.items() if mark is DayMark.PAUSED} == {
        one for one, answered in lived if not answered and pause.covers(one)
    }
    assert sum(mark is DayMark.KEPT for mark in found.values()) == streak.days
