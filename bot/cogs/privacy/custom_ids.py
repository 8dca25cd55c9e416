"""The custom id that confirms an erasure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class EraseId(CustomId):
    """Confirms the erasure of all data about the member who presses it."""

    VERB = "erase"
