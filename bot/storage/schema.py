"""Check that a database has the tables its version promises.

A database from a build between releases, or from a migration edited later, can have the newest number and still lack a
column. The bot would start, and every command that needs the column would fail.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Table, UniqueConstraint, inspect
from sqlalchemy.engine import Inspector

from bot.config import Unusable
from bot.storage import versions
from bot.storage.tables import metadata

NAMED = 3
"""How many differences the error names."""


class WrongSchema(Unusable):
    """The version number is the newest, but the tables do not match it."""


def check(connection: Connection) -> None:
    """Raises WrongSchema."""
    if not (found := differences(connection)):
        return
    named = "; ".join(found[:NAMED]) + (f"; {len(found) - NAMED} more" if len(found) > NAMED else "")
    raise WrongSchema(
        f"DATABASE_URL: the database says that it is at version {versions.current(connection)}, but its tables differ: {named}. "
        "A build between two releases made it: restore a backup from before that build, or start that build again."
    )


def differences(connection: Connection) -> list[str]:
    """Return how a database differs from the code: tables, columns, nullability, our keys and indexes. Tables and
    indexes that others added are ignored."""
    inspector = inspect(connection)
    present = set(inspector.get_table_names())
    found: list[str] = []
    for table in metadata.sorted_tables:
        if table.name in present:
            found += _in_table(inspector, table)
        else:
            found.append(f"there is no table {table.name}")
    return found


def _in_table(inspector: Inspector, table: Table) -> Iterator[str]:
    held = {column["name"]: column for column in inspector.get_columns(table.name)}
    for column in table.columns:
        if column.name not in held:
            yield f"{table.name} has no column {column.name}"
        elif held[column.name]["nullable"] != column.nullable and not column.primary_key:
            yield f"{table.name}.{column.name} {'takes no' if column.nullable else 'takes'} NULL"
    for name in held.keys() - {column.name for column in table.columns}:
        yield f"{table.name} has a column {name} that is not known"
    names = {index["name"] for index in inspector.get_indexes(table.name)}
    names |= {constraint["name"] for constraint in inspector.get_unique_constraints(table.name)}
    for index in sorted(str(index.name) for index in table.indexes):
        if index not in names:
            yield f"{table.name} has no index {index}"
    keys = {frozenset(index["column_names"]) for index in inspector.get_indexes(table.name) if index["unique"]}
    keys |= {frozenset(constraint["column_names"]) for constraint in inspector.get_unique_constraints(table.name)}
    for constraint in sorted(_unique(table), key=sorted):
        if constraint not in keys:
            yield f"{table.name} takes the same {', '.join(sorted(constraint))} twice"
    if set(inspector.get_pk_constraint(table.name)["constrained_columns"]) != set(table.primary_key.columns.keys()):
        yield f"{table.name} has another primary key"


def _unique(table: Table) -> set[frozenset[str]]:
    return {frozenset(found.columns.keys()) for found in table.constraints if isinstance(found, UniqueConstraint)}
