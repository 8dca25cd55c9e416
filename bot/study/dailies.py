"""Dailies: the states that one goes through, and when it tells whether an answer was right."""

from __future__ import annotations

from enum import StrEnum


class DailyState(StrEnum):
    """CLAIMED: the post is being sent. POSTED: it was sent, and answers are taken. SETTLED: no more are, and the post has yet
    to show the answer. CLOSED: done. SKIPPED: the date has had its turn without a post."""

    CLAIMED = "claimed"
    POSTED = "posted"
    SETTLED = "settled"
    CLOSED = "closed"
    SKIPPED = "skipped"


OPEN = (DailyState.CLAIMED, DailyState.POSTED)


class Feedback(StrEnum):
    """When a daily tells whether an answer was right."""

    AT_ONCE = "at-once"
    AT_CLOSE = "at-close"
