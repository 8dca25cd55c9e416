"""Attempts: every answer of every member, kept permanently. Standings and streaks can be recomputed from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from operator import attrgetter

from sqlalchemy import Connection, func, select, true, update

from bot.storage.rows import from_row
from bot.storage.sql import Lookup, Many, Revision, entries
from bot.storage.tables import attempts, season_answers
from bot.study.answering import Met
from bot.study.attempts import Attempt

_FIELDS = tuple(field.name for field in fields(Attempt))
_ADD = Many(lambda insert: insert(attempts), *_FIELDS)


def add_all(tx: Connection, given: Iterable[Attempt]) -> None:
    """Insert attempts. Raises IntegrityError if a member has already answered this daily, or this item of a quiz, mock
    exam or live round."""
    _ADD.write(tx, map(attrgetter(*_FIELDS), given))


OF_DAILIES = Lookup(
    select(attempts),
    attempts.c.daily_id,
    attempts.c.user_id,
    into=lambda rows: {(row.daily_id, row.user_id): from_row(Attempt, row) for row in rows},
)
"""Attempts by daily and member."""


def of_daily(tx: Connection, daily_id: int, user_id: int) -> Attempt | None:
    found: dict[tuple[int, int], Attempt] = OF_DAILIES.read(tx, [(daily_id, user_id)])
    return found.get((daily_id, user_id))


def of_quiz(tx: Connection, quiz_id: int) -> dict[str, Attempt]:
    """Return the attempts of one quiz, by question."""
    rows = tx.execute(select(attempts).where(attempts.c.quiz_id == quiz_id).order_by(attempts.c.id))
    return {row.question_id: from_row(Attempt, row) for row in rows}


def points_of_exam(tx: Connection, exam_id: int) -> int:
    """Return the points that the answers of a mock exam earned."""
    points: int | None = tx.execute(select(func.sum(attempts.c.points)).where(attempts.c.exam_id == exam_id)).scalar()
    return points or 0


def points_of_live(tx: Connection, live_id: int, user_id: int) -> int:
    """Return the points that a member's answers in a live round earned on the boards."""
    points: int | None = tx.execute(
        select(func.sum(attempts.c.points)).where(attempts.c.live_id == live_id, attempts.c.user_id == user_id)
    ).scalar()
    return points or 0


def last_right(tx: Connection, guild_id: int, user_id: int) -> set[str]:
    """Return the questions that the member answered right the last time."""
    newest = (
        select(func.max(attempts.c.id))
        .where(attempts.c.guild_id == guild_id, attempts.c.user_id == user_id)
        .group_by(attempts.c.question_id)
    )
    rows = tx.execute(select(attempts.c.question_id).where(attempts.c.id.in_(newest), attempts.c.correct.is_(True)))
    return set(rows.scalars())


_KEY = (
    season_answers.c.guild_id,
    season_answers.c.user_id,
    season_answers.c.season,
    season_answers.c.question_id,
)
SCORED = Lookup(
    select(*_KEY, season_answers.c.scored),
    *_KEY,
    into=lambda rows: {tuple(which): scored for *which, scored in rows},
)
"""Whether each question answered in a season has scored, by `Met`."""
_MEET = Many(lambda insert: insert(season_answers), *(column.name for column in _KEY), "scored")
_SCORE = Revision(
    update(season_answers)
    .where(*(column == value for column, value in zip(_KEY, entries(*(column.type for column in _KEY)), strict=True)))
    .values(scored=true())
)


def meet_in_season(tx: Connection, met: Iterable[tuple[Met, bool]]) -> None:
    """Insert questions answered for the first time this season, each with whether it scores. Raises IntegrityError if
    another answer to one of them was recorded first."""
    _MEET.write(tx, [(*which, scored) for which, scored in met])


def score_in_season(tx: Connection, met: Iterable[Met]) -> None:
    _SCORE.write(tx, met)


def guild_ids(tx: Connection) -> list[int]:
    return list(tx.execute(select(attempts.c.guild_id).distinct().order_by(attempts.c.guild_id)).scalars())


def in_order(tx: Connection, guild_id: int, user_id: int | None = None) -> Iterator[Attempt]:
    """Return every attempt of a server, or of one member there, in recording order."""
    query = select(attempts).where(attempts.c.guild_id == guild_id)
    if user_id is not None:
        query = query.where(attempts.c.user_id == user_id)
    return (from_row(Attempt, row) for row in tx.execute(query.order_by(attempts.c.id)))


def has_answered(tx: Connection, guild_id: int, user_id: int, question_id: str) -> bool:
    """Return whether a member has ever answered a question in a server."""
    row = tx.execute(
        select(attempts.c.id)
        .where(attempts.c.guild_id == guild_id, attempts.c.user_id == user_id, attempts.c.question_id == question_id)
        .limit(1)
    ).first()
    return row is not None
