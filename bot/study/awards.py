"""Roles that members win: by a season, by a competition, or by mastering a section.

A role is bound to one thing. A season's role goes to the first of a board when the season closes. A competition's role
goes to the first in its result, to all who tie for first, or to every member of the winning team who earned a point.
The next season, or the next such competition, moves it to the new winner; one without a winner leaves it where it is.
Mastery takes a number of different questions of a section answered right, ever, and the role is kept.
"""

from __future__ import annotations

from enum import StrEnum

from bot.records import dataclass

MAX_AWARDS = 25
"""In one server."""
MAX_QUESTIONS = 1000


class Prize(StrEnum):
    """What a role is bound to."""

    SEASON = "season"
    COMPETITION = "competition"
    MASTERY = "mastery"


class Holding(StrEnum):
    """GIVE: won, but not given in Discord yet. GIVEN: given. TAKE: it belongs to somebody else now, and is yet to be
    taken."""

    GIVE = "give"
    GIVEN = "given"
    TAKE = "take"


class AwardTrouble(StrEnum):
    """Why a role cannot be given."""

    ROLE_GONE = "role-gone"
    NO_PERMISSION = "no-permission"


@dataclass(frozen=True, slots=True)
class AwardMastery:
    """A mastery role that a member does not hold, seen from one question of its section."""

    award_id: int
    questions: int
    """How many different questions it requires."""
    known: int
    """How many of them the member has answered right."""
    knew: bool
    """Whether this question is one of them."""
