"""Planned pauses: days, announced in advance, that do not break a streak when they are missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.study.errors import PauseBackwards, PauseNotAhead, PauseOverlaps, PauseTooFar, PauseTooLong
from bot.study.periods import first_day, season_of

MOST_DAYS = 14
"""How many days of a season can be paused."""
FURTHEST = timedelta(days=366)
"""How far ahead a pause may begin."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """A planned pause in one server, from `first` to `last` inclusive, in the server's local dates."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    def dates(self) -> Iterable[date]:
        return (self.first + number * _DAY for number in range(self.days))


def plan(pauses: Sequence[Pause], first: date, last: date, today: date) -> Pause:
    """Return a new pause. `today`: the server's local date; a pause must begin later.

    A pause must be announced before it begins, so that it cannot undo a missed day. Raises PauseBackwards,
    PauseNotAhead, PauseTooFar, PauseOverlaps, PauseTooLong.
    """
    if last < first:
        raise PauseBackwards(first, last)
    if first <= today:
        raise PauseNotAhead(today + _DAY)
    if first > today + FURTHEST:
        raise PauseTooFar(today + FURTHEST)
    if (last - first).days >= 2 * MOST_DAYS:  # a pause touches two seasons at most, MOST_DAYS in each
        raise PauseTooLong(first.replace(day=1), left(pauses, season_of(first)), MOST_DAYS)
    made = Pause(first, last)
    for other in pauses:
        if made.first <= other.last and other.first <= made.last:
            raise PauseOverlaps(other.first, other.last)
    for season, days in sorted(Counter(map(season_of, made.dates())).items()):
        if days > (free := left(pauses, season)):
            raise PauseTooLong(first_day(season), free, MOST_DAYS)
    return made


def left(pauses: Iterable[Pause], season: str) -> int:
    """Return how many days of a season can still be paused. Each day of a pause counts in its own season."""
    return MOST_DAYS - sum(season_of(day) == season for pause in pauses for day in pause.dates())


def ended(pause: Pause, today: date) -> Pause | None:
    """Return what remains of a pause that is ended today: the days up to today, or None if it has not begun."""
    return replace(pause, last=min(pause.last, today)) if pause.first <= today else None


def is_paused(pauses: Iterable[Pause], day: date) -> bool:
    return any(pause.covers(day) for pause in pauses)


def leave_out(days: Iterable[tuple[date, bool]], pauses: Sequence[Pause]) -> list[tuple[date, bool]]:
    """Return the days, each with whether it was answered, except those that were missed during a pause."""
    return [(day, answered) for day, answered in days if answered or not is_paused(pauses, day)]
