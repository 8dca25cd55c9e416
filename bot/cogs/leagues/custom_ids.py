"""The custom ids of the league."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId

NOW = "now"
"""Stands for the current month."""


@dataclass(frozen=True, slots=True)
class LeaguePostId(CustomId):
    """Shows the final table of a month, from the post about it."""

    VERB = "league"
    season: str


@dataclass(frozen=True, slots=True)
class LeagueTableId(CustomId):
    """Replaces the table shown with that of another month."""

    VERB = "league-table"
    season: str


@dataclass(frozen=True, slots=True)
class LeagueFormId(CustomId):
    """The form with which a manager opts in."""

    VERB = "league-form"
