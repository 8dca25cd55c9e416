"""The ids of duels. The questions in between have those of `cogs.quizzes`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class DuelAcceptId(CustomId):
    """By this a challenge is known in its channel."""

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
    """How a duel stands for whoever presses. By this a result is known in its channel."""

    VERB = "duel-result"
    duel: int


@dataclass(frozen=True, slots=True)
class DuelReviewId(CustomId):
    """One of one's own answers, after the end."""

    VERB = "duel-review"
    duel: int
    number: int


@dataclass(frozen=True, slots=True)
class DuelRematchId(CustomId):
    VERB = "duel-rematch"
    duel: int
