"""What members have shared: each result only once in each place, by a unique key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, select

from bot.storage.rows import columns_of, from_row
from bot.storage.sql import insert
from bot.storage.tables import shares
from bot.study.exams import Length
from bot.study.shares import Shareable


@dataclass(frozen=True, slots=True)
class SharedLine:
    """The figures of a shared line. `day` is the date of a daily that was already closed; `days` is the length of the
    streak. `passing`: the pass mark of an exam, unless its version was gone."""

    id: int
    guild_id: int
    user_id: int
    place_id: int
    what: Shareable
    subject: int
    shared_at: datetime
    correct: bool | None = None
    days: int = 0
    day: date | None = None
    length: Length | None = None
    score: int | None = None
    passing: int | None = None


def add(tx: Connection, line: SharedLine) -> SharedLine | None:
    """Insert a shared line, and return it with its id; None if it was already shared in this place."""
    row = tx.execute(
        insert(tx, shares).values(columns_of(line, shares, "id")).on_conflict_do_nothing().returning(*shares.c)
    ).one_or_none()
    return from_row(SharedLine, row)


def get(tx: Connection, share_id: int) -> SharedLine | None:
    return from_row(SharedLine, tx.execute(select(shares).where(shares.c.id == share_id)).one_or_none())


def remove(tx: Connection, share_id: int) -> None:
    """Forget a line that nobody has seen, so that it can be shared again."""
    tx.execute(delete(shares).where(shares.c.id == share_id))


def of_person(tx: Connection, user_id: int, guild_id: int | None) -> list[int]:
    """Return what a person has shared, in one server or in all."""
    theirs = select(shares.c.id).where(shares.c.user_id == user_id)
    return list(tx.execute(theirs if guild_id is None else theirs.where(shares.c.guild_id == guild_id)).scalars())
