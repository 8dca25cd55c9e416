"""How well a section stands, in a word: what a heat map shows beside its color."""

from __future__ import annotations

from enum import StrEnum

FEW = 3
"""Answers below which a share says nothing."""


class Level(StrEnum):
    NONE = "none"
    FEW = "few"
    WEAK = "weak"
    FAIR = "fair"
    GOOD = "good"
    STRONG = "strong"


BOUNDS = ((0.85, Level.STRONG), (0.7, Level.GOOD), (0.5, Level.FAIR), (0.0, Level.WEAK))
"""The least share right of each level."""


def level(correct: int, answered: int) -> Level:
    """Judge the share of first answers that were right."""
    if not answered:
        return Level.NONE
    if answered < FEW:
        return Level.FEW
    return next(found for least, found in BOUNDS if correct / answered >= least)
