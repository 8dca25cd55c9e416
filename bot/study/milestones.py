"""The next milestone: of everything a member is working towards, the nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from bot.records import dataclass
from bot.study import streaks
from bot.study.badges import SECTION_AT

MET = (10, 50, 100)
"""Numbers of questions met that deserve a mention; then every further hundred, and all of them."""


class MilestoneKind(StrEnum):
    MET = "met"
    STREAK = "streak"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Milestone:
    """`now` of `aim` reached: questions met, days of a streak, or hundredths of mastery of `section`."""

    goal: MilestoneKind
    now: int
    aim: int
    section: str = ""

    @property
    def left(self) -> int:
        return self.aim - self.now


def upcoming(met: int, total: int, mastery: Mapping[str, float], streak: int | None) -> Milestone | None:
    """Return the milestone that is closest to done; None if none is left.

    `mastery` holds sections only. `streak` is None if there are no streaks.
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
    """Return the first step above `count`; past the last one, its next multiple."""
    return next((step for step in steps if step > count), (count // steps[-1] + 1) * steps[-1])
