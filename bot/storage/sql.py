"""What the two databases spell alike but SQLAlchemy keeps apart, and the condition that every tick's query has."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Integer, Table, literal, true
from sqlalchemy.dialects import postgresql, sqlite

from bot.shards import Shards


def insert(tx: Connection, table: Table) -> sqlite.Insert:
    """An INSERT that knows ON CONFLICT. Both dialects have the same methods; the type is SQLite's."""
    if tx.dialect.name == "postgresql":
        return postgresql.insert(table)  # type: ignore[return-value]
    return sqlite.insert(table)


def own(shards: Shards, guild_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a row's server is one of this process's. Nothing is asked where one process has them all."""
    if shards.everything:
        return true()
    moment = guild_id.bitwise_rshift(literal(22, Integer))  # PostgreSQL shifts by an integer, not by a bigint
    return (moment % shards.count).in_(sorted(shards.ids))
