"""The ids of dailies for managers; members' are in `bot.cogs.answers`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class DailyAgainId(CustomId):
    """Puts the question of an open daily up again whose post was deleted."""

    VERB = "daily-again"
    daily: int
