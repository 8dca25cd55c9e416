"""Check that a database is ours before anything is written, because opening it changes even its header; and hold a
file for one bot."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from bot.config import Unusable
from bot.storage import versions
from bot.storage.failures import is_locked
from bot.storage.schema import WrongSchema
from bot.storage.tables import metadata

DATABASES = (".db", ".db3", ".sqlite", ".sqlite3", "")
"""Suffixes of an empty file that an administrator may have created for us, or that we left behind by crashing before
the first page was written."""


class NewerDatabase(Unusable):
    """The database was written by a newer version of the bot."""


class NotOurs(Unusable):
    """The database, or the file, belongs to another program."""


LOCK = "-lock"
"""The suffix of a database's lock file. The file is empty and is never deleted, because a process
holds the lock, not the name."""


def hold(path: Path) -> sqlite3.Connection | None:
    """Hold a file for one bot until the connection is closed, however the process ends; None if another bot has it.

    Raises sqlite3.Error where no lock can be made, as in a folder that is not writable. The lock is a transaction on
    a file of its own: the command line may use the database meanwhile, and this works wherever SQLite does.
    """
    lock = sqlite3.connect(path.with_name(path.name + LOCK), timeout=0, isolation_level=None, check_same_thread=False)
    try:
        lock.execute("PRAGMA journal_mode = MEMORY")  # otherwise the transaction makes a journal file next to it
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        if is_locked(error):
            return None
        raise
    return lock


def look(path: Path) -> None:
    """Check a file without changing it. Raises what `require_ours` raises, and NotOurs for an empty file that is not
    named like a database.

    A file that cannot be read is left to the caller that opens it, which has the error messages for that.
    """
    try:
        if path.stat().st_size == 0:
            if path.suffix not in DATABASES:
                raise NotOurs(
                    f"DATABASE_URL: {path} is an empty file without the name of a database. Name another file, such as "
                    f"{path.with_suffix('.db')}; the bot will create it."
                )
            return
        # If there is a log, also read what another program has not yet checkpointed. Otherwise, take no lock and create
        # no file.
        mode = (
            "mode=ro"
            if any(path.with_name(path.name + log).exists() for log in ("-wal", "-journal"))
            else "immutable=1"
        )
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)) as file:
            tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            found = file.execute("SELECT version_num FROM alembic_version") if versions.TABLE in tables else ()
            version = next((str(version) for (version,) in found), None)
    except (sqlite3.Error, OSError):
        return
    require_ours({name for name in tables if not name.startswith("sqlite_")}, version, path)


def require_ours(tables: Collection[str], version: str | None, path: Path | None) -> None:
    """Raise NotOurs, NewerDatabase or WrongSchema for a database that this bot cannot use.

    `path` is a file that belongs to the bot alone; on a server, without a path, other programs may have tables next to
    ours.
    """
    ours, others = sorted(set(tables) & metadata.tables.keys()), sorted(set(tables) - {versions.TABLE})
    if path is not None and others and not ours:
        raise NotOurs(
            f"DATABASE_URL: {path} is the database of another program: it has a table {others[0]} and none of the bot's. "
            "Name another file; the bot will create it."
        )
    if version is None and ours:
        raise WrongSchema(
            f"DATABASE_URL: the database has a table {ours[0]}, but does not say which version it is. "
            "Restore a backup, or name another database if it belongs to another program."
        )
    if version is not None and version not in versions.known():
        raise NewerDatabase(
            f"DATABASE_URL: the database is at version {version}, which this bot does not know. Start a newer version of "
            "the bot, or restore a backup from before the upgrade."
            if version.isdecimal() and version > versions.newest()
            else f"DATABASE_URL: the database says that it is at version {version}, which is not a version of this bot. Restore a "
            "backup, or name another database if it belongs to another program."
        )
