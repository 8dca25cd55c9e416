"""How sure members say they were of an answer, and how well they judge themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from bot.records import dataclass
from bot.study.reviews import Rating
from bot.study.scoring import Mode


class Confidence(StrEnum):
    """What a member says of an answer, from sure to not at all."""

    SURE = "sure"
    THINK = "think"
    GUESS = "guess"


ASKED_IN = frozenset({Mode.DAILY, Mode.QUIZ, Mode.REVIEW})
"""The modes that show feedback on one answer at once; an exam, a duel and a live round show it long after."""
SAYABLE_FOR = timedelta(days=7)
"""How long after an answer it can be said: nobody remembers for longer, and an answer held to a daily's close is shown days later."""
ENOUGH = 10
"""How many answers called sure it takes to judge how well a member judges."""
WELL_JUDGED = 0.9
"""A member who is sure is right at least this often, or too sure."""


def is_sayable(mode: Mode, answered_at: datetime, at: datetime) -> bool:
    return mode in ASKED_IN and at - answered_at <= SAYABLE_FOR


def rerated(rating: Rating, before: Confidence | None, said: Confidence) -> Rating:
    """Return the rating of an answer after its author has said how sure they were; `before` is what they said first.

    A wrong answer stays Again, however sure it was: it was not recalled. A lucky guess is Hard, because FSRS would otherwise
    take luck for memory and bring the question back too late. Sure is Good like any right answer, and not Easy: it is said
    with the result in sight, and Easy would move the question furthest away. Easy remains what a member says in a review.
    """
    if rating is Rating.Again:
        return rating
    if said is Confidence.GUESS:
        return Rating.Hard
    return Rating.Good if before is Confidence.GUESS else rating


@dataclass(frozen=True, slots=True)
class Calibration:
    """How many answers a member has said this of, and how many of them were right."""

    said: Mapping[Confidence, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, confidence: Confidence) -> tuple[int, int]:
        return self.said.get(confidence, (0, 0))

    @property
    def share_sure(self) -> float | None:
        """The share of right answers among those called sure; None for fewer than ENOUGH."""
        answers, right = self.of(Confidence.SURE)
        return right / answers if answers >= ENOUGH else None
