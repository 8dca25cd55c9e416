"""What ails an SQLite database, in a sentence that names the setting and the remedy."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

FAILURES = (SQLAlchemyError, sqlite3.Error, OSError)
"""Whatever a database raises: through SQLAlchemy, or while a connection is being made."""

_LOCKED = "another program holds {path} locked. End that program; the bot needs the file to itself."
_ILLNESSES = {
    sqlite3.SQLITE_FULL: "the disk of {path} is full. Free some space; until then nothing is recorded.",
    sqlite3.SQLITE_IOERR: "the disk of {path} cannot be read or written. Check the disk and its free space.",
    sqlite3.SQLITE_READONLY: "{path} may not be written. Give this user the right to write to it and to its folder.",
    sqlite3.SQLITE_PERM: "{path} may not be opened. Give this user the right to write to it and to its folder.",
    sqlite3.SQLITE_CANTOPEN: (
        "{path} cannot be opened. Check that its folder exists and that this user may write to it, or name another file."
    ),
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_CORRUPT: "{path} is damaged. Stop the bot and put a backup in its place.",
    sqlite3.SQLITE_NOTADB: "{path} is no SQLite database. Name another file, or put a backup in its place.",
}


def is_locked(error: BaseException) -> bool:
    """Another program holds the database, and did not let go of it as long as we wait."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def illness(path: Path, error: BaseException) -> str | None:
    """None for an error that is no illness of the database but, very likely, ours."""
    text = _ILLNESSES.get(_code(error) or 0)
    return f"DATABASE_URL: {text.format(path=path)}" if text is not None else None


def _code(error: BaseException) -> int | None:
    """SQLite's own, without the details that it adds to some."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    code = getattr(cause, "sqlite_errorcode", None)
    return code & 0xFF if code is not None else None
