"""The ids of confirmations before data is erased."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class EraseId(CustomId):
    """Confirms that everything about the member who presses is erased."""

    VERB = "erase"
