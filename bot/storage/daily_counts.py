"""How many have answered a daily, and whether its post says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, select, update

from bot.shards import Shards
from bot.storage.dailies import Daily, State, from_row
from bot.storage.sql import entries, keys, own
from bot.storage.tables import MISCOUNTED, dailies

_ID, _MORE = entries(dailies.c.id.type, dailies.c.answered.type)
_COUNT = update(dailies).where(dailies.c.id == _ID).values(answered=dailies.c.answered + _MORE)


def add(tx: Connection, daily_ids: Iterable[int]) -> None:
    """One more for each time that a daily is named."""
    if counted := sorted(Counter(daily_ids).items()):
        tx.execute(_COUNT, keys(counted))


def stale(tx: Connection, limit: int, shards: Shards, *, after: int = 0) -> list[int]:
    """Our servers' open posts that show an old number of answers, by their ids, from the one after `after` on."""
    return list(
        tx.execute(
            select(dailies.c.id)
            .where(MISCOUNTED, own(shards, dailies.c.guild_id), dailies.c.id > after)
            .order_by(dailies.c.id)
            .limit(limit)
        ).scalars()
    )


def take(tx: Connection, daily_id: int, *, shown: bool = False) -> Daily | None:
    """One of them as it is now; its number counts as shown from now on. None if the daily is over or, unless asked for what is
    `shown` too, if it is shown already."""
    which = dailies.c.state == State.POSTED.value if shown else MISCOUNTED
    row = tx.execute(
        update(dailies).where(which, dailies.c.id == daily_id).values(shown=dailies.c.answered).returning(*dailies.c)
    ).one_or_none()
    return from_row(row) if row is not None else None


def show_again(tx: Connection, daily_id: int) -> None:
    tx.execute(update(dailies).where(dailies.c.id == daily_id).values(shown=-1))
