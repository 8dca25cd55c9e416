"""The ids about a streak."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class PauseEndId(CustomId):
    """Ends or cancels the planned pause that begins on this day, by its ordinal."""

    VERB = "pause-end"
    first: int
