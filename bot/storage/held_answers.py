"""Answers that are held until their daily closes, or until their author can no longer answer the question elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, true

from bot.storage.rows import from_row
from bot.storage.sql import insert
from bot.storage.tables import dailies, held_answers
from bot.study.dailies import OPEN
from bot.study.grading import Answer


@dataclass(frozen=True, slots=True)
class HeldAnswer:
    answer: Answer
    answered_at: datetime


def hold(
    tx: Connection, daily_id: int, user_id: int, answer: Answer, at: datetime, *, since: datetime | None = None
) -> HeldAnswer | None:
    """Store or change a held answer; return the answer that it replaces, or None. An answer from before `since`, when
    the options changed, is not returned."""
    before = of_member(tx, daily_id, user_id)
    outdated = before is not None and since is not None and before.answered_at < since
    statement = insert(tx, held_answers).values(daily_id=daily_id, user_id=user_id, answer=answer, answered_at=at)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=[held_answers.c.daily_id, held_answers.c.user_id],
            # Keep the time of the first answer: it decides ties, and a member who changes their answer should not lose
            # by it.
            set_={
                "answer": statement.excluded.answer,
                "answered_at": statement.excluded.answered_at if outdated else held_answers.c.answered_at,
            },
        )
    )
    return before


def of_daily(tx: Connection, daily_id: int) -> list[tuple[int, Answer, datetime]]:
    """Return the held answers, earliest first."""
    rows = tx.execute(
        select(held_answers)
        .where(held_answers.c.daily_id == daily_id)
        .order_by(held_answers.c.answered_at, held_answers.c.user_id)
    )
    return [(row.user_id, row.answer, row.answered_at) for row in rows]


def of_member(tx: Connection, daily_id: int, user_id: int) -> HeldAnswer | None:
    mine = held_answers.c.daily_id == daily_id, held_answers.c.user_id == user_id
    row = tx.execute(select(held_answers.c.answer, held_answers.c.answered_at).where(*mine)).one_or_none()
    return from_row(HeldAnswer, row)


def servers_of(tx: Connection, user_id: int) -> list[int]:
    """Return the servers in which a person has held answers."""
    held = select(dailies.c.guild_id).join(held_answers, held_answers.c.daily_id == dailies.c.id)
    return list(tx.execute(held.where(held_answers.c.user_id == user_id).distinct()).scalars())


def until(tx: Connection, guild_id: int, before: datetime) -> datetime | None:
    """Return the last close among open dailies that hold answers given before an instant; None if there are none."""
    return tx.execute(
        select(func.max(dailies.c.closes_at))
        .join(held_answers, held_answers.c.daily_id == dailies.c.id)
        .where(
            dailies.c.guild_id == guild_id,
            dailies.c.state.in_(OPEN),
            held_answers.c.answered_at < before,
        )
    ).scalar()


def release(tx: Connection, daily_id: int, user_id: int | None = None) -> None:
    """Forget the held answers of a daily, or one member's."""
    whose = held_answers.c.user_id == user_id if user_id is not None else true()
    tx.execute(held_answers.delete().where(held_answers.c.daily_id == daily_id, whose))
