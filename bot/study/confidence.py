"""How sure members say they were of an answer, and how well they judge themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from bot.study.reviews import Rating
from bot.study.scoring import Mode


class Confidence(StrEnum):
    """How sure a member says they were, from sure to guessing."""

    SURE = "sure"
    THINK = "think"
    GUESS = "guess"


ASKED_IN = frozenset({Mode.DAILY, Mode.QUIZ, Mode.REVIEW})
"""The modes that give feedback on each answer at once; an exam, a duel and a live round give it much later."""
SAYABLE_FOR = timedelta(days=7)
"""How long after an answer a member can say how sure they were: nobody remembers for longer, and a held answer may be
revealed days later."""
ENOUGH = 10
"""How many answers members must have called sure before we say how well they judge themselves."""
WELL_JUDGED = 0.9
"""The minimum share of right answers among those called sure; below it, the member is overconfident."""


def is_sayable(mode: Mode, answered_at: datetime, at: datetime) -> bool:
    return mode in ASKED_IN and at - answered_at <= SAYABLE_FOR


def rerated(rating: Rating, before: Confidence | None, said: Confidence) -> Rating:
    """Return the rating of an answer after its author has said how sure they were. `before`: what they said earlier, if
    anything.

    A wrong answer stays Again, however sure the member was: it was not recalled. A lucky guess is Hard, because FSRS
    would otherwise mistake luck for memory and bring the question back too late. Sure is Good, like any right answer,
    and not Easy: members say it after seeing the result, and Easy would postpone the question the most. Easy is only
    for what a member rates in a review.
    """
    if rating is Rating.Again:
        return rating
    if said is Confidence.GUESS:
        return Rating.Hard
    return Rating.Good if before is Confidence.GUESS else rating


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well a member judges themselves: for each confidence, the number of answers and how many were right."""

    said: Mapping[Confidence, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, confidence: Confidence) -> tuple[int, int]:
        return self.said.get(confidence, (0, 0))

    @property
    def share_sure(self) -> float | None:
        """The share of right answers among those called sure; None for fewer than ENOUGH."""
        answers, right = self.of(Confidence.SURE)
        return right / answers if answers >= ENOUGH else None
