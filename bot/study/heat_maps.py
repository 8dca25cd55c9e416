"""How well a section is known: the levels of a heat map."""

from __future__ import annotations

from enum import StrEnum

FEW = 3
"""The minimum number of answers for a meaningful share."""


class HeatLevel(StrEnum):
    NONE = "none"
    FEW = "few"
    WEAK = "weak"
    FAIR = "fair"
    GOOD = "good"
    STRONG = "strong"


BOUNDS = ((0.85, HeatLevel.STRONG), (0.7, HeatLevel.GOOD), (0.5, HeatLevel.FAIR), (0.0, HeatLevel.WEAK))
"""The minimum share of right answers for each level."""


def level(correct: int, answered: int) -> HeatLevel:
    """Return the level for the share of first answers that were right."""
    if not answered:
        return HeatLevel.NONE
    if answered < FEW:
        return HeatLevel.FEW
    return next(found for least, found in BOUNDS if correct / answered >= least)
