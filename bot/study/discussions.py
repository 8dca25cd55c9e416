"""Discussions of a daily: when and where one begins, and what it may reveal about the group."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, StrEnum, auto

from bot.study.dailies import Feedback
from bot.study.grading import Answer

FEWEST = 5
"""The minimum number of answers before the group's figures are shown."""


class Discussion(StrEnum):
    """When the discussion of a daily begins."""

    OFF = "off"
    AT_CLOSE = "at-close"
    AT_ONCE = "at-once"


class Venue(Enum):
    """Where a daily is discussed."""

    UNDER_POST = auto()
    """A thread under the daily's post."""
    FORUM = auto()
    """A separate post in a forum."""
    PRIVATE = auto()
    """A private thread, for those who have answered: while a daily is open, other readers would see its key."""


def begins_at_once(discussion: Discussion, feedback: Feedback, forum_id: int | None) -> bool:
    """Return whether a discussion begins together with the daily.

    It waits for the close if answers can be changed until then, and also in a forum, whose posts anyone can read.
    """
    return discussion is Discussion.AT_ONCE and feedback is Feedback.AT_ONCE and forum_id is None


def shown_spread(spread: Sequence[tuple[Answer, int]]) -> Sequence[tuple[Answer, int]]:
    """Return how a group answered; empty if too few members did."""
    return spread if sum(count for _, count in spread) >= FEWEST else ()
