"""Which version of the schema a database has, and which is the newest. `bot.storage.migrate` goes from one to the other."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from bot.places import MIGRATIONS

TABLE = "alembic_version"
_version = Table(TABLE, MetaData(), Column("version_num", String(32)))
"""Alembic's own note of where a database stands."""
COPYING = "copy_notes"
"""The table that a database has while `storage.copying` is not done with it."""


def newest() -> str:
    """The number that the last migration's file name begins with, which is its revision (a test holds them equal)."""
    return max(known())


def known() -> set[str]:
    """Every version that this bot can bring to the newest."""
    return {path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")}


def current(connection: Connection) -> str | None:
    """None for a database without any tables of ours."""
    if not inspect(connection).has_table(_version.name):
        return None
    return connection.execute(select(_version.c.version_num)).scalar()


def half_copied(connection: Connection) -> bool:
    return inspect(connection).has_table(COPYING)
