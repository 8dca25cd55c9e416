"""Attempts: recorded answers. They are never deleted, so standings and streaks can be recomputed from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.study.grading import Answer
from bot.study.questions import ALL
from bot.study.scoring import Mode


@dataclass(frozen=True, slots=True)
class Attempt:
    guild_id: int
    user_id: int
    question_id: str
    section: str
    """The section on whose boards it counts: its question's; `all` if the server studies another pack."""
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

    @property
    def another_pack(self) -> bool:
        """Whether its question is from another pack than the one that the server studied."""
        return self.section == ALL
