"""The ids of the group's mirror."""

from __future__ import annotations

from bot.cogs.ui.custom_ids import CustomId
from bot.records import dataclass

NOW = "now"


@dataclass(frozen=True, slots=True)
class GroupWordsId(CustomId):
    """Shows the figures in words: those of a week's post by its Monday, or of `now`."""

    VERB = "group"
    week: str
