"""The custom ids of streaks."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class PauseEndId(CustomId):
    """Ends or cancels the planned pause that begins on this day, given as an ordinal."""

    VERB = "pause-end"
    first: int


@dataclass(frozen=True, slots=True)
class PartnerAcceptId(CustomId):
    """Accepts a partner streak. The bot also uses this id to find the request's post in its channel."""

    VERB = "partner-accept"
    partnership: int


@dataclass(frozen=True, slots=True)
class PartnerEndId(CustomId):
    """Ends a partner streak, or declines or withdraws a request."""

    VERB = "partner-end"
    partnership: int


@dataclass(frozen=True, slots=True)
class PartnerShowId(CustomId):
    """Shows a partner streak to one of the two. The bot also uses this id to find the post of a running streak."""

    VERB = "partner-show"
    partnership: int
