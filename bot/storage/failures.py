"""What ails the database, in one sentence that names the setting and the remedy."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

FAILURES = (SQLAlchemyError, sqlite3.Error, OSError)
"""Whatever a database may raise: through SQLAlchemy, or while a connection is being made."""

_SQLITE = {
    sqlite3.SQLITE_FULL: "the disk of {path} is full. Free some space; until then nothing is recorded.",
    sqlite3.SQLITE_IOERR: "the disk of {path} cannot be read or written. Check the disk and its free space.",
    sqlite3.SQLITE_READONLY: "{path} may not be written. Give this user the right to write to it and to its folder.",
    sqlite3.SQLITE_PERM: "{path} may not be opened. Give this user the right to write to it and to its folder.",
    sqlite3.SQLITE_CANTOPEN: (
        "{path} cannot be opened. Check that its folder exists and that this user may write to it, or name another file."
    ),
    sqlite3.SQLITE_BUSY: "another program holds {path} locked. End that program; the bot needs the file to itself.",
    sqlite3.SQLITE_LOCKED: "another program holds {path} locked. End that program; the bot needs the file to itself.",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged. Stop the bot and put a backup in its place.",
    sqlite3.SQLITE_NOTADB: "{path} is no SQLite database. Name another file, or put a backup in its place.",
}

_SERVER = {
    "08": "the database server cannot be reached. Check its address, and that it is running.",
    "28": "the database server does not let us in. Check the user and the password.",
    "3D": "the database server has no such database. Create it, or name another.",
    "25006": "the database server takes no writes. Connect to the primary, not to a replica.",
    "53100": "the disk of the database server is full. Free some space; until then nothing is recorded.",
    "53": "the database server is out of connections or memory. Give it more, or run fewer processes.",
    "57P": "the database server is shutting down or starting. Wait, or start it again.",
}
"""By the beginnings of PostgreSQL's error codes, the longer first where two fit."""


def explain(url: str, error: BaseException) -> str | None:
    """None for an error that is no illness of the database but, very likely, ours."""
    path = sqlite_path(url)
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if path is not None:
        code = getattr(cause, "sqlite_errorcode", None)
        text = _SQLITE.get(code & 0xFF) if code is not None else None
    else:
        text = _of_server(error, cause)
    if text is None and isinstance(error, PoolTimeout):
        text = "the database is too slow to keep up. Check its disk, and what else uses it."
    return f"DATABASE_URL: {text.format(path=path)}" if text is not None else None


def _of_server(error: BaseException, cause: BaseException) -> str | None:
    state = str(getattr(cause, "sqlstate", None) or "")
    for beginning in sorted(_SERVER, key=len, reverse=True):
        if state.startswith(beginning):
            return _SERVER[beginning]
    if isinstance(cause, OSError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return _SERVER["08"]
    return None


def remedy(url: str, error: BaseException) -> str:
    """The same for a database that cannot be opened, whatever the reason."""
    known = explain(url, error)
    if known is not None:
        return known
    path = sqlite_path(url)
    cause = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
    if path is not None:
        return (
            f"DATABASE_URL: the database {path} cannot be opened or written ({cause}). "
            "Check that its folder exists and that this user may write to it, or name another file."
        )
    return (
        f"DATABASE_URL: the database server did not let us in or could not be reached ({type(error).__name__}). "
        "Check address, user and password, and that the server is running."
    )


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite address; None for other databases."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)
