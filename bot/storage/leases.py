"""Rows that one process at a time works on until they are done: posts, reminders and roles.

Their tables have four columns for it: `next_try_at`, before which nobody takes a row; `lease_until`, the end of its
lease, which also identifies the holder, or NULL; `attempts`, the number of leases since the row was last done; and
`first_tried_at`, the time of the first of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    TextClause,
    and_,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    update,
)

from bot.storage.tables import Instant

LONGEST_WAIT = timedelta(hours=1)
"""The maximum length of a lease or delay. A lease or delay that ends later is from before the clock was set back, and
counts as expired."""

Key: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lease:
    """A leased row, by its key and the end of its lease."""

    key: Key
    until: datetime
    attempts: int
    first_tried_at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Leases:
    """The leases of a table. `pending`: the condition for rows with something to do, exactly as in their index; `key`:
    the columns that identify a row."""

    table: Table
    pending: TextClause
    key: tuple[str, ...]

    def free(self, at: datetime) -> ColumnElement[bool]:
        """Return the condition for rows that may be taken now."""
        next_try_at = self.table.c.next_try_at
        return and_(self.pending, or_(next_try_at <= at, next_try_at > at + LONGEST_WAIT))

    def of(self, row: Row[Any]) -> Lease:
        key = tuple(getattr(row, name) for name in self.key)
        return Lease(key, row.lease_until, row.attempts, row.first_tried_at)

    def take(self, tx: Connection, keys: Collection[Key], at: datetime, until: datetime) -> Sequence[Row[Any]]:
        """Lease the rows among these that are still unleased."""
        columns = self.table.c
        free = select(*(columns[name] for name in self.key)).where(self._named(keys), self.free(at))
        # Use two steps, because PostgreSQL may run a locking subquery more than once.
        if not (found := [tuple(row) for row in tx.execute(free.with_for_update(skip_locked=True))]):
            return []
        return tx.execute(
            update(self.table)
            .where(self._named(found))
            .values(
                lease_until=until,
                next_try_at=until,
                attempts=columns.attempts + 1,
                first_tried_at=func.coalesce(columns.first_tried_at, literal(at, Instant())),
            )
            .returning(*columns)
        ).all()

    def held(self, lease: Lease) -> ColumnElement[bool]:
        """Return the condition for a row whose lease is still held."""
        return and_(self._named([lease.key]), self.table.c.lease_until == lease.until)

    def look(self, tx: Connection, lease: Lease) -> Row[Any] | None:
        """Return the row as it is now; None if another process has taken it over, or nothing is left to do."""
        return tx.execute(select(self.table).where(self.held(lease), self.pending)).one_or_none()

    def renew(self, tx: Connection, lease: Lease, until: datetime) -> Row[Any] | None:
        """Extend a lease; return the row as it is now, or None if another process has taken it over, or nothing is left
        to do."""
        held = update(self.table).where(self.held(lease), self.pending).values(lease_until=until, next_try_at=until)
        return tx.execute(held.returning(*self.table.c)).one_or_none()

    def release(self, tx: Connection, lease: Lease, next_try_at: datetime, **values: object) -> None:
        """Release a lease, so that any process may take the row."""
        tx.execute(
            update(self.table).where(self.held(lease)).values(lease_until=None, next_try_at=next_try_at, **values)
        )

    def release_all(self, tx: Connection, at: datetime, *, busy: Collection[int] = ()) -> None:
        """Release every lease except those that this process is `busy` with, by the first part of their keys. Only safe
        when no other process can be working."""
        leased = self.pending, self.table.c.lease_until.is_not(None)
        ours = self.table.c[self.key[0]].not_in(busy) if busy else true()
        tx.execute(update(self.table).where(*leased, ours).values(lease_until=None, next_try_at=at))

    def _named(self, keys: Collection[Key]) -> ColumnElement[bool]:
        if len(self.key) == 1:
            return self.table.c[self.key[0]].in_([key[0] for key in keys])
        return tuple_(*(self.table.c[name] for name in self.key)).in_(list(keys))
