"""Which schema version a database has, and which is the newest. `bot.storage.migrate` runs migrations."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from bot.places import MIGRATIONS

TABLE = "alembic_version"
_version = Table(TABLE, MetaData(), Column("version_num", String(32)))
"""Alembic's own record of a database's version."""
COPYING = "copy_notes"
"""The table that a database has while `storage.copying` is not finished."""


def newest() -> str:
    """Return the newest revision: the number at the start of the last migration's file name (a test checks that they
    agree)."""
    return max(known())


def known() -> set[str]:
    """Return every version that this bot can migrate from."""
    return {path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")}


def current(connection: Connection) -> str | None:
    """Return a database's version; None if it has no tables of ours."""
    if not inspect(connection).has_table(_version.name):
        return None
    return connection.execute(select(_version.c.version_num)).scalar()


def half_copied(connection: Connection) -> bool:
    return inspect(connection).has_table(COPYING)
