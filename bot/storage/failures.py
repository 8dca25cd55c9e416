"""Explain what is wrong with a SQLite database, naming the setting and the remedy."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

FAILURES = (SQLAlchemyError, sqlite3.Error, OSError)
"""Everything that a database call may raise, through SQLAlchemy or while connecting."""

_LOCKED = "another program holds {path} locked. End that program; the bot needs the file to itself."
_EXPLANATIONS = {
    sqlite3.SQLITE_FULL: "the disk of {path} is full. Free some space; until then nothing is recorded.",
    sqlite3.SQLITE_IOERR: "the disk of {path} cannot be read or written. Check the disk and its free space.",
    sqlite3.SQLITE_READONLY: "{path} cannot be written. Give this user permission to write to it and to its folder.",
    sqlite3.SQLITE_PERM: "{path} cannot be opened. Give this user permission to write to it and to its folder.",
    sqlite3.SQLITE_CANTOPEN: (
        "{path} cannot be opened. Check that its folder exists and that this user may write to it, or name another file."
    ),
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_CORRUPT: "{path} is damaged. Stop the bot and put a backup in its place.",
    sqlite3.SQLITE_NOTADB: "{path} is not a SQLite database. Name another file, or put a backup in its place.",
}


def is_locked(error: BaseException) -> bool:
    """Return whether another program holds a lock for longer than we wait."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def explain(path: Path, error: BaseException) -> str | None:
    """Explain a failure of the database; None for an error that is probably our own bug."""
    text = _EXPLANATIONS.get(_code(error) or 0)
    return f"DATABASE_URL: {text.format(path=path)}" if text is not None else None


def _code(error: BaseException) -> int | None:
    """Return SQLite's primary error code, without its extended details."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    code = getattr(cause, "sqlite_errorcode", None)
    return code & 0xFF if code is not None else None
