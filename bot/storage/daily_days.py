"""The local dates that had dailies, as a member's streak counts them: answered, missed, or in a planned pause."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from bot.storage.tables import attempts, dailies, held_answers, pauses
from bot.study.dailies import DailyState

_HAS_HAPPENED = dailies.c.state.in_([DailyState.POSTED, DailyState.SETTLED, DailyState.CLOSED])


def missed_days(tx: Connection, guild_id: int, user_id: int, after: date, before: date) -> tuple[date, ...]:
    """Return the local dates between two dates, both excluded, whose dailies the member did not answer, oldest first.
    Answers that are not graded yet count, and dates in a planned pause are left out."""
    answered = and_(attempts.c.daily_id == dailies.c.id, attempts.c.user_id == user_id)
    waits = and_(held_answers.c.daily_id == dailies.c.id, held_answers.c.user_id == user_id)
    rows = tx.execute(
        select(dailies.c.day)
        .outerjoin(attempts, answered)
        .outerjoin(held_answers, waits)
        .where(dailies.c.guild_id == guild_id, dailies.c.day > after, dailies.c.day < before, _HAS_HAPPENED)
        .where(~_paused(guild_id, user_id))
        .group_by(dailies.c.day)
        .having(func.count(attempts.c.id) + func.count(held_answers.c.user_id) == 0)
        .order_by(dailies.c.day)
    )
    return tuple(rows.scalars())


def _paused(guild_id: int, user_id: int) -> ColumnElement[bool]:
    """Return the condition that a daily's date is in a planned pause of the member."""
    pause = pauses.c.guild_id == guild_id, pauses.c.user_id == user_id
    return exists().where(*pause, dailies.c.day.between(pauses.c.first_day, pauses.c.last_day))


def days_of_member(
    tx: Connection, guild_id: int, user_id: int, since: date, at: datetime, *, held: bool = False
) -> list[tuple[date, bool]]:
    """Return the local dates from `since` on that had dailies, oldest first, each with whether the member answered one;
    leave out dates that can still be answered. `held`: answers that are not graded yet count, too."""
    answered = and_(attempts.c.daily_id == dailies.c.id, attempts.c.user_id == user_id)
    waits = and_(held_answers.c.daily_id == dailies.c.id, held_answers.c.user_id == user_id)
    is_open = and_(dailies.c.state == DailyState.POSTED, dailies.c.closes_at > at)
    count = func.count(attempts.c.id) + (func.count(held_answers.c.user_id) if held else 0)
    query = select(dailies.c.day, count).outerjoin(attempts, answered)
    rows = tx.execute(
        (query.outerjoin(held_answers, waits) if held else query)
        .where(dailies.c.guild_id == guild_id, dailies.c.day >= since, _HAS_HAPPENED)
        .group_by(dailies.c.day)
        .having(or_(count > 0, func.count(case((is_open, 1))) == 0))
        .order_by(dailies.c.day)
    )
    return [(row[0], row[1] > 0) for row in rows]
