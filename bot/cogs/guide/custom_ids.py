"""The custom ids of the guide."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class GuideId(CustomId):
    """Opens a section of the guide, from another message."""

    VERB = "guide"
    section: str


@dataclass(frozen=True, slots=True)
class GuidePickId(CustomId):
    """The menu of the sections; its value is the key of a section's name."""

    VERB = "guide-pick"


@dataclass(frozen=True, slots=True)
class GuidePageId(CustomId):
    """Shows a page of a section that is longer than a message."""

    VERB = "guide-page"
    section: str
    page: int
