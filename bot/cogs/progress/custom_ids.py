"""The custom ids of `/progress`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.cogs.ui.custom_ids import CustomId


class ProgressView(StrEnum):
    PICTURE = "picture"
    WORDS = "words"
    SECTIONS = "sections"
    WEEKS = "weeks"


@dataclass(frozen=True, slots=True)
class ProgressId(CustomId):
    """Shows the member's own progress in one of its views."""

    VERB = "progress"
    view: ProgressView


@dataclass(frozen=True, slots=True)
class AskSureId(CustomId):
    """Sets whether the member is asked how sure they were: 1 is on, 0 is off."""

    VERB = "ask-sure"
    on: int
