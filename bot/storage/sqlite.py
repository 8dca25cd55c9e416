"""What SQLite needs: a file, transactions that begin when they say so, and full durability."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000")


def path_of(url: str) -> Path | None:
    """The file of a SQLite address; None for other databases."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def engines(url: str, *, readers: int) -> tuple[AsyncEngine, AsyncEngine]:
    """One to read with, one to write with."""
    return (
        _engine(url, "BEGIN", pool_size=readers, pragmas=(*PRAGMAS, "query_only = ON")),
        _engine(url, "BEGIN IMMEDIATE", pool_size=1, pragmas=PRAGMAS),
    )


@asynccontextmanager
async def single(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection outside the pools, for a long piece of work."""
    engine = _engine(url, "BEGIN", pool_size=1, pragmas=PRAGMAS)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


def _engine(url: str, begin: str, *, pool_size: int, pragmas: tuple[str, ...]) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        # The driver's own transactions start late, at the first write, which makes savepoints and IMMEDIATE impossible.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def remedy(url: str, error: BaseException) -> str:
    """For whoever starts the bot: what is the matter, the setting, and what to do."""
    cause = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
    return (
        f"DATABASE_URL: the database {path_of(url)} cannot be opened or written ({cause}). "
        "Check that its folder exists and that this user may write to it, or name another file."
    )
