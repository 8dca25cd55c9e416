"""The database: opened once, read by many, written by one at a time.

Work on the database is a plain function of a connection, so a service reads top to bottom as one transaction; `read` and
`write` are the only places where waiting happens.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from bot.config import Unusable
from bot.shards import EVERYTHING, Shards
from bot.storage import postgres
from bot.storage.postgres import PostgresEngine
from bot.storage.sqlite import SqliteEngine

log = logging.getLogger(__name__)

T = TypeVar("T")

__all__ = [
    "Connection",
    "Database",
    "DatabaseAway",
    "DatabaseFailed",
    "DatabaseUnusable",
    "FateUnknown",
    "NotRecorded",
    "sqlite_path",
]

MAX_BATCH = 64
"""Writes committed together at most. One fsync serves them all, and a batch stays short enough to wait for."""
READERS = 4
RACES = 3
"""How often a piece of work runs that loses races for a unique key: the second run sees the winner's row."""
RUNS = 20
"""How often it runs when its transactions meet those of other processes. One of two that meet always wins."""
PAUSES = (0.05, 0.3, 1.0)
"""Seconds to wait, again and again, for a server that went away. A restart takes about so long; a member waits no longer."""


class DatabaseUnusable(Unusable):
    """The database cannot be opened or written; the text names the setting and the remedy."""


class DatabaseFailed(Exception):
    """The database did not do what a member asked for. The cause is in the log, and the member may try again."""


class NotRecorded(DatabaseFailed):
    """The write was refused or could not be made: nothing of it was kept."""


class DatabaseAway(DatabaseFailed):
    """The database server does not answer a question; there was nothing to record."""


class FateUnknown(DatabaseFailed):
    """The server went away in the middle of a commit: it may have been kept or not, and the answer was lost."""


@dataclass(slots=True, eq=False)
class _Job:
    work: Callable[[Connection], Any]
    done: asyncio.Future[Any]
    runs: int = 0
    result: Any = None
    error: BaseException | None = None


