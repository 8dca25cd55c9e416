"""Work that waits for Discord: leased to one process at a time, tried again later and later. Once for posts, reminders and roles."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.storage.engine import Connection, Database
from bot.storage.leases import Lease, Leases

LEASE = timedelta(seconds=60)
"""How long one process has a piece of work to itself: longer than a request with its retries."""
NONCE_HOLDS = timedelta(seconds=90)
"""How long after a first try Discord is trusted to drop a second message with the same nonce. A try in the future, which is one
from before the clock was set back, is of unknown age and not trusted."""
RETRY_AFTER_REFUSAL = timedelta(minutes=10)
"""Retry delay where Discord will not let the bot: a channel is gone, or a permission is missing."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Delay after a failure that passes: it doubles, from the `first` up to the `longest`."""

    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(hours=1)

    def after(self, attempts: int) -> timedelta:
        doubled: timedelta = self.first * 2 ** min(attempts - 1, 20)
        return min(self.longest, doubled)


class Tried(Protocol):
    """A lease, or what is leased."""

    @property
    def attempts(self) -> int: ...
    @property
    def first_tried_at(self) -> datetime: ...


RETRY = Retry()


def is_fresh(tried: Tried, at: datetime) -> bool:
    """Return whether the nonce guards a message that may be there; else look for it before sending."""
    return tried.attempts == 1 or timedelta(0) <= at - tried.first_tried_at < NONCE_HOLDS


@dataclass(frozen=True, slots=True)
class Leasing:
    """The leases of one kind of work, over its table."""

    db: Database
    rows: Leases
    retry: Retry = RETRY

    async def hold(self, lease: Lease, *, at: datetime) -> Lease | None:
        """Renew a lease right before asking Discord; None if another process has it by now, or nothing is to be done any more."""

        def work(tx: Connection) -> Lease | None:
            row = self.rows.renew(tx, lease, at + LEASE)
            return self.rows.of(row) if row is not None else None

        return await self.db.write(work)

    async def fail(self, lease: Lease, *, at: datetime) -> None:
        """Try it again after a while: Discord did not answer, or is in trouble itself."""
        await self.db.write(lambda tx: self.rows.release(tx, lease, at + self.retry.after(lease.attempts)))

    async def release(self, leases: Iterable[Lease], *, at: datetime) -> None:
        """Leave to another process what nobody has begun: it need not wait for the leases."""

        def work(tx: Connection) -> None:
            for lease in leases:
                self.rows.release(tx, lease, at)

        await self.db.write(work)

    async def release_all(self, at: datetime, *, busy: Collection[int] = ()) -> None:
        """At startup: take what the last run left without waiting for its leases, unless another process may be at it."""
        if not self.db.shared:
            await self.db.write(lambda tx: self.rows.release_all(tx, at, busy=busy))
