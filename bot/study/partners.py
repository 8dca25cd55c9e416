"""Partner streaks: two members who both answer on the same days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from bot.records import dataclass
from bot.study.errors import Refusal, Refused
from bot.study.pauses import Pause, is_paused

MOST_ASKS = 3
"""How many members one can ask in ASKS_WITHIN, because each is pinged."""
ASKS_WITHIN = timedelta(days=1)


class PartnershipState(StrEnum):
    ASKED = "asked"
    RUNNING = "running"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    OVER = "over"
    """One of the two has ended it, hidden, or erased their data."""


OPEN = (PartnershipState.ASKED, PartnershipState.RUNNING)


@dataclass(frozen=True, slots=True)
class Days:
    """A member's days that had a daily, each with whether they answered one, without those that they can still answer;
    and their planned pauses."""

    answered: Mapping[date, bool]
    pauses: Sequence[Pause] = ()

    def misses(self, day: date) -> bool:
        return self.answered.get(day) is False and not is_paused(self.pauses, day)


def together(one: Days, other: Days, since: date) -> int:
    """Return on how many days in a row, from the newest back to `since`, both have answered.

    A day that either can still answer is left out until it is over, and so is one that somebody missed in a planned pause. No
    freeze helps: what is missed by one is missed by both.
    """
    count = 0
    for day in sorted(one.answered.keys() | other.answered.keys(), reverse=True):
        if day < since or one.misses(day) or other.misses(day):
            break
        count += one.answered.get(day, False) and other.answered.get(day, False)
    return count


def check_partner(user_id: int, other_id: int, *, bot: bool, present: bool) -> None:
    """Check whom a member may ask. Raises PARTNER_ONESELF, PARTNER_BOT, PARTNER_STRANGER."""
    if user_id == other_id:
        raise Refused(Refusal.PARTNER_ONESELF)
    if bot:
        raise Refused(Refusal.PARTNER_BOT)
    if not present:
        raise Refused(Refusal.PARTNER_STRANGER)
