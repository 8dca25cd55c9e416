"""Roles that members win: by a season, by a competition, or by mastering a section.

A role is bound to one of these. A season's role goes to the leader of a board when the season closes. A competition's
role goes to its winner, to all who tie for first place, or to every member of the winning team who earned a point. The
next season or competition moves the role to the new winners, if it has any. To earn a mastery role, a member answers a
number of different questions of a section right, at any time. They keep the role; if they leave the server and come
back, their next right answer in the section restores it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.study.questions import Pack

MAX_AWARDS = 25
"""How many awards a server may have."""
MAX_QUESTIONS = 1000


def is_winnable(pack: Pack, section: str, questions: int | None = None) -> bool:
    """Return whether a pack has the section of an award, and as many `questions` as mastery requires."""
    return section in pack.boards and len(pack.within(section)) >= (questions or 0)


class Prize(StrEnum):
    """What a role is awarded for."""

    SEASON = "season"
    COMPETITION = "competition"
    MASTERY = "mastery"


class Holding(StrEnum):
    """Whether a member has a role. GIVE: won, but not given in Discord yet. GIVEN: given. TAKE: lost to somebody else,
    but not removed in Discord yet."""

    GIVE = "give"
    GIVEN = "given"
    TAKE = "take"


class AwardTrouble(StrEnum):
    """Why a role cannot be given."""

    ROLE_GONE = "role-gone"
    NO_PERMISSION = "no-permission"


@dataclass(frozen=True, slots=True)
class AwardMastery:
    """A mastery role that a member did not have when answering a question of its section."""

    award_id: int
    questions: int
    """How many different questions the role requires."""
    known: int
    """How many different questions of the section the member has answered right."""
    knew: bool
    """Whether the question of this answer was already among the `known` ones."""
