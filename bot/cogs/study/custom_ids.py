"""The custom id that starts what comes next."""

from __future__ import annotations

from bot.cogs.ui.custom_ids import CustomId
from bot.records import dataclass


@dataclass(frozen=True, slots=True)
class StudyId(CustomId):
    """Continues with what comes next, from another message."""

    VERB = "study"
