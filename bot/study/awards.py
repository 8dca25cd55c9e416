"""Roles that are won: by a season, by a competition, or by mastering a section.

A role is bound to one thing. Of a season it goes to the first of a board when the season closes; of a competition to whoever is
first in its result, which may be several who are level, or every member of the winning team who earned a point. The next
season, or the next such competition, takes it from who had it, and gives it to who has won; one without a winner takes it from
nobody. Mastery is reached with a number of different questions of a section answered right, ever; it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_AWARDS = 25
"""In one server."""
MAX_QUESTIONS = 1000


class Prize(StrEnum):
    """What a role is bound to."""

    SEASON = "season"
    COMPETITION = "competition"
    MASTERY = "mastery"


class Holding(StrEnum):
    """GIVE: won, and yet to be handed over. GIVEN: handed over. TAKE: somebody else's now, and yet to be taken away."""

    GIVE = "give"
    GIVEN = "given"
    TAKE = "take"


class AwardTrouble(StrEnum):
    """Why a role cannot be given."""

    ROLE_GONE = "role-gone"
    NO_PERMISSION = "no-permission"


@dataclass(frozen=True, slots=True)
class AwardMastery:
    """A role for mastery that a member does not hold, with regard to one question of its section."""

    award_id: int
    questions: int
    """How many different questions it takes."""
    known: int
    """How many the member has answered right."""
    knew: bool
    """Whether the question is among them."""
