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
    """The section on whose boards the answer counts: the question's section, or `all` if the server studies another
    pack."""
    mode: Mode
    answer: Answer
    correct: bool
    points: int
    """All points that the answer earned, including the bonus."""
    bonus: int
    first: bool
    """Whether this is the author's first answer to the question in this server and season. A leaderboard's `answered`
    and `correct` count only first answers."""
    day: date
    answered_at: datetime
    daily_id: int | None = None
    quiz_id: int | None = None
    exam_id: int | None = None
    live_id: int | None = None

    @property
    def another_pack(self) -> bool:
        """Whether the question is from a pack that the server did not study."""
        return self.section == ALL
