"""Bring a database to the newest schema version, on an open connection."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, StaticPool, create_engine, inspect

from bot.places import MIGRATIONS
from bot.storage.ownership import require_ours
from bot.storage.schema import WrongSchema
from bot.storage.tables import metadata
from bot.storage.versions import TABLE, current


def configuration(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Migrate to a schema version. On PostgreSQL, hold `ProcessTurn.MIGRATING` meanwhile.

    Raises NotOurs, NewerDatabase and WrongSchema, and then nothing is changed.
    """
    config = configuration(connection)
    at = current(connection)
    require_ours(inspect(connection).get_table_names(), at, None)
    if at is not None and (found := _differences(connection, at)):
        raise WrongSchema(
            f"DATABASE_URL: the database says that it is at version {at}, but its tables differ: {found[0]}. Nothing was changed: "
            "restore a backup whose version and tables match."
        )
    # The check above began a transaction; the migrations need their own.
    connection.rollback()
    command.upgrade(config, revision)
    connection.commit()


def _differences(connection: Connection, at: str) -> list[str]:
    """Return how the tables differ from those of an older version, built in memory for comparison. Tables of other
    programs are ignored.

    Each migration is its own transaction, so a version number that is too low would repeat the first of them before one
    fails.
    """
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.connect() as scratch:
            command.upgrade(configuration(scratch), at)
            expected = _shape(scratch)
    finally:
        engine.dispose()
    held, newest = (
        _shape(connection),
        {f"index {index.name}" for table in metadata.sorted_tables for index in table.indexes},
    )
    found = [f"there is already a table {table}" for table in held.keys() & metadata.tables.keys() - expected.keys()]
    for table, parts in expected.items():
        if table not in held:
            found.append(f"there is no table {table}")
            continue
        more = {part for part in held[table] - parts if part in newest or not part.startswith("index ")}
        found += [f"{table} already has the {part}" for part in more]
        found += [f"{table} has no {part}" for part in parts - held[table]]
    return sorted(found)


def _shape(connection: Connection) -> dict[str, set[str]]:
    """Return the columns, key and indexes of each table, by name."""
    inspector = inspect(connection)
    return {
        table: {f"column {column['name']}" for column in inspector.get_columns(table)}
        | {f"key {', '.join(inspector.get_pk_constraint(table)['constrained_columns'])}"}
        | {f"index {index['name']}" for index in inspector.get_indexes(table) if not index.get("duplicates_constraint")}
        for table in inspector.get_table_names()
        if table != TABLE
    }


def head() -> str:
    revision = ScriptDirectory.from_config(configuration()).get_current_head()
    assert revision is not None, "the chain of migrations has a head"
    return revision
