"""Schedules: when and where a server wants its dailies, and when the next daily of each schedule is due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, select, update

from bot.shards import Shards
from bot.storage.rows import columns_of, from_row
from bot.storage.sql import insert, own
from bot.storage.tables import schedules
from bot.study.discussions import Discussion
from bot.study.schedules import FIRST, Schedule, Trouble

ScheduleKey: TypeAlias = tuple[int, int]
"""A server and the number of one of its schedules."""


@dataclass(frozen=True, slots=True)
class GuildSchedule:
    guild_id: int
    channel_id: int
    role_id: int | None
    rule: Schedule
    sections: tuple[str, ...]
    seed: int
    set_by: int
    number: int = FIRST
    name: str = ""
    pack: str | None = None
    """None: what the server studies."""
    exam_version: str | None = None
    """None: the exam version that the server studies for."""
    difficulty: int | None = None
    """None: all difficulties."""
    follows_group: bool = False
    """Whether its questions lean towards what the group is weak in, within the exam's weights."""
    discussion: Discussion = Discussion.OFF
    forum_id: int | None = None
    """None: discussions are threads in the channel."""
    discussion_trouble: Trouble | None = None
    """What prevented the last discussion, once a manager has been notified."""
    paused_at: datetime | None = None
    next_day: date | None = None
    next_post_at: datetime | None = None
    """None while paused."""
    trouble: Trouble | None = None
    trouble_at: datetime | None = None
    trouble_told: bool = False

    @property
    def key(self) -> ScheduleKey:
        return self.guild_id, self.number


def _from_row(row: Row[tuple[object, ...]]) -> GuildSchedule:
    rule = Schedule(row.at, row.zone, frozenset(map(int, row.days)))
    return from_row(GuildSchedule, row, rule=rule)


def _is(guild_id: int, number: int) -> ColumnElement[bool]:
    return and_(schedules.c.guild_id == guild_id, schedules.c.number == number)


def get(tx: Connection, guild_id: int, number: int) -> GuildSchedule | None:
    row = tx.execute(select(schedules).where(_is(guild_id, number))).one_or_none()
    return _from_row(row) if row is not None else None


def all_of(tx: Connection, guild_id: int) -> Sequence[GuildSchedule]:
    """Return a server's schedules by number. The first is the main one: its zone is the server's, and posts without a
    channel of their own go to its channel."""
    rows = tx.execute(select(schedules).where(schedules.c.guild_id == guild_id).order_by(schedules.c.number))
    return [_from_row(row) for row in rows]


def first_channels(tx: Connection, guild_ids: Collection[int]) -> dict[int, int]:
    """Return the channels of servers' main schedules, by server."""
    rows = tx.execute(
        select(schedules.c.guild_id, schedules.c.channel_id)
        .where(schedules.c.guild_id.in_(guild_ids))
        .order_by(schedules.c.number.desc())
    )
    return {row.guild_id: row.channel_id for row in rows}


def first(tx: Connection, guild_id: int) -> GuildSchedule | None:
    """Return a server's main schedule."""
    return next(iter(all_of(tx, guild_id)), None)


def save(tx: Connection, schedule: GuildSchedule) -> None:
    """Insert or replace a schedule."""
    values = {
        **columns_of(schedule, schedules, "guild_id", "number"),
        "at": schedule.rule.at,
        "zone": schedule.rule.zone,
        "days": "".join(map(str, sorted(schedule.rule.days))),
    }
    tx.execute(
        insert(tx, schedules)
        .values(guild_id=schedule.guild_id, number=schedule.number, **values)
        .on_conflict_do_update(index_elements=[schedules.c.guild_id, schedules.c.number], set_=values)
    )


def remove(tx: Connection, guild_id: int, number: int) -> None:
    """Remove a schedule. Its dailies stay."""
    tx.execute(delete(schedules).where(_is(guild_id, number)))


def due_query(at: datetime, limit: int, shards: Shards) -> Select[Any]:
    return (
        select(schedules.c.guild_id, schedules.c.number)
        .where(schedules.c.next_post_at <= at, own(shards, schedules.c.guild_id))
        .order_by(schedules.c.next_post_at)
        .limit(limit)
    )


