"""Planned pauses of streaks, by server and member."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from bot.storage.tables import pauses
from bot.study.pauses import Pause


def of_member(tx: Connection, guild_id: int, user_id: int, *, since: date = date.min) -> list[Pause]:
    """Return a member's pauses that end on `since` or later, earliest first."""
    c = pauses.c
    mine = c.guild_id == guild_id, c.user_id == user_id, c.last_day >= since
    return [Pause(*row) for row in tx.execute(select(c.first_day, c.last_day).where(*mine).order_by(c.first_day))]


def add(tx: Connection, guild_id: int, user_id: int, pause: Pause) -> None:
    """Insert a pause. Raises IntegrityError if another begins on the same day."""
    tx.execute(insert(pauses).values(guild_id=guild_id, user_id=user_id, first_day=pause.first, last_day=pause.last))


def replace(tx: Connection, guild_id: int, user_id: int, before: Pause, after: Pause | None) -> None:
    """Shorten or delete a pause."""
    c = pauses.c
    this = c.guild_id == guild_id, c.user_id == user_id, c.first_day == before.first
    if after is None:
        tx.execute(delete(pauses).where(*this))
    else:
        tx.execute(update(pauses).where(*this).values(last_day=after.last))
