"""Reminders: when each member wants to be reminded, and whether the reminder was sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Select, select, update

from bot.storage.leases import Lease, Leases
from bot.storage.rows import columns_of, from_row
from bot.storage.sql import Lookup, insert
from bot.storage.tables import reminders
from bot.storage.tables.reminders import UNSENT
from bot.study.schedules import Schedule

LEASES = Leases(reminders, UNSENT, ("user_id",))
_UNTRIED = {"lease_until": None, "attempts": 0, "first_tried_at": None}

LONGEST = timedelta(hours=50)
"""A reminder further away than this was computed while the clock was ahead."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A member's reminder. `daily_guild_id`: the server whose daily it covers, ALONE for none. `next_at`: None while
    switched off."""

    user_id: int
    zone: str
    at: time
    daily_guild_id: int
    next_at: datetime | None = None
    sent_on: date | None = None
    """The last claimed local date: it gets no second reminder."""
    refused_at: datetime | None = None
    """When Discord refused a direct message; None once the member has been notified."""
    send_until: datetime | None = None
    """The time until which the reminder of `sent_on` is retried; None once it is sent, or if there was nothing to
    send."""

    @property
    def rule(self) -> Schedule:
        return Schedule(self.at, self.zone)


def get(tx: Connection, user_id: int) -> Reminder | None:
    row = tx.execute(select(reminders).where(reminders.c.user_id == user_id)).one_or_none()
    return from_row(Reminder, row)


def zone_of(tx: Connection, user_id: int) -> str | None:
    """Return the zone that a member has set."""
    return zones_of(tx, [user_id]).get(user_id)


_ZONES = Lookup(select(reminders.c.user_id, reminders.c.zone), reminders.c.user_id)


def zones_of(tx: Connection, user_ids: Iterable[int]) -> dict[int, str]:
    """Return the zones that members have set, by member; others are left out."""
    return {row.user_id: row.zone for row in _ZONES.read(tx, user_ids)}


def save(tx: Connection, reminder: Reminder) -> None:
    """Insert or replace a reminder. A reminder that is claimed but unsent is dropped."""
    values = {**columns_of(reminder, reminders, "user_id"), "send_until": None}
    tx.execute(
        insert(tx, reminders)
        .values(user_id=reminder.user_id, **values)
        .on_conflict_do_update(index_elements=[reminders.c.user_id], set_=values)
    )


def due_queries(at: datetime) -> list[Select[Any]]:
    when = reminders.c.next_at <= at, reminders.c.next_at > at + LONGEST
    return [select(reminders).where(each).order_by(reminders.c.next_at, reminders.c.user_id) for each in when]


def due(tx: Connection, at: datetime, limit: int) -> list[Reminder]:
    """Return reminders whose time has come, longest overdue first, and those whose time is impossibly far ahead."""
    found: list[Reminder] = []
    for query in due_queries(at):
        found += [from_row(Reminder, row) for row in tx.execute(query.limit(limit - len(found)))]
    return found


def claim(
    tx: Connection, reminder: Reminder, day: date, next_at: datetime, *, at: datetime, send_until: datetime
) -> bool:
    """Claim a member's local date permanently; False if another process was faster. Its reminder is then unsent and
    unleased."""
    taken = tx.execute(
        update(reminders)
        .where(reminders.c.user_id == reminder.user_id, reminders.c.next_at == reminder.next_at)
        .values(sent_on=day, next_at=next_at, send_until=send_until, **_UNTRIED, next_try_at=at)
    )
    return taken.rowcount == 1


def unsent_query(at: datetime, limit: int) -> Select[int]:
    return select(reminders.c.user_id).where(LEASES.free(at)).order_by(reminders.c.next_try_at).limit(limit)


def unsent(tx: Connection, at: datetime, limit: int) -> list[int]:
    """Return the members whose claimed reminder is unsent and not leased, oldest first."""
    return list(tx.execute(unsent_query(at, limit)).scalars())


def lease(tx: Connection, user_id: int, at: datetime, until: datetime) -> tuple[Reminder, Lease] | None:
    """Lease an unsent reminder; None if another process was faster."""
    for row in LEASES.take(tx, [(user_id,)], at, until):
        return from_row(Reminder, row), LEASES.of(row)
    return None


def note_done(tx: Connection, user_id: int, day: date) -> None:
    """Record that a day's reminder was sent, or that there was nothing to send."""
    tx.execute(
        update(reminders).where(reminders.c.user_id == user_id, reminders.c.sent_on == day).values(send_until=None)
    )


def switch_off(tx: Connection, user_id: int, *, refused_at: datetime | None = None) -> None:
    tx.execute(
        update(reminders)
        .where(reminders.c.user_id == user_id)
        .values(next_at=None, send_until=None, refused_at=refused_at)
    )


def refused(tx: Connection, user_id: int) -> bool:
    """Return whether the member has yet to be notified that their direct messages are closed."""
    return (
        tx.execute(
            select(reminders.c.user_id).where(reminders.c.user_id == user_id, reminders.c.refused_at.is_not(None))
        ).scalar()
        is not None
    )


def note_reported(tx: Connection, user_id: int) -> None:
    tx.execute(update(reminders).where(reminders.c.user_id == user_id).values(refused_at=None))
