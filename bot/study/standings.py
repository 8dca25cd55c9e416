"""Boards: who stands where, by points or by accuracy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MIN_ANSWERS_FOR_ACCURACY = 10
_Z = 1.959963984540054
"""The normal quantile of a two-sided 95% interval."""


class By(StrEnum):
    POINTS = "points"
    ACCURACY = "accuracy"


@dataclass(frozen=True, slots=True)
class Tally:
    """What counts for one member on one board in one period.

    `answered` and `correct` take in the first answer to each question in a season, so that answering a known question
    again moves nothing. `reached_at` is when the points last grew.
    """

    points: int = 0
    correct: int = 0
    answered: int = 0
    reached_at: datetime | None = None

    @property
    def accuracy(self) -> float:
        return wilson(self.correct, self.answered)

    def plus(self, *, points: int, correct: bool, first: bool, at: datetime) -> Tally:
        """The tally after one more answer. A time never steps back: answers held until a close come in late."""
        reached_at = at if self.reached_at is None else max(self.reached_at, at) if points else self.reached_at
        return Tally(self.points + points, self.correct + (correct and first), self.answered + first, reached_at)


def wilson(correct: int, answered: int) -> float:
    """The lower bound of the 95% interval for the share that is right, 0 to 1; 0 under 10 answers.

    It ranks 18 of 20 above 9 of 10: few answers prove little. Source: E. B. Wilson (1927), Probable inference, the law of
    succession, and statistical inference, JASA 22.
    """
    if answered < MIN_ANSWERS_FOR_ACCURACY:
        return 0.0
    if not correct:
        return 0.0  # the terms below cancel; rounding may leave a trace of them, on either side of zero
    share = correct / answered
    spread = _Z * math.sqrt(share * (1 - share) / answered + _Z * _Z / (4 * answered * answered))
    return (share + _Z * _Z / (2 * answered) - spread) / (1 + _Z * _Z / answered)


def rank_key(tally: Tally, member_id: int) -> tuple[float, int, datetime, int]:
    """Sorts the best first: more points, then fewer answers, then who got there first; the id settles what is left."""
    assert tally.reached_at is not None, "a tally on a board has a time"
    return (-tally.points, tally.answered, tally.reached_at, member_id)
