"""A member's next milestone: the nearest of all they are working toward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.study import streaks
from bot.study.badges import SECTION_AT

MET = (10, 50, 100)
"""Numbers of seen questions that are milestones; so is every further hundred, and finally the whole pack."""


class MilestoneKind(StrEnum):
    MET = "met"
    STREAK = "streak"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Milestone:
    """Progress from `now` to `aim`: questions seen, days of a streak, or percent of mastery of `section`."""

    goal: MilestoneKind
    now: int
    aim: int
    section: str = ""

    @property
    def left(self) -> int:
        return self.aim - self.now


def upcoming(met: int, total: int, mastery: Mapping[str, float], streak: int | None) -> Milestone | None:
    """Return the milestone that is closest to being reached; None if none is left.

    `mastery` must hold only sections. `streak` is None if the server has no streaks.
    """
    candidates: list[Milestone] = []
    if met < total:
        candidates.append(Milestone(MilestoneKind.MET, met, min(total, _beyond(met, MET))))
    if streak is not None:
        candidates.append(Milestone(MilestoneKind.STREAK, streak, _beyond(streak, streaks.MILESTONES)))
    candidates += [
        Milestone(MilestoneKind.SECTION, int(share * 100), int(SECTION_AT * 100), section)
        for section, share in mastery.items()
        if share < SECTION_AT
    ]
    return max(candidates, key=lambda found: found.now / found.aim, default=None)


def _beyond(count: int, steps: Sequence[int]) -> int:
    """Return the first step above `count` or, past the last step, the next multiple of that step."""
    return next((step for step in steps if step > count), (count // steps[-1] + 1) * steps[-1])
