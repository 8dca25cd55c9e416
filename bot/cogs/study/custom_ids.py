"""The ids of what comes next."""

from __future__ import annotations

from bot.cogs.ui.custom_ids import CustomId
from bot.records import dataclass


@dataclass(frozen=True, slots=True)
class StudyId(CustomId):
    """Continues with whatever waits, from another message."""

    VERB = "study"
