"""The ids of what is asked before data goes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class EraseId(CustomId):
    """Confirms that everything of the one who presses is erased."""

    VERB = "erase"
