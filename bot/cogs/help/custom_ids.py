"""The ids of the help."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class HelpId(CustomId):
    """The menu of topics: its value is the place of a topic in the list, from 0."""

    VERB = "help"
