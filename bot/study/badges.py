"""The goal of a day, and badges: what a member has reached, read from what is on record. Nothing is stored, nobody is pinged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

DAILY_GOAL = 5
"""Answers a day for a member without a plan: about as many as a quiz has."""
FIRST_ANSWERS = 100
SECTION_AT = 0.8
COMEBACK_AFTER = timedelta(days=14)
"""An answer after so long a pause is a comeback."""


@dataclass(frozen=True, slots=True)
class Badges:
    """`sections`: the leaves that are mastered to SECTION_AT today, in the order of the guide; `answers`: of all time."""

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
    """Judge by the dates on which the member studied, oldest first, and by what they have mastered today."""
    return Badges(
        answers=answers,
        sections=tuple(section for section in leaves if mastery.get(section, 0) >= SECTION_AT),
        perfect_exam=perfect_exam,
        comeback=any(after - before >= COMEBACK_AFTER for before, after in pairwise(days)),
    )
