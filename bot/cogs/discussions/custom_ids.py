"""The custom ids of discussions."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class DiscussId(CustomId):
    """Adds a member to the private thread about a daily that they have answered."""

    VERB = "discuss"
    REPEATABLE = True
    daily: int


@dataclass(frozen=True, slots=True)
class PractiseId(CustomId):
    """Starts a quiz on the section of a daily, from its discussion."""

    VERB = "practise"
    daily: int
