"""Attempts: every answer of every member, for good. Standings and streaks are reckoned from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, func, select, update

from bot.storage.sql import insert
from bot.storage.tables import attempts, season_answers
from bot.study.grading import Answer, decode, encode
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
    """All that it earned, the bonus included."""
    bonus: int
    first: bool
    day: date
    answered_at: datetime
    daily_id: int | None = None
    quiz_id: int | None = None
    exam_id: int | None = None
    live_id: int | None = None


def _from_row(row: Row[tuple[object, ...]]) -> Attempt:
    return Attempt(
        guild_id=row.guild_id,
        user_id=row.user_id,
        question_id=row.question_id,
        section=row.section,
        mode=Mode(row.mode),
        answer=decode(row.answer),
        correct=row.correct,
        points=row.points,
        bonus=row.bonus,
        first=row.first,
        day=row.day,
        answered_at=row.answered_at,
        daily_id=row.daily_id,
        quiz_id=row.quiz_id,
        exam_id=row.exam_id,
        live_id=row.live_id,
    )


def add(tx: Connection, attempt: Attempt) -> None:
    """Raises IntegrityError if this member has answered this daily, or this item of a series, of a mock exam or of a live round,
    before."""
    tx.execute(
        insert(tx, attempts).values(
            guild_id=attempt.guild_id,
            user_id=attempt.user_id,
            question_id=attempt.question_id,
            section=attempt.section,
            mode=attempt.mode.value,
            answer=encode(attempt.answer),
            correct=attempt.correct,
            points=attempt.points,
            bonus=attempt.bonus,
            first=attempt.first,
            day=attempt.day,
            answered_at=attempt.answered_at,
            daily_id=attempt.daily_id,
            quiz_id=attempt.quiz_id,
            exam_id=attempt.exam_id,
            live_id=attempt.live_id,
        )
    )


def of_daily(tx: Connection, daily_id: int, user_id: int) -> Attempt | None:
    row = tx.execute(
        select(attempts).where(attempts.c.daily_id == daily_id, attempts.c.user_id == user_id)
    ).one_or_none()
    return _from_row(row) if row is not None else None


def of_quiz(tx: Connection, quiz_id: int) -> dict[str, Attempt]:
    """The attempts of one series, by question."""
    rows = tx.execute(select(attempts).where(attempts.c.quiz_id == quiz_id).order_by(attempts.c.id))
    return {row.question_id: _from_row(row) for row in rows}


def points_of_exam(tx: Connection, exam_id: int) -> int:
    """All that the answers of a mock exam earned."""
    points: int | None = tx.execute(select(func.sum(attempts.c.points)).where(attempts.c.exam_id == exam_id)).scalar()
    return points or 0


def points_of_live(tx: Connection, live_id: int, user_id: int) -> int:
    """All that a member's answers in a live round earned on the boards."""
    points: int | None = tx.execute(
        select(func.sum(attempts.c.points)).where(attempts.c.live_id == live_id, attempts.c.user_id == user_id)
    ).scalar()
    return points or 0


def last_right(tx: Connection, guild_id: int, user_id: int) -> set[str]:
    """The questions that the member's last answer got right."""
    newest = (
        select(func.max(attempts.c.id))
        .where(attempts.c.guild_id == guild_id, attempts.c.user_id == user_id)
        .group_by(attempts.c.question_id)
    )
    rows = tx.execute(select(attempts.c.question_id).where(attempts.c.id.in_(newest), attempts.c.correct.is_(True)))
    return set(rows.scalars())


def scored_in_season(tx: Connection, guild_id: int, user_id: int, season: str, question_id: str) -> bool | None:
    """Whether a question has scored this season; None if the member has not met it."""
    return tx.execute(
        select(season_answers.c.scored).where(
            season_answers.c.guild_id == guild_id,
            season_answers.c.user_id == user_id,
            season_answers.c.season == season,
            season_answers.c.question_id == question_id,
        )
    ).scalar()


def meet_in_season(tx: Connection, guild_id: int, user_id: int, season: str, question_id: str, *, scored: bool) -> None:
    """Raises IntegrityError if another answer met the question first."""
    tx.execute(
        insert(tx, season_answers).values(
            guild_id=guild_id, user_id=user_id, season=season, question_id=question_id, scored=scored
        )
    )


def score_in_season(tx: Connection, guild_id: int, user_id: int, season: str, question_id: str) -> None:
    tx.execute(
        update(season_answers)
        .where(
            season_answers.c.guild_id == guild_id,
            season_answers.c.user_id == user_id,
            season_answers.c.season == season,
            season_answers.c.question_id == question_id,
        )
        .values(scored=True)
    )


def guild_ids(tx: Connection) -> list[int]:
    return list(tx.execute(select(attempts.c.guild_id).distinct().order_by(attempts.c.guild_id)).scalars())


def in_order(tx: Connection, guild_id: int, user_id: int | None = None) -> Iterator[Attempt]:
    """Every attempt of a server, or of one member there, in the order in which they were recorded."""
    query = select(attempts).where(attempts.c.guild_id == guild_id)
    if user_id is not None:
        query = query.where(attempts.c.user_id == user_id)
    return map(_from_row, tx.execute(query.order_by(attempts.c.id)))


def has_answered(tx: Connection, guild_id: int, user_id: int, question_id: str) -> bool:
    """Whether a member has ever answered a question in a server."""
    row = tx.execute(
        select(attempts.c.id)
        .where(attempts.c.guild_id == guild_id, attempts.c.user_id == user_id, attempts.c.question_id == question_id)
        .limit(1)
    ).first()
    return row is not None
