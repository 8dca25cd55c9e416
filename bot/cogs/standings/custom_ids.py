"""The custom ids of leaderboards."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId
from bot.study.periods import Period
from bot.study.standings import By


@dataclass(frozen=True, slots=True)
class BoardSectionId(CustomId):
    """The section menu; its value is the key of a leaderboard's name. `period`: a Period, or an ended season."""

    VERB = "board-section"
    period: str
    by: By


@dataclass(frozen=True, slots=True)
class BoardPeriodId(CustomId):
    """The period menu; its value is the key of a Period, or of an ended season."""

    VERB = "board-period"
    section: str
    by: By


@dataclass(frozen=True, slots=True)
class BoardOrderId(CustomId):
    """The sort menu; its value is a key in `By`."""

    VERB = "board-order"
    section: str
    period: str


@dataclass(frozen=True, slots=True)
class BoardOpenId(CustomId):
    """Opens a section's leaderboard for this season, from another message."""

    VERB = "board-open"
    section: str


@dataclass(frozen=True, slots=True)
class BoardId(CustomId):
    """A page of a leaderboard, opened from another of its pages."""

    VERB = "board"
    section: str
    period: Period
    by: By
    page: int
