"""SQLite: the part of SQLAlchemy's AsyncEngine that `storage.engine` uses, with one thread switch per transaction.

SQLAlchemy's asyncio layer sends each cursor, statement, fetch and close to a thread and waits for it: some seventy
switches for one answer, at ten times the cost of the statements. Here the whole function runs in the thread of an
aiosqlite connection, on an ordinary SQLAlchemy connection (docs/decisions/0005-one-hop.md).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import aiosqlite
from sqlalchemy import Connection, Dialect, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.util import LRUCache

from bot.storage.driver import execute

P = ParamSpec("P")
T = TypeVar("T")

BUSY_TIMEOUT = "busy_timeout = 5000"
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    BUSY_TIMEOUT,
    "wal_autocheckpoint = 16000",  # pages (64 MB), if `checkpoint` falls behind; the default, 1,000, is about a batch
    "secure_delete = ON",  # overwrite deleted data, instead of leaving it in the file until its page is reused
    "temp_store = MEMORY",  # savepoint rollback data would otherwise go to a file, and is never read
)
WRITES = ("cache_size = -32000",)  # KiB, used as needed; SQLite's default of 2,000 cannot hold the pages of one batch
READS = ("query_only = ON", "cache_size = -8000")  # the operating system's cache has the rest


@dataclass
class Visit:
    """One open connection. Its work runs in its own thread."""

    raw: aiosqlite.Connection
    engine: Engine
    connection: Connection

    async def run_sync(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._in_thread(partial(work, self.connection, *args, **kwargs))

    async def empty_log(self) -> bool:
        """Checkpoint the write-ahead log and truncate it; False if somebody is reading or writing."""

        def checkpoint() -> bool:
            raw = self.raw._conn  # noqa: SLF001
            raw.execute("PRAGMA busy_timeout = 100")  # answers queue behind this, so do not wait long
            try:
                busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                raw.execute(f"PRAGMA {BUSY_TIMEOUT}")
            return not busy

        return await self._in_thread(checkpoint)

    async def checkpoint(self) -> None:
        """Copy the write-ahead log into the database file as far as that delays neither readers nor the writer."""
        await self._in_thread(lambda: self.raw._conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone())  # noqa: SLF001

    async def commit(self) -> None:
        await self._in_thread(self.connection.commit)

    async def rollback(self) -> None:
        await self._in_thread(self.connection.rollback)

    async def renew(self) -> None:
        """Reset the connection after an error. After a failed BEGIN or COMMIT, SQLAlchemy and SQLite may disagree on
        whether a transaction is open, and every later transaction would fail, too."""

        def reconnect() -> None:
            self.connection.close()
            self.connection = self.engine.connect()

        await self.raw.rollback()
        await self._in_thread(reconnect)

    async def close(self) -> None:
        try:
            await self._in_thread(self.connection.close)
        finally:
            await self.raw.close()

    async def _in_thread(self, function: Callable[[], T]) -> T:
        return await _hop(self.raw, function)


@dataclass
class SqliteEngine:
    """The engine. `begin_with` opens each transaction: BEGIN IMMEDIATE takes the write lock at once instead of failing
    halfway."""

    path: str
    begin_with: str
    pool_size: int
    read_only: bool = False
    _idle: list[Visit] = field(init=False, default_factory=list)
    _places: asyncio.Semaphore = field(init=False)
    _disposed: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.pool_size)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Visit]:
        """Open a connection. Uncommitted work is rolled back at the end."""
        async with self._places:
            visit = self._idle.pop() if self._idle else await self._open()
            leave: Callable[[], Awaitable[None]] | None = visit.renew
            try:
                yield visit
                leave = visit.rollback if visit.connection.in_transaction() else None
            finally:
                try:
                    if leave is not None:
                        await asyncio.shield(leave())
                except BaseException:
                    with suppress(Exception):  # report the error that led here
                        await visit.close()
                    raise
                if self._disposed:
                    await visit.close()
                else:
                    self._idle.append(visit)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Visit]:
        """Open a transaction. It is committed at the end, unless an error is raised."""
        async with self.connect() as visit:
            yield visit
            await visit.commit()

    async def dispose(self) -> None:
        """Close idle connections now and the others when they become idle: an open connection keeps its thread, and so
        the process, alive."""
        self._disposed = True
        while self._idle:
            await self._idle.pop().close()

    async def _open(self) -> Visit:
        opening = asyncio.create_task(self._connected(), name="database-open")
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            # The thread opens the connection even if its caller is cancelled. Close it, or the garbage collector would
            # later roll back on a closed database.
            with suppress(Exception):
                await (await opening).close()
            raise

    async def _connected(self) -> Visit:
        raw = aiosqlite.connect(self.path, isolation_level=None)
        try:
            await raw
        except BaseException:
            # The thread was asked to stop, and must finish before the event loop that it reports to.
            await asyncio.to_thread(raw._thread.join)  # noqa: SLF001
            raise
        try:
            pragmas = (*PRAGMAS, *(READS if self.read_only else WRITES))
            engine = _engine_over(raw._conn, self.begin_with, pragmas)  # noqa: SLF001
            return Visit(raw, engine, await _hop(raw, engine.connect))
        except BaseException:
            await raw.close()
            raise


async def _hop(raw: aiosqlite.Connection, function: Callable[[], T]) -> T:
    # The only way to run an arbitrary function in the thread: all of aiosqlite's public methods call it.
    result: T = await raw._execute(lambda: contained(function))  # type: ignore[no-untyped-call]  # noqa: SLF001
    return result


def contained(function: Callable[[], T]) -> T:
    """Call a function, turning StopIteration into another error, because the error goes to a future, which does not
    accept StopIteration."""
    try:
        return function()
    except StopIteration as error:
        raise RuntimeError("an iterator had nothing left") from error


@cache
def _dialect() -> Dialect:
    """Return the dialect, shared by all connections so that they share compiled statements. It has to be initialized
    with a connection once."""
    engine = create_engine("sqlite://")
    with engine.connect():
        pass
    engine.dispose()
    return engine.dialect


_COMPILED: LRUCache[Any, Any] = LRUCache(500)
"""One cache for all engines: each connection has its own engine, which would otherwise compile a few hundred statements
at up to 1 ms each."""


def _engine_over(raw: sqlite3.Connection, begin_with: str, pragmas: Sequence[str]) -> Engine:
    """Wrap SQLAlchemy around one open connection. The driver begins no transactions (`isolation_level` is None),
    because it would begin them only at the first write, which rules out savepoints and IMMEDIATE."""
    dialect = _dialect()
    pool = StaticPool(cast(Any, lambda: raw), dialect=dialect)
    engine = Engine(
        pool,
        dialect,
        make_url("sqlite://"),
        execution_options={"compiled_cache": _COMPILED},
        hide_parameters=True,  # keep answers and names out of the log
    )

    @event.listens_for(pool, "connect")
    def _configure(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        execute(connection, begin_with)

    return engine
