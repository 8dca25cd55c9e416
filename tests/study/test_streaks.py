"""Streaks: what extends a streak, what a freeze covers, and what breaks a streak."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.streaks import (
    DAYS_PER_FREEZE,
    MAX_FREEZES,
    DayMark,
    Moment,
    Streak,
    credit,
    current,
    extend,
    marks,
    moment,
)

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 11, 23) + timedelta(days=n) for n in range(5))


def a_streak(days=3, freezes=0, best=None, last_day=MONDAY):
    return Streak(days, freezes, best if best is not None else days, last_day)


@st.composite
def histories(draw):
    """Generate, for each day from MONDAY on, whether it had a daily and whether the daily was answered."""
    return draw(st.lists(st.sampled_from(["answered", "missed", "no daily"]), max_size=60))


def play(history):
    """Return the streak after each day, as the bot computes it: missed days are looked up at the next answer."""
    streak, missed, states = Streak(), [], []
    for offset, what in enumerate(history):
        day = MONDAY + timedelta(days=offset)
        if what == "answered":
            streak, missed = extend(streak, day, tuple(missed)), []
        elif what == "missed" and streak.last_day is not None:
            missed.append(day)
        states.append((streak, tuple(missed)))
    return states


def figures(history):
    streak = play(history)[-1][0] if history else Streak()
    return streak.days, streak.freezes, streak.best


def test_the_first_daily_begins_a_streak():
    assert extend(Streak(), MONDAY) == Streak(days=1, freezes=0, best=1, last_day=MONDAY)


def test_the_next_day_extends_it():
    assert extend(a_streak(days=3), TUESDAY) == a_streak(days=4, last_day=TUESDAY)


def test_days_without_a_daily_do_not_break_it():
    assert extend(a_streak(days=3), FRIDAY, missed=()).days == 4


def test_a_missed_day_breaks_it_and_is_remembered():
    streak = extend(a_streak(days=3, best=5), WEDNESDAY, missed=(TUESDAY,))

    assert streak == Streak(days=1, freezes=0, best=5, last_day=WEDNESDAY, broken_on=TUESDAY)


def test_a_missed_day_is_forgiven_by_a_freeze():
    streak = extend(a_streak(days=12, freezes=1), WEDNESDAY, missed=(TUESDAY,))

    assert (streak.days, streak.freezes, streak.broken_on) == (13, 0, None)


def test_two_freezes_forgive_two_days():
    streak = extend(a_streak(days=12, freezes=2), THURSDAY, missed=(TUESDAY, WEDNESDAY))

    assert (streak.days, streak.freezes) == (13, 0)


def test_with_too_few_freezes_none_is_used_and_the_streak_breaks_on_the_first_day_that_they_could_not_cover():
    streak = extend(a_streak(days=12, freezes=1), THURSDAY, missed=(TUESDAY, WEDNESDAY))

    assert (streak.days, streak.freezes, streak.broken_on) == (1, 1, WEDNESDAY)


def test_every_seventh_day_earns_a_freeze():
    assert [extend(a_streak(days=days), TUESDAY).freezes for days in (5, 6, 7, 12, 13)] == [0, 1, 0, 0, 1]


def test_nobody_holds_more_than_two_freezes():
    assert extend(a_streak(days=20, freezes=2), TUESDAY).freezes == 2


def test_a_freeze_used_and_one_earned_on_the_same_day_balance():
    streak = extend(a_streak(days=6, freezes=1), WEDNESDAY, missed=(TUESDAY,))

    assert (streak.days, streak.freezes) == (7, 1)


def test_a_daily_that_is_not_newer_changes_nothing():
    streak = a_streak(days=3, last_day=TUESDAY)

    assert extend(streak, TUESDAY) == streak
    assert extend(streak, MONDAY) == streak


def test_the_best_streak_is_kept_after_a_break():
    streak = extend(a_streak(days=9, best=9), WEDNESDAY, missed=(TUESDAY,))

    assert (streak.days, streak.best) == (1, 9)


def test_between_answers_a_streak_lasts_as_long_as_its_freezes_allow():
    streak = a_streak(days=12, freezes=1)

    assert current(streak, ()) == streak
    assert current(streak, (TUESDAY,)) == replace(streak, freezes=0)
    assert current(streak, (TUESDAY, WEDNESDAY)) == replace(streak, days=0, broken_on=WEDNESDAY)


@given(histories())
def test_a_streak_stays_within_its_bounds(history):
    for streak, _ in play(history):
        assert 0 <= streak.freezes <= MAX_FREEZES
        assert 0 <= streak.days <= streak.best
        assert streak.best == 0 or streak.last_day is not None


@given(histories())
def test_an_answer_continues_from_the_streak_shown_before(history):
    for offset, (streak, missed) in enumerate(play(history), start=1):
        if streak.last_day is None:
            continue
        shown = current(streak, missed)
        after = extend(streak, MONDAY + timedelta(days=offset), missed)

        earned = after.days % DAYS_PER_FREEZE == 0
        assert after.days == shown.days + 1
        assert after.freezes == min(shown.freezes + earned, MAX_FREEZES)
        assert after.broken_on == shown.broken_on


@given(histories())
def test_days_without_a_daily_have_no_effect(history):
    without = [what for what in history if what != "no daily"]

    assert figures(without) == figures(history)


@given(st.integers(1, 100))
def test_answering_every_day_counts_every_day(days):
    streak, _ = play(["answered"] * days)[-1]

    assert (streak.days, streak.freezes, streak.broken_on) == (days, min(days // DAYS_PER_FREEZE, MAX_FREEZES), None)


def test_days_are_marked_according_to_the_current_streak():
    days = [(MONDAY, False), (TUESDAY, True), (WEDNESDAY, False), (THURSDAY, True), (FRIDAY, True)]

    kept = marks(a_streak(days=2, last_day=FRIDAY), days)
    longer = marks(a_streak(days=3, last_day=FRIDAY), days)
    broken = marks(a_streak(days=0, last_day=FRIDAY), days)

    assert list(kept.values()) == [DayMark.MISSED, DayMark.ANSWERED, DayMark.MISSED, DayMark.KEPT, DayMark.KEPT]
    assert list(longer.values()) == [DayMark.MISSED, DayMark.KEPT, DayMark.FORGIVEN, DayMark.KEPT, DayMark.KEPT]
    assert set(broken.values()) == {DayMark.ANSWERED, DayMark.MISSED}


@given(histories())
def test_a_streak_has_as_many_kept_days_as_it_counts(history):
    if not history:
        return
    streak, missed = play(history)[-1]
    days = [(MONDAY + timedelta(days=n), what == "answered") for n, what in enumerate(history) if what != "no daily"]

    found = list(marks(current(streak, missed), days).values())

    assert found.count(DayMark.KEPT) == current(streak, missed).days
    assert (DayMark.FORGIVEN in found) <= (DayMark.KEPT in found)


def changed(streak, day, missed=()):
    return moment(streak, extend(streak, day, missed), missed)


def test_a_used_freeze_is_reported_with_the_day_that_it_saved():
    missed = (MONDAY + timedelta(1),)

    assert changed(a_streak(days=8, freezes=1), MONDAY + timedelta(2), missed) == Moment(forgiven=missed)


def test_an_ended_streak_is_reported_with_its_length_and_uses_no_freeze():
    assert changed(a_streak(days=12), MONDAY + timedelta(2), (MONDAY + timedelta(1),)) == Moment(ended=12)


@pytest.mark.parametrize(("days", "milestone"), [(5, 0), (6, 7), (29, 30), (98, 0), (99, 100), (299, 300)])
def test_7_30_and_every_hundredth_day_are_celebrated(days, milestone):
    assert changed(a_streak(days=days, freezes=2), MONDAY + timedelta(1)).milestone == milestone


def test_every_seventh_day_reports_an_earned_freeze_until_there_are_two():
    assert changed(a_streak(days=6), MONDAY + timedelta(1)).freeze_earned
    assert not changed(a_streak(days=13, freezes=2), MONDAY + timedelta(1)).freeze_earned
    assert not changed(a_streak(days=5), MONDAY + timedelta(1)).freeze_earned


def test_a_daily_that_is_not_newer_has_no_news():
    assert changed(a_streak(), MONDAY) == Moment()


@given(histories())
def test_news_never_says_that_a_streak_was_both_saved_and_ended(history):
    before, missed = Streak(), ()
    for after, missed_since in play(history):
        told = moment(before, after, missed)
        assert not (told.forgiven and told.ended)
        assert told.ended in (0, before.days)
        assert len(told.forgiven) <= MAX_FREEZES
        before, missed = after, missed_since


@given(histories(), st.integers(0, 59))
def test_a_late_answer_makes_the_streak_what_an_answer_in_time_would_have_made(history, late):
    late = late % (len(history) or 1)
    in_time = [*history[:late], "answered", *history[late + 1 :]]
    without = [*history[:late], "missed", *history[late + 1 :]]
    streak, _ = (play(without) or [(Streak(), ())])[-1]
    day = MONDAY + timedelta(days=late)
    if streak.last_day is None or streak.last_day <= day:
        return  # this is not a late answer
    days = [(MONDAY + timedelta(days=n), what == "answered") for n, what in enumerate(without) if what != "no daily"]

    after = credit(streak, day, days)

    expected, _ = play(in_time)[-1]
    assert (after.days, after.last_day) == (expected.days, expected.last_day)
    assert after.best >= streak.best


def test_a_late_answer_never_loses_days_that_the_history_no_longer_has():
    streak = a_streak(days=30, last_day=FRIDAY)

    assert credit(streak, THURSDAY, [(WEDNESDAY, False), (FRIDAY, True)]) == streak
