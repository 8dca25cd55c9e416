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

from sqlalchemy import Connection, Index, Table, UniqueConstraint, inspect
from sqlalchemy.engine import Inspector

from bot.config import Unusable
from bot.storage import versions
from bot.storage.tables import metadata

NO_ACTION = "NO ACTION"
"""What databases call the deletion rule of a foreign key that states none."""
NAMED = 3
"""How many differences the error names."""


_COLUMNS = """
SELECT t.name, c.name, NOT c."notnull", c.pk FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'
"""
_INDEXES = """
SELECT t.name, i.name, i."unique", i.partial, c.name
FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
WHERE t.type = 'table' ORDER BY 1, 2, c.seqno
"""
_REFERENCES = """
SELECT t.name, f.id, f."table", f.on_delete, f."from" FROM sqlite_master t, pragma_foreign_key_list(t.name) f
WHERE t.type = 'table' ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class IndexShape:
    """What writes and lookups rely on. Of a partial index, only whether it has a condition is compared."""

    columns: tuple[str | None, ...]
    unique: bool
    partial: bool


@dataclass(frozen=True, slots=True)
class ForeignKeyShape:
    """A foreign key."""

    columns: frozenset[str]
    target: str
    ondelete: str


@dataclass(frozen=True, slots=True)
class TableShape:
    """The columns, indexes and keys of a table in the database."""

    columns: dict[str, bool] = field(default_factory=dict)
    """Whether each column may be NULL."""
    indexes: dict[str, IndexShape] = field(default_factory=dict)
    keys: set[frozenset[str]] = field(default_factory=set)
    """The columns of each unique index or constraint."""
    primary_key: set[str] = field(default_factory=set)
    references: set[ForeignKeyShape] = field(default_factory=set)


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
    """Return how a database differs from the code: tables, columns, nullability, our keys, indexes and references.
    Tables and indexes that others added are ignored."""
    held = _in_sqlite(connection) if connection.dialect.name == "sqlite" else _inspected(inspect(connection))
    found: list[str] = []
    for table in metadata.sorted_tables:
        if table.name in held:
            found += _in_table(held[table.name], table)
        else:
            found.append(f"there is no table {table.name}")
    return found


def _in_sqlite(connection: Connection) -> Mapping[str, TableShape]:
    """Read all tables with three statements, because every start waits for this: SQLAlchemy needs nine for each table."""
    held: dict[str, TableShape] = defaultdict(TableShape)
    for table, column, nullable, key in connection.exec_driver_sql(_COLUMNS):
        held[table].columns[column] = bool(nullable)
        if key:
            held[table].primary_key.add(column)
    indexes = groupby(connection.exec_driver_sql(_INDEXES), key=itemgetter(0, 1, 2, 3))
    for (table, index, unique, partial), rows in indexes:
        columns = tuple(row[4] for row in rows)
        held[table].indexes[index] = IndexShape(columns, bool(unique), bool(partial))
        if unique and not partial:
            held[table].keys.add(frozenset(columns))
    references = groupby(connection.exec_driver_sql(_REFERENCES), key=itemgetter(0, 1, 2, 3))
    for (table, _, target, ondelete), rows in references:
        held[table].references.add(ForeignKeyShape(frozenset(row[4] for row in rows), target, ondelete))
    return held


def _inspected(inspector: Inspector) -> Mapping[str, TableShape]:
    held: dict[str, TableShape] = defaultdict(TableShape)
    for (_, table), columns in inspector.get_multi_columns().items():
        held[table].columns.update({column["name"]: column["nullable"] for column in columns})
    for (_, table), indexes in inspector.get_multi_indexes().items():
        for index in indexes:
            partial = bool(index.get("dialect_options", {}).get("postgresql_where"))
            names = tuple(index["column_names"])
            held[table].indexes[str(index["name"])] = IndexShape(names, bool(index["unique"]), partial)
            if index["unique"] and not partial:
                held[table].keys.add(frozenset(map(str, names)))
    for (_, table), constraints in inspector.get_multi_unique_constraints().items():
        held[table].keys.update(frozenset(constraint["column_names"]) for constraint in constraints)
    for (_, table), key in inspector.get_multi_pk_constraint().items():
        held[table].primary_key.update(key["constrained_columns"] if key else ())
    for (_, table), keys in inspector.get_multi_foreign_keys().items():
        for found in keys:
            ondelete = found.get("options", {}).get("ondelete") or NO_ACTION
            reference = ForeignKeyShape(frozenset(found["constrained_columns"]), found["referred_table"], ondelete)
            held[table].references.add(reference)
    return held


def _in_table(held: TableShape, table: Table) -> Iterator[str]:
    for column in table.columns:
        if column.name not in held.columns:
            yield f"{table.name} has no column {column.name}"
        elif held.columns[column.name] != column.nullable and not column.primary_key:
            yield f"{table.name}.{column.name} {'does not allow' if column.nullable else 'allows'} NULL"
    for name in held.columns.keys() - {column.name for column in table.columns}:
        yield f"{table.name} has an unknown column {name}"
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        if (shape := held.indexes.get(str(index.name))) is None:
            yield f"{table.name} has no index {index.name}"
        elif shape != _shape(index):
            yield f"{table.name} has a different index {index.name}"
    for key in sorted(_unique(table) - held.keys, key=sorted):
        yield f"{table.name} allows the same {', '.join(sorted(key))} twice"
    if held.primary_key != set(table.primary_key.columns.keys()):
        yield f"{table.name} has a different primary key"
    for missing in sorted(_references(table) - held.references, key=lambda one: (one.target, sorted(one.columns))):
        yield f"{table.name} has no such reference from {', '.join(sorted(missing.columns))} to {missing.target}"


def _shape(index: Index) -> IndexShape:
    partial = index.dialect_options["sqlite"]["where"] is not None  # the same on PostgreSQL: see `tables.base.partial`
    return IndexShape(tuple(column.name for column in index.columns), bool(index.unique), partial)


def _references(table: Table) -> set[ForeignKeyShape]:
    return {
        ForeignKeyShape(frozenset(key.column_keys), key.referred_table.name, key.ondelete or NO_ACTION)
        for key in table.foreign_key_constraints
    }


def _unique(table: Table) -> set[frozenset[str]]:
    return {frozenset(found.columns.keys()) for found in table.constraints if isinstance(found, UniqueConstraint)}
