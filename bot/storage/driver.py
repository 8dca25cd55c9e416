"""Run compiled statements on SQLite's own cursor.

SQLAlchemy prepares, wraps and releases a result for each statement, which takes several times as long as SQLite's own
work on the two dozen statements of an answer. Their text is compiled once, so none of it is needed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def run(tx: Connection, text: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement as compiled for SQLite, in the open transaction, and return its rows.

    Raises SQLAlchemy's errors, so that callers need not know how a statement was run.
    """
    if not tx.in_transaction():
        tx.begin()  # as SQLAlchemy does before its own first statement
    raw = tx.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection), "the text is SQLite's"
    try:
        return raw.execute(text, parameters).fetchall()
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            text, parameters, error, sqlite3.Error, hide_parameters=True, dialect=tx.dialect
        ) from error
