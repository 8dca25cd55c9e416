"""Dailies of dates to come, which a clock that was ahead has made."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Select, and_, case, exists, func, select, update

from bot.shards import Shards
from bot.storage.dailies import Daily
from bot.storage.rows import from_row
from bot.storage.sql import own
from bot.storage.tables import dailies, schedules
from bot.study.dailies import DailyState
from bot.study.periods import CLOCK_AHEAD


def ahead_query(at: datetime, shards: Shards) -> Select[int]:
    # A date that has begun nowhere is later than the date twelve hours west of UTC; the index of each server's dates then finds none.
    later = and_(
        dailies.c.guild_id == schedules.c.guild_id,
        dailies.c.day > (at - timedelta(hours=12)).date(),
        dailies.c.claimed_at > at + CLOCK_AHEAD,
        dailies.c.state != DailyState.SKIPPED,
    )
    return select(schedules.c.guild_id).where(exists().where(later), own(shards, schedules.c.guild_id))


def ahead(tx: Connection, at: datetime, shards: Shards) -> list[int]:
    """Our servers that may have a daily of a date to come, made by a clock that was ahead."""
    return list(tx.execute(ahead_query(at, shards)).scalars())


def ahead_in(tx: Connection, guild_id: int, today: date, at: datetime) -> list[Daily]:
    """A server's dailies of dates to come that were made by a clock that was ahead, oldest first."""
    rows = tx.execute(
        select(dailies)
        .where(
            dailies.c.guild_id == guild_id,
            dailies.c.day > today,
            dailies.c.claimed_at > at + CLOCK_AHEAD,
            dailies.c.state != DailyState.SKIPPED,
        )
        .order_by(dailies.c.day)
    )
    return [from_row(Daily, row) for row in rows]


def free_date(tx: Connection, daily: Daily) -> None:
    """Free the date of a daily that takes no answers any more. It moves to the eve of the server's first, a date that no streak knows,
    and what has closed counts as left out."""
    first = select(func.min(dailies.c.day)).where(dailies.c.guild_id == daily.guild_id)
    eve = tx.execute(first).scalar_one() - timedelta(days=1)
    over = dailies.c.state == DailyState.CLOSED
    tx.execute(
        update(dailies)
        .where(dailies.c.id == daily.id)
        .values(day=eve, state=case((over, DailyState.SKIPPED.value), else_=dailies.c.state))
    )
