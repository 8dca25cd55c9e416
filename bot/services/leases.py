"""Leases and retries for work that needs Discord, shared by posts, reminders and roles: one process at a time works on
each row, and each retry waits longer than the one before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.storage.engine import Connection, Database
from bot.storage.leases import Lease, Leases

LEASE = timedelta(seconds=60)
"""The length of a lease: longer than a request with its retries."""
NEW = timedelta(seconds=10)
"""How long after a lease was taken its work may begin without renewing it: a renewal is a commit, and members' writes
wait for it. What is left of the lease is still longer than a request with its retries."""
NONCE_HOLDS = timedelta(seconds=90)
"""How long after the first attempt Discord is trusted to drop a second message with the same nonce. An attempt in the
future, from before the clock was set back, has an unknown age and is not trusted."""
RETRY_AFTER_REFUSAL = timedelta(minutes=10)
"""Retry delay after a refusal: a channel is gone, or a permission is missing."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Retry delay after a temporary failure: exponential, from `first` to `longest`."""

    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(hours=1)

    def after(self, attempts: int) -> timedelta:
        doubled: timedelta = self.first * 2 ** min(attempts - 1, 20)
        return min(self.longest, doubled)


class Tried(Protocol):
    """A row with the columns of a lease."""

    @property
    def attempts(self) -> int: ...
    @property
    def first_tried_at(self) -> datetime: ...


RETRY = Retry()


def is_fresh(tried: Tried, at: datetime) -> bool:
    """Return whether the nonce still prevents a second message; otherwise search before sending."""
    return tried.attempts == 1 or timedelta(0) <= at - tried.first_tried_at < NONCE_HOLDS


def is_new(until: datetime, at: datetime) -> bool:
    """Return whether a lease that ends at `until` has just been taken. One that ends later than a lease can is from
    before the clock was set back, and others may take its row."""
    return LEASE - NEW < until - at <= LEASE


@dataclass(frozen=True, slots=True)
class Leasing:
    """The leases of one kind of work, with its retry delays."""

    db: Database
    rows: Leases
    retry: Retry = RETRY

    async def hold(self, lease: Lease, *, at: datetime) -> Lease | None:
        """Renew a lease right before a request, unless it is new; None if another process has taken it over, or nothing
        is left to do."""

        def work(tx: Connection) -> Lease | None:
            row = self.rows.look(tx, lease) if new else self.rows.renew(tx, lease, at + LEASE)
            return self.rows.of(row) if row is not None else None

        new = is_new(lease.until, at)
        return await (self.db.read if new else self.db.write)(work)

    async def fail(self, lease: Lease, *, at: datetime) -> None:
        """Schedule a retry after a temporary failure of Discord or the network."""
        await self.db.write(lambda tx: self.rows.release(tx, lease, at + self.retry.after(lease.attempts)))

    async def release(self, leases: Iterable[Lease], *, at: datetime) -> None:
        """Release work that has not begun, so that another process need not wait for the leases to expire."""

        def work(tx: Connection) -> None:
            for lease in leases:
                self.rows.release(tx, lease, at)

        await self.db.write(work)

    async def release_all(self, at: datetime, *, busy: Collection[int] = ()) -> None:
        """At startup, release the leases of the last run, unless another process may hold them."""
        if not self.db.shared:
            await self.db.write(lambda tx: self.rows.release_all(tx, at, busy=busy))
