"""Points: what an answer earns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

POINTS_BY_DIFFICULTY = {1: 10, 2: 15, 3: 20}
MAX_STREAK_BONUS = 5


class Mode(StrEnum):
    DAILY = "daily"
    QUIZ = "quiz"
    REVIEW = "review"
    EXAM = "exam"
    LIVE = "live"
    DUEL = "duel"


@dataclass(frozen=True, slots=True)
class Points:
    """What one answer earned. `scored_before`: the question had already earned this member points in this server and
    season."""

    base: int = 0
    bonus: int = 0
    scored_before: bool = False

    @property
    def total(self) -> int:
        return self.base + self.bonus


def points(mode: Mode, difficulty: int, *, correct: bool, streak_days: int = 0, scored_before: bool = False) -> Points:
    """Return the points of an answer. A daily earns 10, 15 or 20 by difficulty, plus 1 for each day of the streak, at
    most 5.

    An answer on demand earns half of that, rounded down, without the bonus. A wrong answer earns nothing, and neither
    does a question that has already scored.
    """
    if not correct or scored_before:
        return Points(scored_before=scored_before)
    base = POINTS_BY_DIFFICULTY[difficulty]
    if mode is Mode.DAILY:
        return Points(base, min(streak_days, MAX_STREAK_BONUS))
    return Points(base // 2)
