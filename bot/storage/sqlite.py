"""SQLite: an engine with the interface of SQLAlchemy's AsyncEngine, as far as `storage.engine` uses it, but one hop a visit.

The database's own asyncio layer sends each cursor, statement, fetch and close to a thread and waits for it: some seventy trips
for one answer, and the trips cost ten times what the statements do. Here the whole function travels to the thread of an
aiosqlite connection, and runs there on an ordinary SQLAlchemy connection (docs/decisions/0005-one-hop.md).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import aiosqlite
from sqlalchemy import Connection, Dialect, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.util import LRUCache

P = ParamSpec("P")
T = TypeVar("T")

BUSY_TIMEOUT = "busy_timeout = 5000"
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    BUSY_TIMEOUT,
    "cache_size = -32000",  # KiB, taken as it is needed; SQLite's own 2,000 do not hold what one batch of answers touches
    "wal_autocheckpoint = 16000",  # pages, 64 MB; at its own 1,000 every batch copies all that it wrote into the file at once
    "secure_delete = ON",  # what is erased is overwritten, not left in the file until its page is used again
    "temp_store = MEMORY",  # what a savepoint may have to put back would be written to a file otherwise, and never read
)


@dataclass
class Visit:
    """One open connection. What runs on it runs in its thread."""

    raw: aiosqlite.Connection
    engine: Engine
    connection: Connection

    async def run_sync(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._in_thread(partial(work, self.connection, *args, **kwargs))

    async def empty_log(self) -> bool:
        """Move the write-ahead log into the file and cut it to nothing; False if somebody reads or writes just now."""

        def checkpoint() -> bool:
            raw = self.raw._conn  # noqa: SLF001
            raw.execute("PRAGMA busy_timeout = 100")  # answers queue behind this: better later than long
            try:
                busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                raw.execute(f"PRAGMA {BUSY_TIMEOUT}")
            return not busy

        return await self._in_thread(checkpoint)

    async def commit(self) -> None:
        await self._in_thread(self.connection.commit)

    async def rollback(self) -> None:
        await self._in_thread(self.connection.rollback)

    async def renew(self) -> None:
        """After an error. A BEGIN or COMMIT that failed leaves SQLAlchemy and SQLite with different ideas of whether a
        transaction is open, and then every later one would fail too: both start afresh."""

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
    """`begin_with` opens each transaction: BEGIN IMMEDIATE takes the write lock at once instead of failing halfway."""

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
        """What is not committed is rolled back at the end."""
        async with self._places:
            visit = self._idle.pop() if self._idle else await self._open()
            leave = visit.renew
            try:
                yield visit
                leave = visit.rollback
            finally:
                try:
                    await asyncio.shield(leave())
                except BaseException:
                    with suppress(Exception):  # the error that led here is the one to tell
                        await visit.close()
                    raise
                if self._disposed:
                    await visit.close()
                else:
                    self._idle.append(visit)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Visit]:
        """Committed at the end, unless it ends in an error."""
        async with self.connect() as visit:
            yield visit
            await visit.commit()

    async def dispose(self) -> None:
        """Close what is idle now, and the rest when it is: a connection left open keeps its thread, and so the process."""
        self._disposed = True
        while self._idle:
            await self._idle.pop().close()

    async def _open(self) -> Visit:
        opening = asyncio.create_task(self._connected(), name="database-open")
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            # The thread opens it all the same, and nobody would hear of it: left to the garbage collector, it would roll back on a
            # database that is closed.
            with suppress(Exception):
                await (await opening).close()
            raise

    async def _connected(self) -> Visit:
        raw = aiosqlite.connect(self.path, isolation_level=None)
        try:
            await raw
        except BaseException:
            # Its thread is told to stop, and must be done before the loop that it reports to.
            await asyncio.to_thread(raw._thread.join)  # noqa: SLF001
            raise
        try:
            pragmas = (*PRAGMAS, "query_only = ON") if self.read_only else PRAGMAS
            engine = _engine_over(raw._conn, self.begin_with, pragmas)  # noqa: SLF001
            return Visit(raw, engine, await _hop(raw, engine.connect))
        except BaseException:
            await raw.close()
            raise


async def _hop(raw: aiosqlite.Connection, function: Callable[[], T]) -> T:
    # The one way into the thread that takes any function; aiosqlite's public methods are each such a call.
    result: T = await raw._execute(lambda: contained(function))  # type: ignore[no-untyped-call]  # noqa: SLF001
    return result


def contained(function: Callable[[], T]) -> T:
    """Call a function whose failure is to be handed to a future, which takes any error but StopIteration: nobody would ever hear."""
    try:
        return function()
    except StopIteration as error:
        raise RuntimeError("an iterator had nothing left") from error


@cache
def _dialect() -> Dialect:
    """One for all connections, so that they may share what it has compiled; it wants to see a connection once."""
    engine = create_engine("sqlite://")
    with engine.connect():
        pass
    engine.dispose()
    return engine.dialect


_COMPILED: LRUCache[Any, Any] = LRUCache(500)
"""Every connection has an engine, and would compile each statement for itself: a few hundred, at up to a millisecond each."""


def _engine_over(raw: sqlite3.Connection, begin_with: str, pragmas: Sequence[str]) -> Engine:
    """SQLAlchemy over one connection that is open already. The driver begins no transactions of its own (`isolation_level` is
    None): it would begin them late, at the first write, which rules out savepoints and IMMEDIATE."""
    dialect = _dialect()
    pool = StaticPool(cast(Any, lambda: raw), dialect=dialect)
    engine = Engine(
        pool,
        dialect,
        make_url("sqlite://"),
        execution_options={"compiled_cache": _COMPILED},
        hide_parameters=True,  # answers and names are no business of a log
    )

    @event.listens_for(pool, "connect")
    def _configure(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin_with)

    return engine
