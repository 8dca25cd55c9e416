"""The ids of the boards."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId
from bot.study.periods import Period
from bot.study.standings import By


@dataclass(frozen=True, slots=True)
class BoardId(CustomId):
    VERB = "board"
    section: str
    period: Period
    by: By
    page: int
