"""Every earlier version, with rows in all its tables, migrates to the newest version without loss, on both databases.

Nothing here is specific to a table: rows are generated from the tables of each version, so a new migration is tested
without changes here. One database goes through all versions. Each version adds a row to every table, and each step is
compared with the rows before it. So the first version's rows take every step, and those of the last version but one
take the last step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage import migrate, versions
from tests.postgres import Cluster

Rows: TypeAlias = Mapping[str, list[dict[str, Any]]]

CHANGED = {"award_holders.lease_until"}
"""Columns, as `table.column`, whose old values a migration changes on purpose; its docstring says how."""


def sample(column: sa.Column[Any], number: int, dialect: str) -> object:
    """Return a valid value for a column, derived from the same number in each table, so that keys match."""
    morning = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
    samples = {
        sa.Boolean: False,
        sa.Integer: number,
        sa.Float: number / 2,
        sa.Date: morning.date(),
        sa.DateTime: morning.replace(tzinfo=None) if dialect == "sqlite" else morning,
        sa.Time: morning.time(),
        sa.LargeBinary: b"%d" % number,
        sa.JSON: {},
        sa.String: str(number),
    }
    return next(value for kind, value in samples.items() if isinstance(column.type, kind))


def tables_of(connection: sa.Connection) -> list[sa.Table]:
    """Return the tables, each after the tables that it refers to."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def rows_of(connection: sa.Connection, tables: Iterable[sa.Table]) -> Rows:
    return {
        table.name: [dict(row._mapping) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
        for table in tables
    }


def what_was_lost(before: Rows, after: Rows) -> list[str]:
    """Return the values that were lost, in tables and columns that still exist."""
    lost = []
    for table, rows in before.items():
        for old, new in zip(rows, after.get(table, rows), strict=False):
            columns = [name for name in old.keys() & new.keys() if f"{table}.{name}" not in CHANGED]
            lost += [
                f"{table}.{name}: {old[name]!r} is now {new[name]!r}" for name in columns if old[name] != new[name]
            ]
        if len(rows) > len(after.get(table, rows)):
            lost.append(f"{table}: {len(rows)} rows are now {len(after[table])}")
    return lost


def count_on(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Let PostgreSQL's sequences continue after the rows' ids, as if the sequences had generated the ids."""
    for table in tables if connection.dialect.name == "postgresql" else ():
        if (column := table.autoincrement_column) is not None and column.server_default is not None:
            last = sa.select(sa.func.max(column)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, column.name), last)))


def go_all_the_way(connection: sa.Connection) -> None:
    before: Rows = {}
    for number, version in enumerate(sorted(versions.known()), start=1):
        migrate.upgrade(connection, version)

        tables = tables_of(connection)
        assert versions.current(connection) == version
        assert what_was_lost(before, rows_of(connection, tables)) == [], f"on the way to {version}"
        for table in tables:
            # Leave room for rows that a migration creates.
            row = {column.name: sample(column, 100 * number, connection.dialect.name) for column in table.c}
            connection.execute(table.insert().values(row))
        count_on(connection, tables)
        before = rows_of(connection, tables)
        connection.commit()
    assert all(before.values())
    assert max(map(len, before.values())) >= len(versions.known())


def test_the_rows_of_every_version_survive_the_migrations_to_the_newest(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        connection.commit()

        go_all_the_way(connection)

        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    engine.dispose()


@pytest.mark.postgres
async def test_the_rows_survive_on_postgresql_too(cluster: Cluster):
    cluster.sql("CREATE DATABASE old")
    engine = create_async_engine(cluster.url("old"))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(go_all_the_way)
    finally:
        await engine.dispose()
        cluster.sql("DROP DATABASE old WITH (FORCE)")
