"""The ids of a review."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class ReviewStartId(CustomId):
    """Starts a review of what is due in a section, from another message. `guild`: of what that server studies, from a direct message."""

    VERB = "review"
    OPTIONAL = frozenset({"guild"})
    section: str
    guild: int = 0


@dataclass(frozen=True, slots=True)
class RateId(CustomId):
    """What a member says of a right answer in a review: a rating of FSRS, 2 hard, 3 good, 4 easy."""

    VERB = "rate"
    quiz: int
    item: int
    rating: int
