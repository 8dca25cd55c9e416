"""Interactions that a process has accepted, so that each is handled once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, Connection, delete, literal, select

from bot.storage.sql import entries, insert, keys
from bot.storage.tables import Instant, interactions


def take_all(tx: Connection, ids: Iterable[int], at: datetime) -> set[int]:
    """Record interactions as accepted; return those that were new."""
    rows = select(*entries(BigInteger()), literal(at, Instant()))
    statement = insert(tx, interactions).from_select(["id", "taken_at"], rows)
    taken = tx.execute(statement.on_conflict_do_nothing().returning(interactions.c.id), keys(ids))
    return set(taken.scalars())


def forget(tx: Connection, before: datetime) -> int:
    """Delete interactions that were accepted before an instant; return how many."""
    return tx.execute(delete(interactions).where(interactions.c.taken_at < before)).rowcount
