"""People as learners, in every server: what they have set, and their time zone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from bot.storage.sql import WANTED, Lookup, entries, insert
from bot.storage.tables import learners, reminders
from bot.study.members import Learner

[_USER] = entries(learners.c.user_id.type)
# One statement for both tables, because every answer asks.
_GET_ALL = Lookup(
    select(_USER.label("user_id"), reminders.c.zone, learners.c.asks_confidence).select_from(
        WANTED.outerjoin(reminders, reminders.c.user_id == _USER).outerjoin(learners, learners.c.user_id == _USER)
    )
)


def of_all(tx: Connection, user_ids: Iterable[int]) -> dict[int, Learner]:
    """Return each of these people, known or not."""
    return {user_id: Learner(*values) for user_id, *values in _GET_ALL.rows(tx, user_ids)}


def get(tx: Connection, user_id: int) -> Learner:
    return of_all(tx, [user_id])[user_id]


def set_asks_confidence(tx: Connection, user_id: int, *, asks: bool) -> None:
    values = {"asks_confidence": asks}
    tx.execute(
        insert(tx, learners)
        .values(user_id=user_id, **values)
        .on_conflict_do_update(index_elements=[learners.c.user_id], set_=values)
    )
