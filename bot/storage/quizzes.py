"""Quizzes, reviews and duels: which questions in which order, each with this member's option order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.storage.rows import columns_of, from_row
from bot.storage.sql import insert
from bot.storage.tables import quiz_items, quizzes
from bot.study.grading import Answer, Shown
from bot.study.scoring import Mode


@dataclass(frozen=True, slots=True)
class QuizItem:
    """A question of a quiz. `answer`: the member's ungraded answer in a duel that is not over."""

    question_id: str
    shown: Shown
    answer: Answer | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quiz:
    id: int
    guild_id: int
    user_id: int
    section: str
    mode: Mode
    difficulty: int | None
    items: tuple[QuizItem, ...]
    created_at: datetime


def add(
    tx: Connection,
    guild_id: int,
    user_id: int,
    section: str,
    mode: Mode,
    difficulty: int | None,
    items: Sequence[QuizItem],
    at: datetime,
) -> Quiz:
    quiz_id: int = tx.execute(
        insert(tx, quizzes)
        .values(
            guild_id=guild_id,
            user_id=user_id,
            section=section,
            mode=mode,
            difficulty=difficulty,
            created_at=at,
        )
        .returning(quizzes.c.id)
    ).scalar_one()
    rows = [{"quiz_id": quiz_id, "place": place, **columns_of(item, quiz_items)} for place, item in enumerate(items)]
    tx.execute(insert(tx, quiz_items), rows)
    return Quiz(quiz_id, guild_id, user_id, section, mode, difficulty, tuple(items), at)


def get(tx: Connection, quiz_id: int) -> Quiz | None:
    row = tx.execute(select(quizzes).where(quizzes.c.id == quiz_id)).one_or_none()
    if row is None:
        return None
    items = tx.execute(select(quiz_items).where(quiz_items.c.quiz_id == quiz_id).order_by(quiz_items.c.place))
    return from_row(Quiz, row, items=tuple(from_row(QuizItem, item) for item in items))


def hold(tx: Connection, quiz_id: int, place: int, answer: Answer, at: datetime) -> None:
    """Store an answer that is graded later."""
    item = quiz_items.c.quiz_id == quiz_id, quiz_items.c.place == place
    tx.execute(update(quiz_items).where(*item).values(answer=answer, answered_at=at))


def release(tx: Connection, quiz_id: int) -> None:
    """Forget the answers that were held, because they have been graded."""
    tx.execute(update(quiz_items).where(quiz_items.c.quiz_id == quiz_id).values(answer=None, answered_at=None))
