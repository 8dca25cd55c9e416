"""Partner streaks: two members who both answer on the same days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.study.errors import Refusal, Refused
from bot.study.pauses import Pause, is_paused

MOST_ASKS = 3
"""How many others a member may ask within ASKS_WITHIN, limited because each of them is pinged."""
ASKS_WITHIN = timedelta(days=1)


class PartnershipState(StrEnum):
    ASKED = "asked"
    RUNNING = "running"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    OVER = "over"
    """One of the two has ended the partnership, hidden themselves, or erased their data."""


OPEN = (PartnershipState.ASKED, PartnershipState.RUNNING)


@dataclass(frozen=True, slots=True)
class Days:
    """A member's days with a daily, each with whether they answered one, and their planned pauses.

    Days that they can still answer are left out.
    """

    answered: Mapping[date, bool]
    pauses: Sequence[Pause] = ()

    def misses(self, day: date) -> bool:
        return self.answered.get(day) is False and not is_paused(self.pauses, day)


def together(one: Days, other: Days, since: date) -> int:
    """Return the number of consecutive days on which both answered, counted back from the newest day to `since`.

    A day that either can still answer is skipped until it is over, and so is a day that either missed in a planned
    pause. Freezes do not apply: a day that one of them misses counts as missed by both.
    """
    count = 0
    for day in sorted(one.answered.keys() | other.answered.keys(), reverse=True):
        if day < since or one.misses(day) or other.misses(day):
            break
        count += one.answered.get(day, False) and other.answered.get(day, False)
    return count


def check_partner(user_id: int, other_id: int, *, bot: bool, present: bool) -> None:
    """Check that a member may ask this other member to be partners. Raises PARTNER_ONESELF, PARTNER_BOT,
    PARTNER_STRANGER."""
    if user_id == other_id:
        raise Refused(Refusal.PARTNER_ONESELF)
    if bot:
        raise Refused(Refusal.PARTNER_BOT)
    if not present:
        raise Refused(Refusal.PARTNER_STRANGER)
