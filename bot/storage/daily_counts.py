"""How many members have answered a daily, and whether its post shows that number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, Select, and_, exists, or_, select, update

from bot.shards import Shards
from bot.storage.sql import Revision, entries, own
from bot.storage.tables import MISCOUNTED, attempts, dailies, held_answers
from bot.study.dailies import OPEN

_ID, _MORE = entries(dailies.c.id.type, dailies.c.answered.type)
_COUNT = Revision(update(dailies).where(dailies.c.id == _ID).values(answered=dailies.c.answered + _MORE))


def add(tx: Connection, daily_ids: Iterable[int]) -> None:
    """Increase each daily's count by the number of times it is listed."""
    _COUNT.write(tx, sorted(Counter(daily_ids).items()))


def leave_out(tx: Connection, user_id: int) -> None:
    """Remove a person from the counts of open dailies before their answers are erased."""
    answered = exists().where(attempts.c.daily_id == dailies.c.id, attempts.c.user_id == user_id)
    held = exists().where(held_answers.c.daily_id == dailies.c.id, held_answers.c.user_id == user_id)
    counted = and_(dailies.c.state.in_(OPEN), dailies.c.answered > 0, or_(answered, held))
    tx.execute(update(dailies).where(counted).values(answered=dailies.c.answered - 1))


def stale_query(limit: int, shards: Shards, *, after: int = 0) -> Select[int]:
    stale = select(dailies.c.id).where(MISCOUNTED, own(shards, dailies.c.guild_id), dailies.c.id > after)
    return stale.order_by(dailies.c.id).limit(limit)


def stale(tx: Connection, limit: int, shards: Shards, *, after: int = 0) -> list[int]:
    """Return our servers' open posts with a stale count, in id order, beginning after the id `after`."""
    return list(tx.execute(stale_query(limit, shards, after=after)).scalars())


def note_shown(tx: Connection, daily_ids: Collection[int]) -> None:
    """Mark these counts as shown. Their posts are marked dirty in the same transaction."""
    tx.execute(update(dailies).where(dailies.c.id.in_(daily_ids)).values(shown=dailies.c.answered))
