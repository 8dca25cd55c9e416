"""The ids of the settings."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import BankId, CustomId


@dataclass(frozen=True, slots=True)
class PackId(CustomId):
    """Confirms that a server studies another pack."""

    VERB = "pack"
    pack: BankId
