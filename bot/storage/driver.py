"""Run compiled statements on the driver's own cursor.

SQLAlchemy prepares, wraps and releases a result for each statement, which takes several times as long as the database's
own work on the two dozen statements of an answer. Here their text is compiled once, and that work is skipped.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def run(tx: Connection, text: str, parameters: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
    """Run a statement in the driver's form, in the open transaction, and return its rows.

    Raises SQLAlchemy's errors, so that callers need not know how a statement was run.
    """
    if tx.dialect.name != "sqlite":
        result = tx.exec_driver_sql(text, tuple(parameters))
        return result.all() if result.returns_rows else ()
    if not tx.in_transaction():
        tx.begin()  # as SQLAlchemy does before its own first statement
    return execute(tx, text, parameters)


def execute(tx: Connection, text: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement on SQLite without opening a transaction first, because the statement itself may open one."""
    raw = tx.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection), "the text is SQLite's"
    try:
        return raw.execute(text, parameters).fetchall()
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            text, parameters, error, sqlite3.Error, hide_parameters=True, dialect=tx.dialect
        ) from error
