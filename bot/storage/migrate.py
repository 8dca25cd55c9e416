"""Bring a database to the newest version of the schema, on a connection that is already open."""

from __future__ import annotations

from contextlib import nullcontext

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from bot.config import Unusable
from bot.places import MIGRATIONS
from bot.storage import postgres
from bot.storage.schema import WrongSchema
from bot.storage.tables import metadata
from bot.storage.versions import current


class NewerDatabase(Unusable):
    """The database was written by a newer version of the bot."""


def configuration(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Raises NewerDatabase and WrongSchema, and then nothing is changed, for a version that is unknown or missing."""
    with postgres.migrating(connection) if connection.dialect.name == "postgresql" else nullcontext():
        config = configuration(connection)
        at = current(connection)
        if at is None and (ours := sorted(set(inspect(connection).get_table_names()) & metadata.tables.keys())):
            raise WrongSchema(
                f"DATABASE_URL: the database has a table {ours[0]}, but does not say at which version it is. "
                "Restore a backup, or name another database if it belongs to another program."
            )
        try:
            ScriptDirectory.from_config(config).get_revision(at) if at else None
        except CommandError as error:
            raise NewerDatabase(
                f"DATABASE_URL: the database is at version {at}, which this bot does not know. Start a newer version of "
                "the bot, or restore a backup from before the upgrade."
            ) from error
        # The look above began a transaction; the migrations run in one of their own.
        connection.rollback()
        command.upgrade(config, revision)
        connection.commit()


def head() -> str:
    revision = ScriptDirectory.from_config(configuration()).get_current_head()
    assert revision is not None, "the chain of migrations has a head"
    return revision
