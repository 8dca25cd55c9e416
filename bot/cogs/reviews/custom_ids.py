"""The custom ids of a review."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class ReviewStartId(CustomId):
    """Starts a review of what is due in a section, from another message. `guild`: in direct messages, the
    server whose pack is studied."""

    VERB = "review"
    OPTIONAL = frozenset({"guild"})
    section: str
    guild: int = 0


@dataclass(frozen=True, slots=True)
class RateId(CustomId):
    """A member's rating of a right answer in a review, on FSRS's scale: 2 hard, 3 good, 4 easy."""

    VERB = "rate"
    quiz: int
    item: int
    rating: int