@dataclass
class Database:
    """Reads take a snapshot each. Writes queue, and what waits together is committed together (group commit): each in a
    savepoint of its own, so that one failure undoes only itself, and answered only when the commit is on disk.

    A piece of work is written as if it were alone. On SQLite it is; on PostgreSQL, where other processes write too, a
    transaction that met one of theirs is undone whole and runs again.
    """

    url: str
    shards: Shards = EVERYTHING
    """The servers whose due work this process does: what a tick hands to its query (`storage.sql.own`)."""
    shared: bool = field(init=False)
    """Whether other processes may be at work on the same database."""
    _readers: PostgresEngine | SqliteEngine = field(init=False)
    _writer: PostgresEngine | SqliteEngine = field(init=False)
    _queue: deque[_Job] = field(init=False, default_factory=deque)
    _committer: asyncio.Task[None] | None = field(init=False, default=None)
    _away: int = field(init=False, default=0)
    """How often in a row the server was away when something was to be written."""

    def __post_init__(self) -> None:
        path = sqlite_path(self.url)
        self.shared = path is None
        if path is None:
            self._readers = PostgresEngine(self.url, pool_size=READERS, read_only=True)
            self._writer = PostgresEngine(self.url, pool_size=1)
        else:
            self._readers = SqliteEngine(str(path), "BEGIN", READERS, read_only=True)
            self._writer = SqliteEngine(str(path), "BEGIN IMMEDIATE", 1)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a snapshot of the database, in which nothing can be written. Raises DatabaseAway."""
        for pause in (*PAUSES, None):
            try:
                async with self._readers.connect() as connection:
                    return await connection.run_sync(work)
            except (SQLAlchemyError, OSError) as error:
                if not self._is_away(error):
                    raise
                if pause is None:
                    raise DatabaseAway from error
                await asyncio.sleep(pause)
        raise AssertionError("the last round returns or raises")

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and return its result once that is on disk.

        Raises what `work` raises, or NotRecorded where the database failed, and then nothing of it is kept; FateUnknown
        where that cannot be told. `work` may run more than once: when another process wins a race, for a unique key or
        for a row, it runs again and sees what the other wrote.
        """
        job = _Job(work, asyncio.get_running_loop().create_future())
        self._queue.append(job)
        if self._committer is None or self._committer.done():
            self._committer = asyncio.create_task(self._commit_queue(), name="database-committer")
        # Shielded: a caller that is cancelled takes back its interest, not a commit that others share.
        try:
            return await asyncio.shield(job.done)
        except (SQLAlchemyError, OSError) as error:
            raise NotRecorded(type(error).__name__) from error

    async def _commit_queue(self) -> None:
        limit = MAX_BATCH
        while self._queue:
            batch = self._take(limit)
            try:
                await self._commit(batch)
            except BaseException as error:
                # The transaction failed: nothing of the batch is on disk, whatever each job returned.
                for job in batch:
                    job.error = job.error or error
                if not isinstance(error, Exception):
                    _answer(batch)
                    raise
                limit = max(1, len(batch) // 2)  # smaller transactions meet others less often
                await self._after_failure(batch, error)
            else:
                limit, self._away = min(MAX_BATCH, limit * 2), 0
                # In a transaction of their own, for the snapshot of this one does not show what the winner wrote.
                self._answer_or_repeat(batch, [job for job in batch if _lost_a_race(job)])

    def _take(self, limit: int) -> list[_Job]:
        batch = [self._queue.popleft() for _ in range(min(len(self._queue), limit))]
        for job in batch:
            job.runs += 1
        return batch

    async def _commit(self, batch: list[_Job]) -> None:
        async with self._writer.connect() as connection:
            await connection.run_sync(_run_batch, batch)
            try:
                await connection.commit()
            except (SQLAlchemyError, OSError) as error:
                if self._is_away(error):
                    raise FateUnknown from error
                raise

    async def _after_failure(self, batch: list[_Job], error: Exception) -> None:
        """Let the batch run again if that can help, else hand out the failure."""
        again: list[_Job] = []
        if postgres.is_conflict(error):
            again = [job for job in batch if job.runs < RUNS]
            log.debug("met a transaction of another process: %s of %s run again", len(again), len(batch))
        elif self._is_away(error) and self._away < len(PAUSES):
            again = batch
            await asyncio.sleep(PAUSES[self._away])
            self._away += 1
        elif self._is_away(error):
            # What queued up meanwhile has waited as long. It is told now, and one try at a time finds the server again.
            log.error("the database server is away: %s pieces of work not recorded", len(batch) + len(self._queue))
            batch = [*batch, *self._queue]
            self._queue.clear()
            for job in batch:
                job.error = job.error or error
        self._answer_or_repeat(batch, again)

    def _answer_or_repeat(self, batch: list[_Job], again: list[_Job]) -> None:
        for job in again:
            job.error = None
        _answer([job for job in batch if job not in again])
        self._queue.extendleft(reversed(again))

    def _is_away(self, error: BaseException) -> bool:
        return self.shared and postgres.is_away(error)

    async def close(self) -> None:
        """Finish the writes in hand, then close every connection."""
        while self._committer is not None and not self._committer.done():
            await asyncio.wait([self._committer])
        await self._readers.dispose()
        await self._writer.dispose()

    async def migrate(self) -> None:
        """Bring the schema to the newest version. Raises DatabaseUnusable, NewerDatabase."""
        from bot.storage.migrate import upgrade  # alembic is needed once, at the start

        self.make_folder()
        engine = PostgresEngine(self.url, pool_size=1, patient=True) if self.shared else self._writer
        try:
            async with engine.connect() as connection:
                await connection.run_sync(upgrade)
        except (SQLAlchemyError, OSError, sqlite3.Error) as error:
            raise DatabaseUnusable(_remedy(self.url, error)) from error
        finally:
            if engine is not self._writer:
                await engine.dispose()

    def make_folder(self) -> None:
        path = sqlite_path(self.url)
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnusable(_remedy(self.url, error)) from error


def _run_batch(connection: Connection, batch: list[_Job]) -> None:
    for job in batch:
        savepoint = connection.begin_nested()
        try:
            job.result, job.error = job.work(connection), None
            savepoint.commit()
        except Exception as error:
            if postgres.ends_transaction(connection, error):
                raise
            savepoint.rollback()
            job.error = error  # the caller's own failure, handed back to that caller alone


def _lost_a_race(job: _Job) -> bool:
    return isinstance(job.error, IntegrityError) and job.runs < RACES


def _answer(batch: list[_Job]) -> None:
    for job in batch:
        if job.done.done():
            continue
        if job.error is not None:
            job.done.set_exception(job.error)
        else:
            job.done.set_result(job.result)


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite address; None for other databases."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def _remedy(url: str, error: BaseException) -> str:
    path = sqlite_path(url)
    if path is None:
        return postgres.remedy(error)
    cause = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
    return (
        f"DATABASE_URL: the database {path} cannot be opened or written ({cause}). "
        "Check that its folder exists and that this user may write to it, or name another file."
    )
