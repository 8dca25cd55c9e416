"""A server's weekly goal, which its members reach together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.study.errors import BadGoal
from bot.study.typed.words import plain

LEAST_MEMBERS = 5
"""The minimum number of members for a figure to be shown: with fewer, it would reveal how each of them did."""


class GoalKind(StrEnum):
    ANSWERS = "answers"
    RIGHT = "right"
    """The share of right answers, in percent."""
    SECTIONS = "sections"
    """The number of sections in which somebody answered a question."""


MOST = {GoalKind.ANSWERS: 1_000_000, GoalKind.RIGHT: 100, GoalKind.SECTIONS: 99}


@dataclass(frozen=True, slots=True)
class Goal:
    kind: GoalKind
    target: int

    def __str__(self) -> str:
        """Return the text that is stored and that `parse_goal` reads: `100 answers`, `75% right`, `1 section`."""
        if self.kind is GoalKind.RIGHT:
            return f"{self.target}% right"
        name = self.kind.value if self.target != 1 else self.kind.value.removesuffix("s")
        return f"{self.target} {name}"

    def within(self, sections: int) -> Goal:
        """Return the goal for a pack with this many sections, which may be fewer than when the goal was set."""
        if self.kind is not GoalKind.SECTIONS or self.target <= sections:
            return self
        return Goal(self.kind, sections)


PRESETS = (
    *(Goal(GoalKind.ANSWERS, count) for count in (50, 100, 250, 500, 1000)),
    *(Goal(GoalKind.RIGHT, share) for share in (70, 75, 80)),
    *(Goal(GoalKind.SECTIONS, count) for count in (5, 10)),
)
"""The goals that the menu offers. Others can be typed."""

OFF = "off"
_GOAL = re.compile(r"([0-9]{1,7}|[0-9]{1,3}(?:,[0-9]{3})+) ?(%|percent)? ?(answers?|right|sections?)?")


def parse_goal(text: str) -> Goal | None:
    """Read a goal: `100 answers`, `75% right`, `10 sections`; None for `off`. Raises BadGoal."""
    words = plain(text)
    if words == OFF:
        return None
    found = _GOAL.fullmatch(words)
    if found is None:
        raise BadGoal(text)
    number, percent, name = int(found[1].replace(",", "")), found[2], found[3] or ("right" if found[2] else "answers")
    kind = GoalKind(name if name == "right" else f"{name.removesuffix('s')}s")
    if (percent is not None) is not (kind is GoalKind.RIGHT) or not 1 <= number <= MOST[kind]:
        raise BadGoal(text)
    return Goal(kind, number)


@dataclass(frozen=True, slots=True)
class GoalWeek:
    """What a server's visible members did in a week. `sections`: how many sections have an answer."""

    members: int = 0
    answers: int = 0
    right: int = 0
    sections: int = 0


@dataclass(frozen=True, slots=True)
class GoalProgress:
    """How close a server is to its goal. `week` is None, and nothing is shown, while fewer than LEAST_MEMBERS have
    answered."""

    goal: Goal
    week: GoalWeek | None

    @property
    def value(self) -> int:
        """Return what has been reached, in the goal's unit. Shares are rounded down, so that no goal is reached too
        early."""
        week = self.week or GoalWeek()
        match self.goal.kind:
            case GoalKind.ANSWERS:
                return week.answers
            case GoalKind.RIGHT:
                return 100 * week.right // week.answers if week.answers else 0
            case GoalKind.SECTIONS:
                return week.sections

    @property
    def share(self) -> float:
        return min(1.0, self.value / self.goal.target)

    @property
    def reached(self) -> bool:
        return self.value >= self.goal.target


def progress(goal: Goal, week: GoalWeek) -> GoalProgress:
    return GoalProgress(goal, week if week.members >= LEAST_MEMBERS else None)
