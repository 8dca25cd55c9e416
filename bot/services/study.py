"""What a member should study next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from random import Random

from bot.services.answers import Answers, ToAnswer
from bot.services.plans import Plans
from bot.services.quiz_outcomes import QuizTurn
from bot.services.quizzes import Quizzes
from bot.services.reviews import Reviews
from bot.storage.engine import Connection, Database
from bot.study.errors import NoPlan, Refused
from bot.study.members import Member
from bot.study.questions import ALL

QUIZ = 5
"""How many questions a quiz has when nothing else waits."""


class Why(Enum):
    """Why a quiz comes next, in order of priority. The daily comes before all of them."""

    DUE = auto()
    PLANNED = auto()
    NOTHING_ELSE = auto()


@dataclass(frozen=True, slots=True)
class Next:
    why: Why
    turn: QuizTurn


@dataclass(frozen=True, slots=True)
class Study:
    db: Database
    answers: Answers
    reviews: Reviews
    plans: Plans
    quizzes: Quizzes

    async def next(self, member: Member, *, rng: Random, at: datetime) -> ToAnswer | Next:
        """Return the open daily, else the due reviews, else today's portion of the plan, else a quiz.

        Raises NoQuestions.
        """

        def work(tx: Connection) -> ToAnswer | Next:
            if (daily := self.answers.waiting(tx, member, at)) is not None:
                return daily
            due = self.reviews.begin(tx, member, section=ALL, rng=rng, at=at)
            if isinstance(due, QuizTurn):
                return Next(Why.DUE, due)
            if (portion := self._portion(tx, member, rng, at)) is not None:
                return Next(Why.PLANNED, portion)
            return Next(Why.NOTHING_ELSE, self.quizzes.begin_new(tx, member, section=ALL, count=QUIZ, rng=rng, at=at))

        return await self.db.write(work)

    def _portion(self, tx: Connection, member: Member, rng: Random, at: datetime) -> QuizTurn | None:
        try:
            portion = self.plans.begin_portion(tx, member, rng=rng, at=at)
        except (NoPlan, Refused):
            return None
        return portion if isinstance(portion, QuizTurn) else None
