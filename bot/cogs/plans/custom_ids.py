"""The custom ids of a study plan."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class PortionId(CustomId):
    """Starts a quiz on today's portion of the study plan. `guild`: in direct messages, the server whose
    pack is studied."""

    VERB = "portion"
    OPTIONAL = frozenset({"guild"})
    guild: int = 0


@dataclass(frozen=True, slots=True)
class PlanDateId(CustomId):
    """Opens the form that asks for the date of the exam, and is the form's own id."""

    VERB = "plan-date"
