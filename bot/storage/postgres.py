"""What PostgreSQL has and SQLite has not: other processes that win, and a server that goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, make_url, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.config import Unusable
from bot.places import with_extra

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

ISOLATION = "REPEATABLE READ"
"""Of two transactions that change one row, the second is undone and runs again: nobody's change is lost. What PostgreSQL does
not see at this level is work that decides by a row which it only read, while another process changes that row: such a read
must hold the row (`select(...).with_for_update(read=True)`, which SQLite has no need of and leaves out)."""

CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 20.0
"""A server that does not answer for so long is taken for gone: a broken network says nothing. Migrations have patience."""

TURN_POLL_SECONDS = 0.25

_CONFLICTS = ("40001", "40P01")
"""serialization_failure, deadlock_detected."""
_AWAY = ("08", "57P", "53300")
"""Connection exceptions; shut down, crashed, starting up; too many connections."""


class ProcessTurn(IntEnum):
    """What one process does at a time. Locks are told apart by these numbers, which no other program of the database may use."""

    MIGRATING = 0x436F686F
    IDENTIFYING = 0x436F6870


class PostgresEngine:
    """SQLAlchemy's own, with the settings of ours; a connection that went silent is not handed out again."""

    def __init__(self, url: str, *, pool_size: int, read_only: bool = False, patient: bool = False) -> None:
        # It brings the whole mapper along, which takes a while to load and SQLite has no need of.
        from sqlalchemy.ext.asyncio import create_async_engine

        address = make_url(url)
        pooled = "pooler" in address.query
        if find_spec("asyncpg") is None:
            raise Unusable(f"DATABASE_URL: PostgreSQL needs the extra `postgresql`: {with_extra('postgresql')}.")
        self._engine = create_async_engine(
            address.difference_update_query(["pooler"]),
            pool_size=pool_size,
            max_overflow=0,
            hide_parameters=True,  # answers and names are no business of a log
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
        """What is not committed is rolled back at the end."""
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

        The lock belongs to a transaction, and so to one connection of the server even behind a pooler. It ends with this process,
        however that ends.
        """
        while True:
            async with self.connect() as connection:
                if (await connection.execute(select(func.pg_try_advisory_xact_lock(turn, part)))).scalar_one():
                    yield
                    return
            # Waiting inside the server would keep a connection, and behind a pooler the holder may need the last one.
            await asyncio.sleep(TURN_POLL_SECONDS)

    async def dispose(self) -> None:
        await self._engine.dispose()


def _own_connection() -> dict[str, Any]:
    # Every feature has its statements, and each connection prepares each of them once.
    return {"prepared_statement_cache_size": 500}


def _shared_connection() -> dict[str, Any]:
    """Return options for a pooler that hands each transaction another connection: nothing outlives a transaction."""
    from asyncpg import Connection as Asyncpg

    class WithoutCodecs(Asyncpg):  # type: ignore[misc]
        async def set_type_codec(self, *_: Any, **__: Any) -> None:
            """Do nothing: SQLAlchemy would look up JSON's types outside of any transaction, and no table has such a column."""

    return {
        "connection_class": WithoutCodecs,
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": str,  # no name: it is prepared anew each time, and leaves nothing behind
    }


def is_conflict(error: BaseException) -> bool:
    """Another process was quicker; the transaction is undone, and may be right when it runs again."""
    return _state(error).startswith(_CONFLICTS)


def is_away(error: BaseException) -> bool:
    """The server cannot be reached, or has cut the connection."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _state(error).startswith(_AWAY)
    return isinstance(error, OSError)


def ends_transaction(connection: Connection, error: BaseException) -> bool:
    """Whether no savepoint can help: everything in the transaction is lost."""
    return connection.dialect.name == "postgresql" and (is_conflict(error) or is_away(error))


def illness(error: BaseException) -> str | None:
    """What ails the server, in a sentence that names the setting and the remedy; None for an error that is, very likely, ours."""
    state = _state(error)
    if state.startswith("53100"):
        return "DATABASE_URL: the disk of the database server is full. Free some space; until then nothing is recorded."
    if state.startswith("25006"):
        return "DATABASE_URL: the database server takes no writes, as a replica does. Name the primary server."
    if state.startswith("53300"):
        return "DATABASE_URL: the database server has no connection left. Raise its max_connections, or close other programs."
    if isinstance(error, PoolTimeout):
        return (
            "DATABASE_URL: the database server is too slow: what was asked before is not answered yet. "
            "See what it is busy with, and whether the network to it is well."
        )
    if is_away(error):
        return (
            f"DATABASE_URL: the database server cannot be reached ({state or type(error).__name__}). "
            "Check the address, and that the server is running."
        )
    return None


def remedy(error: BaseException) -> str:
    """The same for whoever starts the bot, when the address may be at fault."""
    match _state(error)[:2]:
        case "28":
            return "DATABASE_URL: the database server refuses the user or the password. Correct them."
        case "3D":
            return "DATABASE_URL: the database server has no database of that name. Create it with createdb, or name another."
        case "42":
            return (
                "DATABASE_URL: the database server does not let this user make tables. "
                "Let the user own the database, or name another user."
            )
        case state:
            return illness(error) or (
                f"DATABASE_URL: the database server failed ({state or type(error).__name__}). "
                "Its own log says why; mend that, then start again."
            )


def _state(error: BaseException) -> str:
    """The five characters by which PostgreSQL names an error; nothing for other errors."""
    return str(getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None) or "")
