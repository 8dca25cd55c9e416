"""Dailies with a future date, created while the clock was ahead."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, case, func, select, update

from bot.shards import Shards
from bot.storage.dailies import Daily
from bot.storage.rows import from_row
from bot.storage.schedules import ScheduleKey
from bot.storage.sql import own
from bot.storage.tables import dailies, schedules
from bot.study.dailies import DailyState
from bot.study.periods import CLOCK_AHEAD


def ahead_query(at: datetime, shards: Shards) -> Select[Any]:
    # In every zone, a future date is later than the current date in UTC-12. The index on each server's dates makes this
    # cheap; PostgreSQL would turn an `exists` into a join that reads the whole index.
    last_claim = select(func.max(dailies.c.claimed_at)).where(
        dailies.c.guild_id == schedules.c.guild_id,
        dailies.c.number == schedules.c.number,
        dailies.c.day > (at - timedelta(hours=12)).date(),
        dailies.c.state != DailyState.SKIPPED,
    )
    ahead = last_claim.scalar_subquery() > at + CLOCK_AHEAD
    return select(schedules.c.guild_id, schedules.c.number).where(ahead, own(shards, schedules.c.guild_id))


def ahead(tx: Connection, at: datetime, shards: Shards) -> list[ScheduleKey]:
    """Return our servers' schedules that may have a daily with a future date, created while the clock was ahead."""
    return [(row[0], row[1]) for row in tx.execute(ahead_query(at, shards))]


def ahead_in(tx: Connection, key: ScheduleKey, today: date, at: datetime) -> list[Daily]:
    """Return a schedule's dailies with a future date, created while the clock was ahead, oldest first."""
    rows = tx.execute(
        select(dailies)
        .where(
            dailies.c.guild_id == key[0],
            dailies.c.number == key[1],
            dailies.c.day > today,
            dailies.c.claimed_at > at + CLOCK_AHEAD,
            dailies.c.state != DailyState.SKIPPED,
        )
        .order_by(dailies.c.day)
    )
    return [from_row(Daily, row) for row in rows]


def free_date(tx: Connection, daily: Daily) -> None:
    """Free the date of a daily that no longer accepts answers. The daily moves to the day before the server's first
    daily, which no streak includes; if it was closed, it counts as skipped."""
    first = select(func.min(dailies.c.day)).where(dailies.c.guild_id == daily.guild_id)
    eve = tx.execute(first).scalar_one() - timedelta(days=1)
    over = dailies.c.state == DailyState.CLOSED
    tx.execute(
        update(dailies)
        .where(dailies.c.id == daily.id)
        .values(day=eve, state=case((over, DailyState.SKIPPED.value), else_=dailies.c.state))
    )
