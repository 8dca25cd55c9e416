"""The daily goal and badges, computed from the records. Nothing is stored, and nobody is pinged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

DAILY_GOAL = 5
"""The daily goal of a member without a plan, in answers: about one quiz."""
FIRST_ANSWERS = 100
SECTION_AT = 0.8
COMEBACK_AFTER = timedelta(days=14)
"""How long a pause must be for the next answer to be a comeback."""


@dataclass(frozen=True, slots=True)
class Badges:
    """Earned badges. `sections`: those whose mastery is SECTION_AT or more today, in guide order. `answers`:
    all-time."""

    answers: int = 0
    sections: tuple[str, ...] = ()
    perfect_exam: bool = False
    comeback: bool = False

    @property
    def first_answers(self) -> bool:
        return self.answers >= FIRST_ANSWERS


def badges(
    days: Sequence[date], answers: int, mastery: Mapping[str, float], leaves: Sequence[str], *, perfect_exam: bool
) -> Badges:
    """Compute badges from the dates on which the member studied, oldest first, and today's mastery."""
    return Badges(
        answers=answers,
        sections=tuple(section for section in leaves if mastery.get(section, 0) >= SECTION_AT),
        perfect_exam=perfect_exam,
        comeback=any(after - before >= COMEBACK_AFTER for before, after in pairwise(days)),
    )
