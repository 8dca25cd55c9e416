"""What only PostgreSQL has: other writing processes, and a server that can become unreachable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, make_url, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.config import Unusable
from bot.places import with_extra
from bot.storage import versions

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

ISOLATION = "REPEATABLE READ"
"""REPEATABLE READ: of two transactions that change one row, the second is rolled back and retried, so no change is
lost. It allows write skew. Lock with FOR SHARE any row that a decision depends on
(`select(...).with_for_update(read=True)`); SQLite ignores it."""

CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 20.0
"""Seconds without a response after which a server counts as gone, because a broken network sends no error. Migrations
get longer."""

TURN_POLL_SECONDS = 0.25

_CONFLICTS = ("40001", "40P01")
"""serialization_failure, deadlock_detected."""
_AWAY = ("08", "57P", "53300")
"""Connection exceptions; server shut down, crashed or starting up; too many connections."""


class ProcessTurn(IntEnum):
    """Work that only one process does at a time. The number identifies the lock; no other program on this database may
    use it."""

    MIGRATING = 0x436F686F
    IDENTIFYING = 0x436F6870


class PostgresEngine:
    """SQLAlchemy's engine with our settings. A connection that stopped responding is not reused."""

    def __init__(self, url: str, *, pool_size: int, read_only: bool = False, patient: bool = False) -> None:
        # This imports the whole ORM, which is slow to load and not needed for SQLite.
        from sqlalchemy.ext.asyncio import create_async_engine

        address = make_url(url)
        pooled = "pooler" in address.query
        if find_spec("asyncpg") is None:
            raise Unusable(f"DATABASE_URL: PostgreSQL needs the extra `postgresql`: {with_extra('postgresql')}.")
        self._engine = create_async_engine(
            address.difference_update_query(["pooler"]),
            pool_size=pool_size,
            max_overflow=0,
            hide_parameters=True,  # keep answers and names out of the log
            pool_timeout=STATEMENT_SECONDS,
            isolation_level=ISOLATION,
            execution_options={"postgresql_readonly": read_only},
            connect_args={
                "timeout": CONNECT_SECONDS,
                "command_timeout": None if patient else STATEMENT_SECONDS,
                **(_shared_connection() if pooled else _own_connection()),
                "server_settings": {"application_name": "cohort"},
            },
        )

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection. Uncommitted work is rolled back at the end."""
        async with self._engine.connect() as connection:
            try:
                yield connection
            except (SQLAlchemyError, OSError) as error:
                if is_away(error):
                    await connection.invalidate()
                raise

    @asynccontextmanager
    async def turn(self, turn: ProcessTurn, part: int = 0) -> AsyncIterator[None]:
        """Wait until no other process has this turn, and hold it.

        The lock belongs to a transaction, and so to one server connection even behind a pooler. It is released when
        this process ends, however it ends.
        """
        while True:
            async with self.connect() as connection:
                if (await connection.execute(select(func.pg_try_advisory_xact_lock(turn, part)))).scalar_one():
                    yield
                    return
            # Waiting inside the server would occupy a connection, and behind a pooler the holder may need the last one.
            await asyncio.sleep(TURN_POLL_SECONDS)

    async def dispose(self) -> None:
        await self._engine.dispose()


def _own_connection() -> dict[str, Any]:
    # Each connection prepares each statement once.
    return {"prepared_statement_cache_size": 500}


def _shared_connection() -> dict[str, Any]:
    """Return options for a pooler that gives each transaction another connection, so nothing may outlive a
    transaction."""
    from asyncpg import Connection as Asyncpg

    class WithoutCodecs(Asyncpg):  # type: ignore[misc]
        async def set_type_codec(self, *_: Any, **__: Any) -> None:
            """Do nothing: SQLAlchemy would look up JSON's types outside of any transaction, and no table has such a column."""

    return {
        "connection_class": WithoutCodecs,
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": str,  # unnamed statements are prepared each time, and leave nothing behind
    }


def take_losers_turn(connection: Connection) -> None:
    """Wait for other transactions that have lost before, so that a loser competes only with first attempts.

    Without this, a transaction on a contended row could lose every attempt. Call it first in a transaction: unlike an
    advisory lock, LOCK TABLE takes no snapshot, so the work then sees what was committed while it waited. The lock mode
    conflicts only with itself, so nobody else waits.
    """
    connection.execute(text(f"LOCK TABLE {versions.TABLE} IN SHARE UPDATE EXCLUSIVE MODE"))


def is_conflict(error: BaseException) -> bool:
    """Return whether the transaction lost to another process and may succeed when retried."""
    return _state(error).startswith(_CONFLICTS)


def is_away(error: BaseException) -> bool:
    """Return whether the server is unreachable or has cut the connection."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _state(error).startswith(_AWAY)
    return isinstance(error, OSError)


def ends_transaction(connection: Connection, error: BaseException) -> bool:
    """Return whether everything in the transaction is lost, so that no savepoint can help."""
    return connection.dialect.name == "postgresql" and (is_conflict(error) or is_away(error))


def explain(error: BaseException) -> str | None:
    """Explain what is wrong with the server, naming the setting and the remedy; None for an error that is probably our
    own bug."""
    state = _state(error)
    if state.startswith("53100"):
        return "DATABASE_URL: the disk of the database server is full. Free some space; until then nothing is recorded."
    if state.startswith("25006"):
        return "DATABASE_URL: the database server accepts no writes, like a replica. Name the primary server."
    if state.startswith("53300"):
        return "DATABASE_URL: the database server has no connections left. Raise its max_connections, or close other programs."
    if isinstance(error, PoolTimeout):
        return (
            "DATABASE_URL: the database server is too slow: an earlier statement is still running. "
            "Check what it is busy with, and the network to it."
        )
    if is_away(error):
        return (
            f"DATABASE_URL: the database server cannot be reached ({state or type(error).__name__}). "
            "Check the address, and that the server is running."
        )
    return None


def remedy(error: BaseException) -> str:
    """Explain a failure at startup, when the address may also be wrong."""
    match _state(error)[:2]:
        case "28":
            return "DATABASE_URL: the database server rejects the user or the password. Correct them."
        case "3D":
            return "DATABASE_URL: the database server has no database of that name. Create it with createdb, or name another."
        case "42":
            return (
                "DATABASE_URL: the database server does not let this user create tables. "
                "Make this user the owner of the database, or name another user."
            )
        case state:
            return explain(error) or (
                f"DATABASE_URL: the database server failed ({state or type(error).__name__}). "
                "Its own log says why. Fix the cause, then start again."
            )


def _state(error: BaseException) -> str:
    """Return the five-character SQLSTATE of an error; empty for other errors."""
    return str(getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None) or "")
