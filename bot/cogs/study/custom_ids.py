"""The custom id that starts what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class StudyId(CustomId):
    """Continues with what comes next, from another message."""

    VERB = "study"
