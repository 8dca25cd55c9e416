"""The custom ids of a study plan."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class PortionId(CustomId):
    """Starts a quiz on today's portion of the study plan. `guild`: in direct messages, the server whose
    pack is studied."""

    VERB = "portion"
    OPTIONAL = frozenset({"guild"})
    guild: int = 0
