"""Check that a database has the tables its version promises.

A database from a build between releases, or from a migration edited later, can have the newest number and still lack a
column. The bot would start, and every command that needs the column would fail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, Table, UniqueConstraint, inspect
from sqlalchemy.engine import Inspector

from bot.config import Unusable
from bot.storage import versions
from bot.storage.tables import metadata

NAMED = 3
"""How many differences the error names."""


_COLUMNS = """
SELECT t.name, c.name, NOT c."notnull", c.pk FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'
"""
_INDEXES = """
SELECT t.name, i.name, i."unique", c.name FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
WHERE t.type = 'table' ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class TableShape:
    """The columns, indexes and keys of a table in the database."""

    columns: dict[str, bool] = field(default_factory=dict)
    """Whether each column may be NULL."""
    indexes: set[str] = field(default_factory=set)
    keys: set[frozenset[str]] = field(default_factory=set)
    """The columns of each unique index or constraint."""
    primary_key: set[str] = field(default_factory=set)


class WrongSchema(Unusable):
    """The version is the newest, but the tables do not match it."""


def check(connection: Connection) -> None:
    """Check the tables. Raises WrongSchema."""
    if not (found := differences(connection)):
        return
    named = "; ".join(found[:NAMED]) + (f"; {len(found) - NAMED} more" if len(found) > NAMED else "")
    raise WrongSchema(
        f"DATABASE_URL: the database says that it is at version {versions.current(connection)}, but its tables differ: {named}. "
        "A build between two releases created it: restore a backup from before that build, or start that build again."
    )


def differences(connection: Connection) -> list[str]:
    """Return how a database differs from the code: tables, columns, nullability, our keys and indexes. Tables and
    indexes that others added are ignored."""
    held = _in_sqlite(connection) if connection.dialect.name == "sqlite" else _inspected(inspect(connection))
    found: list[str] = []
    for table in metadata.sorted_tables:
        if table.name in held:
            found += _in_table(held[table.name], table)
        else:
            found.append(f"there is no table {table.name}")
    return found


def _in_sqlite(connection: Connection) -> Mapping[str, TableShape]:
    """Read all tables with two statements, because every start waits for this: SQLAlchemy needs nine for each table."""
    held: dict[str, TableShape] = defaultdict(TableShape)
    for table, column, nullable, key in connection.exec_driver_sql(_COLUMNS):
        held[table].columns[column] = bool(nullable)
        if key:
            held[table].primary_key.add(column)
    for (table, index, unique), rows in groupby(connection.exec_driver_sql(_INDEXES), key=itemgetter(0, 1, 2)):
        held[table].indexes.add(index)
        if unique:
            held[table].keys.add(frozenset(row[3] for row in rows))
    return held


def _inspected(inspector: Inspector) -> Mapping[str, TableShape]:
    held: dict[str, TableShape] = defaultdict(TableShape)
    for (_, table), columns in inspector.get_multi_columns().items():
        held[table].columns.update({column["name"]: column["nullable"] for column in columns})
    for (_, table), indexes in inspector.get_multi_indexes().items():
        held[table].indexes.update(str(index["name"]) for index in indexes)
        held[table].keys.update(frozenset(map(str, index["column_names"])) for index in indexes if index["unique"])
    for (_, table), constraints in inspector.get_multi_unique_constraints().items():
        held[table].keys.update(frozenset(constraint["column_names"]) for constraint in constraints)
    for (_, table), key in inspector.get_multi_pk_constraint().items():
        held[table].primary_key.update(key["constrained_columns"] if key else ())
    return held


def _in_table(held: TableShape, table: Table) -> Iterator[str]:
    for column in table.columns:
        if column.name not in held.columns:
            yield f"{table.name} has no column {column.name}"
        elif held.columns[column.name] != column.nullable and not column.primary_key:
            yield f"{table.name}.{column.name} {'does not allow' if column.nullable else 'allows'} NULL"
    for name in held.columns.keys() - {column.name for column in table.columns}:
        yield f"{table.name} has an unknown column {name}"
    for index in sorted(str(index.name) for index in table.indexes):
        if index not in held.indexes:
            yield f"{table.name} has no index {index}"
    for key in sorted(_unique(table) - held.keys, key=sorted):
        yield f"{table.name} allows the same {', '.join(sorted(key))} twice"
    if held.primary_key != set(table.primary_key.columns.keys()):
        yield f"{table.name} has a different primary key"


def _unique(table: Table) -> set[frozenset[str]]:
    return {frozenset(found.columns.keys()) for found in table.constraints if isinstance(found, UniqueConstraint)}
