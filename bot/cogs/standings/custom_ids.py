"""The ids of leaderboards."""

from __future__ import annotations

from bot.cogs.ui.custom_ids import CustomId
from bot.records import dataclass
from bot.study.periods import Period
from bot.study.standings import By


@dataclass(frozen=True, slots=True)
class BoardSectionId(CustomId):
    """The menu of sections; its value is the key of the name of a board. `period`: also a season that has ended."""

    VERB = "board-section"
    period: str
    by: By


@dataclass(frozen=True, slots=True)
class BoardPeriodId(CustomId):
    """The menu of periods; its value is the key of one in Period, or of a season that has ended."""

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
    """Opens the board of a section for this season, from another message."""

    VERB = "board-open"
    section: str


@dataclass(frozen=True, slots=True)
class BoardId(CustomId):
    """A page of a leaderboard, from another page of it."""

    VERB = "board"
    section: str
    period: Period
    by: By
    page: int
