"""The custom ids of the group's figures."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId

NOW = "now"


@dataclass(frozen=True, slots=True)
class GroupWordsId(CustomId):
    """Shows figures in words: those of a week's post, given as its Monday, or the current ones (`now`)."""

    VERB = "group"
    week: str
