"""The ids of confirmations before data is erased."""

from __future__ import annotations

from bot.cogs.ui.custom_ids import CustomId
from bot.records import dataclass


@dataclass(frozen=True, slots=True)
class EraseId(CustomId):
    """Confirms that everything about the member who presses is erased."""

    VERB = "erase"
