"""How the members of a server answered a daily, excluding hidden members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, exists, func, select, true

from bot.storage.tables import attempts, members
from bot.study.grading import Answer


def spread(tx: Connection, guild_id: int, daily_id: int, since: datetime | None = None) -> Sequence[tuple[Answer, int]]:
    """Return how many gave each answer, from `since` on, most frequent first. Hidden members are not counted."""
    seen = attempts.c.answered_at >= since if since is not None else true()
    hides = exists().where(
        members.c.guild_id == guild_id, members.c.user_id == attempts.c.user_id, members.c.hidden.is_(True)
    )
    rows = tx.execute(
        select(attempts.c.answer, func.count())
        .where(attempts.c.daily_id == daily_id, seen, ~hides)
        .group_by(attempts.c.answer)
        .order_by(func.count().desc(), attempts.c.answer)
    )
    return [(row[0], row[1]) for row in rows]