def due(tx: Connection, at: datetime, limit: int, shards: Shards) -> list[ScheduleKey]:
    """Return our servers' schedules whose next daily is due, longest overdue first."""
    return [(row[0], row[1]) for row in tx.execute(due_query(at, limit, shards))]


def following(tx: Connection, keys: Collection[ScheduleKey]) -> set[ScheduleKey]:
    """Return which of these schedules follow their group's figures."""
    of_servers = schedules.c.guild_id.in_({guild_id for guild_id, _ in keys})
    found = select(schedules.c.guild_id, schedules.c.number).where(of_servers, schedules.c.follows_group)
    return {(row[0], row[1]) for row in tx.execute(found)} & set(keys)


def take_due(tx: Connection, guild_id: int, number: int, at: datetime) -> GuildSchedule | None:
    """Return a schedule whose daily is due, with all schedules of its server locked until the transaction ends; None if
    another process has one of them.

    All of them are locked, because what a schedule asks depends on what the others have asked, and each claim changes a
    schedule's row.
    """
    others = schedules.alias()
    how_many = select(func.count()).where(others.c.guild_id == guild_id).scalar_subquery().label("how_many")
    rows = tx.execute(
        select(schedules, how_many)
        .where(schedules.c.guild_id == guild_id)
        .with_for_update(of=schedules, skip_locked=True)
    ).all()
    if not rows or len(rows) < rows[0].how_many:
        return None
    found = (_from_row(row) for row in rows if row.number == number)
    return next((one for one in found if one.next_post_at is not None and one.next_post_at <= at), None)


def hold(tx: Connection, guild_id: int) -> None:
    """Lock the schedules of a server until the transaction ends, as `take_due` does, but wait for another process."""
    held = select(schedules.c.number).where(schedules.c.guild_id == guild_id).order_by(schedules.c.number)
    tx.execute(held.with_for_update()).all()


def beyond(tx: Connection, at: datetime, shards: Shards) -> list[ScheduleKey]:
    """Return our servers' schedules whose next daily is due later than `at`."""
    rows = tx.execute(
        select(schedules.c.guild_id, schedules.c.number)
        .where(schedules.c.next_post_at > at, own(shards, schedules.c.guild_id))
        .order_by(schedules.c.guild_id, schedules.c.number)
    )
    return [(row[0], row[1]) for row in rows]


def set_next(tx: Connection, key: ScheduleKey, day: date | None, due: datetime | None) -> None:
    tx.execute(update(schedules).where(_is(*key)).values(next_day=day, next_post_at=due))


def earliest_due(tx: Connection, shards: Shards) -> datetime | None:
    """Return when the next daily of our servers is due."""
    return tx.execute(
        select(schedules.c.next_post_at)
        .where(schedules.c.next_post_at.is_not(None), own(shards, schedules.c.guild_id))
        .order_by(schedules.c.next_post_at)
        .limit(1)
    ).scalar()


def set_trouble(tx: Connection, key: ScheduleKey, trouble: Trouble, at: datetime) -> None:
    tx.execute(update(schedules).where(_is(*key)).values(trouble=trouble, trouble_at=at, trouble_told=False))


def end_trouble(tx: Connection, key: ScheduleKey, trouble: Trouble | None = None) -> None:
    """Clear a schedule's trouble. With `trouble`, clear only that trouble."""
    this = schedules.c.trouble == trouble if trouble is not None else schedules.c.trouble.is_not(None)
    tx.execute(update(schedules).where(_is(*key), this).values(trouble=None, trouble_at=None, trouble_told=False))


def set_discussion_trouble(tx: Connection, key: ScheduleKey, trouble: Trouble | None) -> None:
    tx.execute(update(schedules).where(_is(*key)).values(discussion_trouble=trouble))


def set_reported(tx: Connection, key: ScheduleKey) -> None:
    tx.execute(update(schedules).where(_is(*key)).values(trouble_told=True))
