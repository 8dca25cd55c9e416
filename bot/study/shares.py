"""What members can share in their channel: a result, but nothing about the questions."""

from __future__ import annotations

from enum import StrEnum


class Shareable(StrEnum):
    """The kinds of results that can be shared, each result once."""

    DAILY = "daily"
    EXAM = "exam"
    STREAK = "streak"
