"""Leaderboards: ranks by points or by accuracy.

ORDER holds all tie-breakers. `bot.storage.standings` builds its queries from ORDER, and the indexes match it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from bot.study import periods
from bot.study.attempts import Attempt
from bot.study.questions import boards_of

MIN_ANSWERS_FOR_ACCURACY = 10
_Z = 1.959963984540054
"""The normal quantile of a two-sided 95% interval."""


class By(StrEnum):
    POINTS = "points"
    ACCURACY = "accuracy"


DESCENDING, ASCENDING = True, False
ORDER = {
    By.POINTS: (("points", DESCENDING), ("answered", ASCENDING), ("reached_at", ASCENDING), ("user_id", ASCENDING)),
    By.ACCURACY: (
        ("accuracy", DESCENDING),
        ("answered", DESCENDING),
        ("reached_at", ASCENDING),
        ("user_id", ASCENDING),
    ),
}
"""The order of places. By points: more points, then fewer answers, then the earlier time. By accuracy: higher accuracy,
then more answers, then the earlier time. The member's id breaks remaining ties."""

Where: TypeAlias = tuple[int, str, str, int]
"""The key of a leaderboard row: server, period, board, member."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of one member on one board in one period.

    `answered` and `correct` include only the first answer to each question in a season, so that answering a known
    question again changes nothing. `reached_at` is when the points last grew.
    """

    points: int = 0
    correct: int = 0
    answered: int = 0
    reached_at: datetime | None = None

    @property
    def accuracy(self) -> float:
        return wilson(self.correct, self.answered)

    def plus(self, *, points: int, correct: bool, first: bool, at: datetime) -> Tally:
        """Return the tally after one more answer. The time never moves back, even when a held answer arrives late."""
        reached_at = at if self.reached_at is None else max(self.reached_at, at) if points else self.reached_at
        return Tally(self.points + points, self.correct + (correct and first), self.answered + first, reached_at)


_NONE = Tally()


def wilson(correct: int, answered: int) -> float:
    """Return the lower bound of the 95% interval for the share of right answers, 0 to 1; 0 for fewer than 10 answers.

    It ranks 18 of 20 above 9 of 10, because few answers prove little. Source: E. B. Wilson (1927), Probable inference,
    the law of succession, and statistical inference, JASA 22.
    """
    if answered < MIN_ANSWERS_FOR_ACCURACY:
        return 0.0
    if not correct:
        return 0.0  # the terms below would cancel out except for rounding errors
    share = correct / answered
    spread = _Z * math.sqrt(share * (1 - share) / answered + _Z * _Z / (4 * answered * answered))
    return (share + _Z * _Z / (2 * answered) - spread) / (1 + _Z * _Z / answered)


def lines(guild_id: int, user_id: int, day: date, section: str) -> list[Where]:
    """Return the keys of the rows on which an answer on a day in a section counts."""
    return [(guild_id, period, board, user_id) for period, board in _counting(day, section)]


@lru_cache(maxsize=1024)
def _counting(day: date, section: str) -> list[tuple[str, str]]:
    return [(period, board) for period in periods.keys(day) for board in boards_of(section)]


def count(tallies: Mapping[Where, Tally], attempt: Attempt) -> dict[Where, Tally]:
    """Return the new values of the rows that an attempt changes; empty if it earned nothing and was not a first
    answer."""
    if not attempt.points and not attempt.first:
        return {}

    def after(tally: Tally) -> Tally:
        return tally.plus(points=attempt.points, correct=attempt.correct, first=attempt.first, at=attempt.answered_at)

    fresh = after(_NONE)
    moved = {}
    for line in lines(attempt.guild_id, attempt.user_id, attempt.day, attempt.section):
        known = tallies.get(line)
        moved[line] = fresh if known is None else after(known)
    return moved
