"""Schedules: when and where a server wants its daily, and when the next is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, Select, select, update

from bot.shards import Shards
from bot.storage.rows import columns_of, from_row
from bot.storage.sql import insert, own
from bot.storage.tables import guilds, schedules
from bot.study.schedules import Schedule, Trouble


@dataclass(frozen=True, slots=True)
class GuildSchedule:
    guild_id: int
    channel_id: int
    role_id: int | None
    rule: Schedule
    sections: tuple[str, ...]
    seed: int
    set_by: int
    paused_at: datetime | None = None
    next_day: date | None = None
    next_post_at: datetime | None = None
    """None while paused."""
    trouble: Trouble | None = None
    trouble_at: datetime | None = None
    trouble_told: bool = False


_columns = (schedules, guilds.c.zone)


def _from_row(row: Row[tuple[object, ...]]) -> GuildSchedule:
    rule = Schedule(row.at, row.zone, frozenset(map(int, row.days)))
    return from_row(GuildSchedule, row, rule=rule)


def get(tx: Connection, guild_id: int) -> GuildSchedule | None:
    row = tx.execute(select(*_columns).join(guilds).where(schedules.c.guild_id == guild_id)).one_or_none()
    return _from_row(row) if row is not None else None


def save(tx: Connection, schedule: GuildSchedule) -> None:
    """Insert or replace a schedule. The zone belongs to the server: `storage.guilds.set_zone`."""
    values = {
        **columns_of(schedule, schedules, "guild_id"),
        "at": schedule.rule.at,
        "days": "".join(map(str, sorted(schedule.rule.days))),
    }
    tx.execute(
        insert(tx, schedules)
        .values(guild_id=schedule.guild_id, **values)
        .on_conflict_do_update(index_elements=[schedules.c.guild_id], set_=values)
    )


def due_query(at: datetime, limit: int, shards: Shards) -> Select[int]:
    return (
        select(schedules.c.guild_id)
        .where(schedules.c.next_post_at <= at, own(shards, schedules.c.guild_id))
        .order_by(schedules.c.next_post_at)
        .limit(limit)
    )


def due(tx: Connection, at: datetime, limit: int, shards: Shards) -> list[int]:
    """Return our servers whose next daily is due, longest overdue first."""
    return list(tx.execute(due_query(at, limit, shards)).scalars())


def take_due(tx: Connection, guild_id: int, at: datetime) -> GuildSchedule | None:
    """Lock a schedule whose daily is due until the transaction ends; None if another process has it."""
    row = tx.execute(
        select(*_columns)
        .join(guilds)
        .where(schedules.c.guild_id == guild_id, schedules.c.next_post_at <= at)
        .with_for_update(of=schedules, skip_locked=True)
    ).one_or_none()
    return _from_row(row) if row is not None else None


def beyond(tx: Connection, at: datetime, shards: Shards) -> list[int]:
    """Return our servers whose next daily is due later than `at`."""
    return list(
        tx.execute(
            select(schedules.c.guild_id)
            .where(schedules.c.next_post_at > at, own(shards, schedules.c.guild_id))
            .order_by(schedules.c.guild_id)
        ).scalars()
    )


def set_next(tx: Connection, guild_id: int, day: date | None, due: datetime | None) -> None:
    tx.execute(update(schedules).where(schedules.c.guild_id == guild_id).values(next_day=day, next_post_at=due))


def earliest_due(tx: Connection, shards: Shards) -> datetime | None:
    """Return when the next daily of our servers is due."""
    return tx.execute(
        select(schedules.c.next_post_at)
        .where(schedules.c.next_post_at.is_not(None), own(shards, schedules.c.guild_id))
        .order_by(schedules.c.next_post_at)
        .limit(1)
    ).scalar()


def set_trouble(tx: Connection, guild_id: int, trouble: Trouble, at: datetime) -> None:
    tx.execute(
        update(schedules)
        .where(schedules.c.guild_id == guild_id)
        .values(trouble=trouble, trouble_at=at, trouble_told=False)
    )


def end_trouble(tx: Connection, guild_id: int, trouble: Trouble | None = None) -> None:
    """End a server's trouble, or only the trouble given."""
    this = schedules.c.trouble == trouble if trouble is not None else schedules.c.trouble.is_not(None)
    tx.execute(
        update(schedules)
        .where(schedules.c.guild_id == guild_id, this)
        .values(trouble=None, trouble_at=None, trouble_told=False)
    )


def set_told(tx: Connection, guild_id: int) -> None:
    tx.execute(update(schedules).where(schedules.c.guild_id == guild_id).values(trouble_told=True))
