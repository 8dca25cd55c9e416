"""The custom ids of exam evenings."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class EveningJoinId(CustomId):
    VERB = "evening-join"
    evening: int


@dataclass(frozen=True, slots=True)
class EveningLeaveId(CustomId):
    VERB = "evening-leave"
    evening: int


@dataclass(frozen=True, slots=True)
class EveningBeginId(CustomId):
    """Begins or continues the member's exam, or shows its result. `by` says where the button is: on the post, or in a message that pings."""

    VERB = "evening-begin"
    evening: int
    by: str


@dataclass(frozen=True, slots=True)
class EveningAgreeId(CustomId):
    """`on` is 1 to show the member's score in the table and 0 to keep it private."""

    VERB = "evening-agree"
    evening: int
    on: int


@dataclass(frozen=True, slots=True)
class EveningManageId(CustomId):
    """Shows what the host and managers can change."""

    VERB = "evening-manage"
    evening: int


@dataclass(frozen=True, slots=True)
class EveningMoveId(CustomId):
    """The form for another start, and the button that opens it."""

    VERB = "evening-move"
    evening: int


@dataclass(frozen=True, slots=True)
class EveningCancelId(CustomId):
    VERB = "evening-cancel"
    evening: int


@dataclass(frozen=True, slots=True)
class EveningItemId(CustomId):
    """Shows the member's own answer to a question of the review."""

    VERB = "evening-item"
    evening: int
    place: int
