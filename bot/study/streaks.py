"""Streaks: consecutive local days with an answered daily, and freezes, which each cover a missed day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

DAYS_PER_FREEZE = 7
MAX_FREEZES = 2


@dataclass(frozen=True, slots=True)
class Streak:
    """A member's streak. `last_day`: the local date of the last answered daily; None if there is none."""

    days: int = 0
    freezes: int = 0
    best: int = 0
    last_day: date | None = None
    broken_on: date | None = None
    """The day on which the last streak broke: the first missed day without a freeze left."""


def extend(streak: Streak, day: date, missed: tuple[date, ...] = ()) -> Streak:
    """Return the streak after the daily of `day` was answered, right or wrong.

    `missed`: the local dates between `streak.last_day` and `day` with a daily but no answer, oldest first, because days
    without a daily break nothing. Each freeze covers one of them; if there are too few, none is spent and the streak
    starts over. A daily that is not newer than the last one changes nothing.
    """
    if streak.last_day is not None and day <= streak.last_day:
        return streak
    if len(missed) > streak.freezes:
        days, freezes = 1, streak.freezes
        streak = replace(streak, broken_on=missed[streak.freezes])
    else:
        days, freezes = streak.days + 1, streak.freezes - len(missed)
    if days % DAYS_PER_FREEZE == 0:
        freezes = min(freezes + 1, MAX_FREEZES)
    return replace(streak, days=days, freezes=freezes, best=max(streak.best, days), last_day=day)


def credit(streak: Streak, day: date, days: Sequence[tuple[date, bool]]) -> Streak:
    """Return the streak after a late answer: to a daily with an earlier date than the last answered one.

    With several dailies a day, one from yesterday may still be open when one from today is answered. `days`: all dates
    with dailies, oldest first, each with whether one was answered. The streak is recomputed with `day` and kept if it
    is longer, so that a late answer never costs anything.
    """
    again, missed = Streak(), list[date]()
    for each, answered in sorted({**dict(days), day: True}.items()):
        if not answered:
            missed.append(each)
            continue
        again, missed = extend(again, each, tuple(missed) if again.last_day is not None else ()), []
    longer = (again.days, again.freezes) > (streak.days, streak.freezes) and again.last_day == streak.last_day
    return replace(again, best=max(again.best, streak.best)) if longer else streak


MILESTONES = (7, 30, 100)
"""Lengths of a streak that are worth a mention; after the last one, every further hundred."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Changes that an answer made to a streak, as shown to its member."""

    forgiven: tuple[date, ...] = ()
    """The missed days covered by one freeze each, oldest first."""
    ended: int = 0
    """The length of the streak that a missed day ended; 0 if none did."""
    milestone: int = 0
    """The length just reached, if it is a milestone; else 0."""
    freeze_earned: bool = False


def moment(before: Streak, after: Streak, missed: tuple[date, ...] = ()) -> Moment:
    """Compare a streak before and after `extend`. `missed`: as passed to `extend`."""
    if after == before:
        return Moment()
    broken = len(missed) > before.freezes
    reached = after.days in MILESTONES or after.days % MILESTONES[-1] == 0
    return Moment(
        forgiven=() if broken else missed,
        ended=before.days if broken else 0,
        milestone=after.days if reached else 0,
        freeze_earned=after.freezes > (before.freezes if broken else before.freezes - len(missed)),
    )


def current(streak: Streak, missed: tuple[date, ...]) -> Streak:
    """Return the streak before the next answer, given the closed dailies missed since `last_day`, oldest first."""
    if len(missed) > streak.freezes:
        return replace(streak, days=0, broken_on=missed[streak.freezes])
    return replace(streak, freezes=streak.freezes - len(missed))


class DayMark(StrEnum):
    """What a day with a daily means for a streak. KEPT and FORGIVEN days belong to the current streak."""

    KEPT = "kept"
    FORGIVEN = "forgiven"
    PAUSED = "paused"
    """Missed during a planned pause."""
    ANSWERED = "answered"
    MISSED = "missed"


def marks(
    standing: Streak, days: Sequence[tuple[date, bool]], paused: Callable[[date], bool] = lambda day: False
) -> dict[date, DayMark]:
    """Return the mark of each day, given the streak and the days that had a daily, oldest first, each with whether it
    was answered. `days` must not include a day whose daily is still open and unanswered. `paused`: whether a day is in
    a planned pause."""
    found: dict[date, DayMark] = {}
    left = standing.days
    for day, answered in reversed(days):
        if not answered and paused(day):
            found[day] = DayMark.PAUSED
        elif left:
            found[day] = DayMark.KEPT if answered else DayMark.FORGIVEN
        else:
            found[day] = DayMark.ANSWERED if answered else DayMark.MISSED
        left -= answered and left > 0
    return dict(reversed(found.items()))
