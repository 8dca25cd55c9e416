"""The end of a daily: it is settled at its close, and then its post is to show the answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, case, literal, or_, select, update

from bot.shards import Shards
from bot.storage.dailies import Daily, State, from_row
from bot.storage.sql import own
from bot.storage.tables import WAITING, Instant, dailies


def due_query(at: datetime, limit: int, shards: Shards) -> Select[int]:
    return _waiting(State.POSTED, limit, shards).where(dailies.c.closes_at <= at)


def due(tx: Connection, at: datetime, limit: int, shards: Shards) -> list[int]:
    """Our servers' dailies past their close that are not settled yet."""
    return list(tx.execute(due_query(at, limit, shards)).scalars())


def take_due(tx: Connection, daily_id: int) -> Daily | None:
    """A daily that waits for its close, held until the transaction ends; None if another process holds it or was quicker."""
    posted = WAITING, dailies.c.state == State.POSTED.value, dailies.c.id == daily_id
    row = tx.execute(select(dailies).where(*posted).with_for_update(skip_locked=True)).one_or_none()
    return from_row(row) if row is not None else None


def settle(tx: Connection, daily_id: int, at: datetime) -> None:
    """From now on it takes no answers; its post is to show them, and nobody has tried that yet."""
    tx.execute(
        update(dailies)
        .where(dailies.c.id == daily_id)
        .values(
            state=State.SETTLED.value,
            closes_at=case((dailies.c.closes_at > at, literal(at, Instant())), else_=dailies.c.closes_at),
            closed_at=at,
            lease_until=None,
            tries=0,
        )
    )


def unshown_query(at: datetime, longest: timedelta, limit: int, shards: Shards) -> Select[int]:
    return _waiting(State.SETTLED, limit, shards).where(_free(at, longest))


def unshown(tx: Connection, at: datetime, limit: int, shards: Shards, *, longest: timedelta) -> list[int]:
    """Our servers' settled dailies whose post does not show the answer yet, and that nobody has in hand; a lease for longer than
    the `longest` was given before the clock was set back."""
    return list(tx.execute(unshown_query(at, longest, limit, shards)).scalars())


def take_unshown(
    tx: Connection, daily_id: int, at: datetime, lease_until: datetime, *, longest: timedelta
) -> Daily | None:
    """One of them, taken in hand; None if another process was quicker."""
    row = tx.execute(
        update(dailies)
        .where(dailies.c.id == daily_id, dailies.c.state == State.SETTLED.value, _free(at, longest))
        .values(lease_until=lease_until, tries=dailies.c.tries + 1)
        .returning(*dailies.c)
    ).one_or_none()
    return from_row(row) if row is not None else None


def free_unshown(tx: Connection) -> None:
    """Whoever had them in hand is gone, and what was to be tried later may be tried now."""
    tx.execute(update(dailies).where(dailies.c.state == State.SETTLED.value).values(lease_until=None))


def show_again(tx: Connection, daily_id: int) -> None:
    """Whatever its post shows by now, it is to show the answer: once more, should that be done or in hand."""
    over = dailies.c.state.in_([State.SETTLED.value, State.CLOSED.value])
    tx.execute(
        update(dailies)
        .where(dailies.c.id == daily_id, over)
        .values(state=State.SETTLED.value, lease_until=None, tries=dailies.c.tries + 1)
    )


def show_on(tx: Connection, daily_id: int, channel_id: int, message_id: int) -> None:
    """Show the answer on a post that came up in the place of a deleted one just as the daily closed."""
    tx.execute(
        update(dailies)
        .where(dailies.c.id == daily_id, dailies.c.message_id.is_(None))
        .values(channel_id=channel_id, message_id=message_id)
    )
    show_again(tx, daily_id)


def note_closed(tx: Connection, daily: Daily, state: State = State.CLOSED) -> None:
    """Its post shows the answer, unless it was asked to do so again meanwhile."""
    tx.execute(
        update(dailies)
        .where(dailies.c.id == daily.id, dailies.c.tries == daily.tries)
        .values(state=state.value, lease_until=None)
    )


def _waiting(state: State, limit: int, shards: Shards) -> Select[int]:
    return (
        select(dailies.c.id)
        .where(WAITING, dailies.c.state == state.value, own(shards, dailies.c.guild_id))
        .order_by(dailies.c.closes_at, dailies.c.id)
        .limit(limit)
    )


def _free(at: datetime, longest: timedelta) -> ColumnElement[bool]:
    lease = dailies.c.lease_until
    return or_(lease.is_(None), lease <= at, lease > at + longest)
