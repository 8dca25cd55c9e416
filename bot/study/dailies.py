"""Dailies: their states, and when members learn whether they were right."""

from __future__ import annotations

from enum import StrEnum


class DailyState(StrEnum):
    """The state of a daily. CLAIMED: the post is being sent. POSTED: it was sent, and answers are accepted. SETTLED:
    closed to answers, but the post does not show the answer yet. CLOSED: done. SKIPPED: the date passed without a
    post."""

    CLAIMED = "claimed"
    POSTED = "posted"
    SETTLED = "settled"
    CLOSED = "closed"
    SKIPPED = "skipped"


OPEN = (DailyState.CLAIMED, DailyState.POSTED)


class Feedback(StrEnum):
    """When members learn whether their answer to a daily was right."""

    AT_ONCE = "at-once"
    AT_CLOSE = "at-close"
