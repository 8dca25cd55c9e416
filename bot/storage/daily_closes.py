"""The end of a daily: it is settled at its close, then its post shows the answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, String, case, cast, exists, literal, select, update

from bot.shards import Shards
from bot.storage.dailies import Daily
from bot.storage.posts import PostKind
from bot.storage.rows import from_row
from bot.storage.sql import own
from bot.storage.tables import SETTLED, WAITING, Instant, dailies, posts
from bot.study.dailies import DailyState


def due_query(at: datetime, limit: int, shards: Shards) -> Select[int]:
    posted = WAITING, dailies.c.state == DailyState.POSTED, dailies.c.closes_at <= at
    return (
        select(dailies.c.id)
        .where(*posted, own(shards, dailies.c.guild_id))
        .order_by(dailies.c.closes_at, dailies.c.id)
        .limit(limit)
    )


def due(tx: Connection, at: datetime, limit: int, shards: Shards) -> list[int]:
    """Return our servers' dailies that are past their close and not settled yet."""
    return list(tx.execute(due_query(at, limit, shards)).scalars())


def take_due(tx: Connection, daily_id: int) -> Daily | None:
    """Lock a daily that is due to close until the transaction ends; None if another process has it."""
    posted = WAITING, dailies.c.state == DailyState.POSTED, dailies.c.id == daily_id
    row = tx.execute(select(dailies).where(*posted).with_for_update(skip_locked=True)).one_or_none()
    return from_row(Daily, row)


def settle(tx: Connection, daily_id: int, at: datetime) -> None:
    """Settle a daily: it accepts no more answers, and its post still has to show the answer."""
    tx.execute(
        update(dailies)
        .where(dailies.c.id == daily_id)
        .values(
            state=DailyState.SETTLED,
            closes_at=case((dailies.c.closes_at > at, literal(at, Instant())), else_=dailies.c.closes_at),
            closed_at=at,
        )
    )


def without_post_query(limit: int, shards: Shards) -> Select[int]:
    kept = exists().where(posts.c.kind == PostKind.DAILY.value, posts.c.subject == cast(dailies.c.id, String))
    settled = select(dailies.c.id).where(SETTLED, own(shards, dailies.c.guild_id), ~kept)
    return settled.order_by(dailies.c.closes_at, dailies.c.id).limit(limit)


def without_post(tx: Connection, limit: int, shards: Shards) -> list[int]:
    """Return our servers' settled dailies that have no post to show the answer, because it was deleted."""
    return list(tx.execute(without_post_query(limit, shards)).scalars())


def finish(tx: Connection, daily_id: int, state: DailyState) -> bool:
    """Mark a settled daily as done; False if it was not settled."""
    finished = tx.execute(
        update(dailies).where(dailies.c.id == daily_id, dailies.c.state == DailyState.SETTLED).values(state=state)
    )
    return finished.rowcount == 1
