"""Reports on questions (flags), and answer statistics of a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, delete, func, select, true, update

from bot.storage.rows import from_row
from bot.storage.sql import insert
from bot.storage.tables import OPEN_FLAGS, attempts, flags, standings
from bot.study.periods import ALL_TIME_KEY
from bot.study.questions import ALL
from bot.study.reports import Reason, Response


@dataclass(frozen=True, slots=True)
class Flag:
    id: int
    user_id: int
    question_id: str
    reason: Reason
    words: str
    created_at: datetime


def flag(
    tx: Connection, guild_id: int, user_id: int, question_id: str, reason: Reason, words: str, at: datetime
) -> bool:
    """Flag a question; return whether this replaced the member's open flag on it."""
    before = tx.execute(
        delete(flags).where(
            OPEN_FLAGS, flags.c.guild_id == guild_id, flags.c.question_id == question_id, flags.c.user_id == user_id
        )
    )
    tx.execute(
        insert(tx, flags).values(
            guild_id=guild_id,
            user_id=user_id,
            question_id=question_id,
            reason=reason,
            words=words,
            created_at=at,
        )
    )
    return before.rowcount > 0


def flagged(tx: Connection, guild_id: int) -> list[str]:
    """Return questions with open flags: most flags first, then longest waiting."""
    rows = tx.execute(
        select(flags.c.question_id)
        .where(OPEN_FLAGS, flags.c.guild_id == guild_id)
        .group_by(flags.c.question_id)
        .order_by(func.count().desc(), func.min(flags.c.id))
    )
    return list(rows.scalars())


def open_flags(tx: Connection, guild_id: int, question_id: str, limit: int) -> list[Flag]:
    """Return the newest flags on a question."""
    rows = tx.execute(
        select(flags)
        .where(OPEN_FLAGS, flags.c.guild_id == guild_id, flags.c.question_id == question_id)
        .order_by(flags.c.id.desc())
        .limit(limit)
    )
    return [from_row(Flag, row) for row in rows]


def open_reasons(tx: Connection, guild_id: int, question_id: str) -> dict[Reason, int]:
    """Return how many open flags give each reason, most frequent first."""
    rows = tx.execute(
        select(flags.c.reason, func.count())
        .where(OPEN_FLAGS, flags.c.guild_id == guild_id, flags.c.question_id == question_id)
        .group_by(flags.c.reason)
        .order_by(func.count().desc(), flags.c.reason)
    )
    return {row[0]: row[1] for row in rows}


def resolve(tx: Connection, guild_id: int, question_id: str, last: int, *, by: int, at: datetime) -> int:
    """Close the flags on a question up to the id `last`, leaving newer, unread ones open; return how many."""
    done = tx.execute(
        update(flags)
        .where(OPEN_FLAGS, flags.c.guild_id == guild_id, flags.c.question_id == question_id, flags.c.id <= last)
        .values(resolved_at=at, resolved_by=by)
    )
    return done.rowcount


def responses(
    tx: Connection, guild_id: int | None, question_id: str, limit: int, *, since: datetime | None = None
) -> list[Response]:
    """Return each member's first answer, with their tally over all other questions; newest first, and only those given
    from `since` on. `guild_id` None means all servers.

    The tally is the member's all-time standing over all sections, minus this question.
    """
    within = [] if guild_id is None else [attempts.c.guild_id == guild_id]
    firsts = (
        select(
            attempts.c.guild_id,
            attempts.c.user_id,
            func.min(attempts.c.id).label("id"),
            func.sum(case((attempts.c.first.is_(True), 1), else_=0)).label("counted"),
            func.sum(case((and_(attempts.c.first.is_(True), attempts.c.correct.is_(True)), 1), else_=0)).label("right"),
        )
        .where(*within, attempts.c.question_id == question_id)
        .group_by(attempts.c.guild_id, attempts.c.user_id)
        .subquery()
    )
    everything = and_(
        standings.c.guild_id == firsts.c.guild_id,
        standings.c.period == ALL_TIME_KEY,
        standings.c.board == ALL,
        standings.c.user_id == firsts.c.user_id,
    )
    rows = tx.execute(
        select(
            attempts.c.answer,
            attempts.c.correct,
            (standings.c.answered - firsts.c.counted).label("others"),
            (standings.c.correct - firsts.c.right).label("others_right"),
        )
        .join_from(firsts, attempts, attempts.c.id == firsts.c.id)
        .outerjoin(standings, everything)
        .where(attempts.c.answered_at >= since if since is not None else true())
        .order_by(attempts.c.id.desc())
        .limit(limit)
    )
    return [Response(row.answer, row.correct, row.others or 0, row.others_right or 0) for row in rows]
