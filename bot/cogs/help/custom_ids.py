"""The custom ids of `/help`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class HelpId(CustomId):
    """The menu of topics; its value is `key_of` a topic's name."""

    VERB = "help"
