"""The next milestone: of all that a member is on the way to, the one that is nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.study import streaks
from bot.study.badges import SECTION_AT

MET = (10, 50, 100)
"""Questions met that are worth a word; after the last one each further hundred, and all there are."""


class Goal(StrEnum):
    MET = "met"
    STREAK = "streak"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Milestone:
    """`now` of `aim` are reached: questions met, days of a streak, or hundredths of mastery of `section`."""

    goal: Goal
    now: int
    aim: int
    section: str = ""

    @property
    def left(self) -> int:
        return self.aim - self.now


def upcoming(met: int, total: int, mastery: Mapping[str, float], streak: int | None) -> Milestone | None:
    """The milestone of which the greatest share is reached; None once there is none left.

    `mastery` holds the sections alone. `streak` is None where there are no streaks.
    """
    candidates: list[Milestone] = []
    if met < total:
        candidates.append(Milestone(Goal.MET, met, min(total, _beyond(met, MET))))
    if streak is not None:
        candidates.append(Milestone(Goal.STREAK, streak, _beyond(streak, streaks.MILESTONES)))
    candidates += [
        Milestone(Goal.SECTION, int(share * 100), int(SECTION_AT * 100), section)
        for section, share in mastery.items()
        if share < SECTION_AT
    ]
    return max(candidates, key=lambda found: found.now / found.aim, default=None)


def _beyond(count: int, steps: Sequence[int]) -> int:
    """The first step above `count`; above the last one, the next multiple of it."""
    return next((step for step in steps if step > count), (count // steps[-1] + 1) * steps[-1])
