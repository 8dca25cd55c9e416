"""The custom ids of live rounds."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class LiveJoinId(CustomId):
    VERB = "live-join"
    live: int


@dataclass(frozen=True, slots=True)
class LiveLeaveId(CustomId):
    VERB = "live-leave"
    live: int


@dataclass(frozen=True, slots=True)
class LiveBeginId(CustomId):
    """Ends the lobby early."""

    VERB = "live-begin"
    live: int


@dataclass(frozen=True, slots=True)
class LiveStopId(CustomId):
    VERB = "live-stop"
    live: int


@dataclass(frozen=True, slots=True)
class LiveAgainId(CustomId):
    """Opens another round with the settings of one that is over."""

    VERB = "live-again"
    live: int


@dataclass(frozen=True, slots=True)
class LiveAnswerId(CustomId):
    """One option of question `number`. `place` is the position of its letter, from 0."""

    VERB = "live"
    live: int
    number: int
    place: int


@dataclass(frozen=True, slots=True)
class LiveExplainId(CustomId):
    VERB = "live-explain"
    live: int
    number: int


@dataclass(frozen=True, slots=True)
class LiveLookBackId(CustomId):
    """Shows how a round went for the member who presses."""

    VERB = "live-look-back"
    live: int


@dataclass(frozen=True, slots=True)
class LivePickId(CustomId):
    """A menu of the questions of a round."""

    VERB = "live-pick"
    live: int


@dataclass(frozen=True, slots=True)
class LivePlanId(CustomId):
    """Calls off a round that is planned."""

    VERB = "live-plan"
    plan: int
