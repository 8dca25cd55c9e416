"""People as learners, in every server: their settings and their time zone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.storage.sql import WANTED, Lookup, entries, insert
from bot.storage.tables import learners, reminders, review_log
from bot.study.members import Learner
from bot.study.memory import Fit

[_USER] = entries(learners.c.user_id.type)
# One statement for both tables, because every answer reads them.
BY_ID = Lookup(
    select(_USER.label("user_id"), reminders.c.zone, learners.c.asks_confidence, learners.c.own_parameters).select_from(
        WANTED.outerjoin(reminders, reminders.c.user_id == _USER).outerjoin(learners, learners.c.user_id == _USER)
    ),
    into=lambda rows: {user_id: Learner(*values) for user_id, *values in rows},
)


def of_all(tx: Connection, user_ids: Iterable[int]) -> dict[int, Learner]:
    """Return these people's settings; people without any get the defaults."""
    found: dict[int, Learner] = BY_ID.read(tx, user_ids)
    return found


def get(tx: Connection, user_id: int) -> Learner:
    return of_all(tx, [user_id])[user_id]


def set_asks_confidence(tx: Connection, user_id: int, *, asks: bool) -> None:
    _save(tx, user_id, asks_confidence=asks)


def _save(tx: Connection, user_id: int, **values: object) -> None:
    tx.execute(
        insert(tx, learners)
        .values(user_id=user_id, **values)
        .on_conflict_do_update(index_elements=[learners.c.user_id], set_=values)
    )


# -- fitting FSRS to a person


def last_review(tx: Connection) -> int:
    """Return the number of the newest line of the log; 0 for an empty one."""
    return tx.execute(select(func.max(review_log.c.id))).scalar() or 0


def active_since(tx: Connection, after: int, limit: int) -> tuple[int, set[int]]:
    """Return the last of the next `limit` log lines after line `after`, and the people whose answers they record."""
    query = select(review_log.c.id, review_log.c.user_id).where(review_log.c.id > after).order_by(review_log.c.id)
    rows = tx.execute(query.limit(limit)).all()
    return (rows[-1].id if rows else after), {row.user_id for row in rows}


def review_counts(tx: Connection, user_ids: Collection[int]) -> dict[int, int]:
    """Return how many lines of the log each of these people has."""
    user = review_log.c.user_id
    rows = tx.execute(select(user, func.count()).where(user.in_(user_ids)).group_by(user))
    return {row[0]: row[1] for row in rows}


_FIT = (
    learners.c.fitted_reviews,
    learners.c.fitted_tested,
    learners.c.general_loss,
    learners.c.own_loss,
    learners.c.own_parameters,
)


def fits(tx: Connection, user_ids: Collection[int]) -> dict[int, Fit]:
    """Return the last fit of each of these people who has one."""
    fitted = learners.c.fitted_reviews.is_not(None)
    rows = tx.execute(select(learners.c.user_id, *_FIT).where(learners.c.user_id.in_(user_ids), fitted))
    return {user_id: Fit(*values) for user_id, *values in rows}


def set_fit(tx: Connection, user_id: int, fit: Fit, at: datetime) -> None:
    _save(
        tx,
        user_id,
        fitted_at=at,
        fitted_reviews=fit.reviews,
        fitted_tested=fit.tested,
        general_loss=fit.general_loss,
        own_loss=fit.own_loss,
        own_parameters=fit.parameters,
    )
