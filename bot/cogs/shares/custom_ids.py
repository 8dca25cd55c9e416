"""The custom ids of shared results."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId
from bot.study.shares import Shareable


@dataclass(frozen=True, slots=True)
class ShareId(CustomId):
    """Shares a result with the channel. `subject` is the daily or the exam; 0 for the streak."""

    VERB = "share"
    REPEATABLE = True  # a unique key allows one line for each result and place
    what: Shareable
    subject: int


@dataclass(frozen=True, slots=True)
class SharedId(CustomId):
    """The button under a shared line, for readers who want to study too."""

    VERB = "shared"
    share: int
