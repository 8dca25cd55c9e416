"""The custom ids of closed seasons."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId
from bot.study.standings import By


@dataclass(frozen=True, slots=True)
class SeasonId(CustomId):
    """Opens the leaderboard of a closed season, from its post."""

    VERB = "season"
    season: str


@dataclass(frozen=True, slots=True)
class SeasonBoardId(CustomId):
    """A page of a closed season's leaderboard."""

    VERB = "season-board"
    season: str
    section: str
    by: By
    page: int
