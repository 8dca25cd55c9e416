"""What members share with their channel: a result, and nothing of the question."""

from __future__ import annotations

from enum import StrEnum


class Shareable(StrEnum):
    """What can be shared, once each."""

    DAILY = "daily"
    EXAM = "exam"
    STREAK = "streak"
