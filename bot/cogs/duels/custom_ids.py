"""The custom ids of duels. Their questions use the ids of `cogs.quizzes`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class DuelAcceptId(CustomId):
    """Accepts a challenge. The bot also uses this id to find the challenge's post in its channel."""

    VERB = "duel-accept"
    duel: int


@dataclass(frozen=True, slots=True)
class DuelDeclineId(CustomId):
    VERB = "duel-decline"
    duel: int


@dataclass(frozen=True, slots=True)
class DuelWithdrawId(CustomId):
    VERB = "duel-withdraw"
    duel: int


@dataclass(frozen=True, slots=True)
class DuelPlayId(CustomId):
    VERB = "duel-play"
    duel: int


@dataclass(frozen=True, slots=True)
class DuelResultId(CustomId):
    """Shows a duel's state to the member who presses. The bot also uses this id to find the result's post in its channel."""

    VERB = "duel-result"
    duel: int


@dataclass(frozen=True, slots=True)
class DuelReviewId(CustomId):
    """Shows one of the member's own answers after the end."""

    VERB = "duel-review"
    duel: int
    number: int


@dataclass(frozen=True, slots=True)
class DuelRematchId(CustomId):
    VERB = "duel-rematch"
    duel: int
