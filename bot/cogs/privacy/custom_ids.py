"""The custom id that confirms an erasure."""

from __future__ import annotations

from bot.cogs.ui.custom_ids import CustomId
from bot.records import dataclass


@dataclass(frozen=True, slots=True)
class EraseId(CustomId):
    """Confirms the erasure of all data about the member who presses it."""

    VERB = "erase"
