"""Attempts: recorded answers. They are never deleted, so standings and streaks can be recomputed from them."""

from __future__ import annotations

from datetime import date, datetime

from bot.records import dataclass
from bot.study.grading import Answer
from bot.study.scoring import Mode


@dataclass(frozen=True, slots=True)
class Attempt:
    guild_id: int
    user_id: int
    question_id: str
    section: str
    mode: Mode
    answer: Answer
    correct: bool
    points: int
    """All points that it earned, including the bonus."""
    bonus: int
    first: bool
    """Whether it is the author's first answer to this question in this server and season. Only that one counts as
    answered."""
    day: date
    answered_at: datetime
    daily_id: int | None = None
    quiz_id: int | None = None
    exam_id: int | None = None
    live_id: int | None = None
