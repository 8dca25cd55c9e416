"""The ids of progress."""

from __future__ import annotations

from enum import StrEnum

from bot.cogs.ui.custom_ids import CustomId
from bot.records import dataclass


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
    """Switches on (1) or off (0) that the member is asked how sure they were."""

    VERB = "ask-sure"
    on: int
