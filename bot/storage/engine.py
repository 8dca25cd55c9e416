"""The database: opened once, read by many, written by one at a time.

Work on the database is a plain function of a connection, so a service reads top to bottom as one transaction; `read` and
`write` are the only places where waiting happens.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, NestedTransaction, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from bot import metrics
from bot.config import Unusable
from bot.storage import versions
from bot.storage.failures import FAILURES, illness
from bot.storage.sqlite import SqliteEngine

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

log = logging.getLogger(__name__)

T = TypeVar("T")

__all__ = [
    "Connection",
    "Database",
    "DatabaseAway",
    "DatabaseFailed",
    "DatabaseUnusable",
    "NotRecorded",
    "sqlite_path",
]

MAX_BATCH = 64
"""Writes committed together at most. One fsync serves them all, and a batch stays short enough to wait for."""
READERS = 4
_RACES = 3


class DatabaseUnusable(Unusable):
    """The database cannot be opened or written; the text names the setting and the remedy."""


class DatabaseFailed(Exception):
    """The database did not do what it was asked, and the member may try again. The text is for the log."""


class NotRecorded(DatabaseFailed):
    """The write was refused or could not be made: nothing of it was kept."""


class DatabaseAway(DatabaseFailed):
    """The database could not be read; there was nothing to record."""


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    done: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


@dataclass
class Database:
    """Reads take a snapshot each. Writes queue, and what waits together is committed together (group commit): each in a
    savepoint of its own, so that one failure undoes only itself, and answered only when the commit is on disk."""

    url: str
    trouble: str | None = field(init=False, default=None)
    """Why nothing is recorded just now, with the remedy; None while all is well."""
    _readers: AsyncEngine | SqliteEngine = field(init=False)
    _writer: AsyncEngine | SqliteEngine = field(init=False)
    _queue: deque[_Job] = field(init=False, default_factory=deque)
    _committer: asyncio.Task[None] | None = field(init=False, default=None)
    _closing: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._readers = _engine(self.url, begin="BEGIN", pool_size=READERS)
        self._writer = _engine(self.url, begin="BEGIN IMMEDIATE", pool_size=1)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a snapshot of the database; what it writes is thrown away. Raises DatabaseAway."""
        try:
            async with self._readers.connect() as connection:
                return await connection.run_sync(work)
        except FAILURES as error:
            if (trouble := self._illness(error)) is not None:
                raise DatabaseAway(trouble) from error
            raise

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and return its result once that is on disk.

        Raises what `work` raises, or NotRecorded where the database failed, and then nothing of it is kept. `work` may run
        more than once: when another process wins a race for a unique key, it runs again and sees what the other wrote.
        """
        job = _Job(work, asyncio.get_running_loop().create_future())
        self._queue.append(job)
        if self._committer is None or self._committer.done():
            self._committer = asyncio.create_task(self._commit_queue(), name="database-committer")
        # Shielded: a caller that is cancelled takes back its interest, not a commit that others share.
        try:
            return await asyncio.shield(job.done)
        except FAILURES as error:
            if (trouble := self._illness(error)) is None:
                log.exception("a write failed, and by no illness of the database that is known")
            raise NotRecorded(trouble or type(error).__name__) from error

    async def _commit_queue(self) -> None:
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), MAX_BATCH))]
            began = perf_counter()
            try:
                async with self._writer.begin() as connection:
                    await connection.run_sync(_run_batch, batch)
            except BaseException as error:
                # The commit itself failed: nothing of the batch is on disk, whatever each job returned.
                for job in batch:
                    job.error = job.error or error
                if not isinstance(error, Exception):
                    _answer(batch)
                    raise
            metrics.BATCHES.observe(len(batch))
            metrics.COMMITS.observe(perf_counter() - began)
            self._note_health(batch)
            _answer(batch)
            if self._closing and self.trouble is not None:
                # Each further try might wait for a lock as long as this one did, and whoever stops us does not.
                refused, self._queue = list(self._queue), deque()
                for job in refused:
                    job.error = NotRecorded(self.trouble)
                _answer(refused)

    def _note_health(self, batch: Sequence[_Job]) -> None:
        failures = (job.error for job in batch if isinstance(job.error, FAILURES))
        trouble = next(filter(None, map(self._illness, failures)), None)
        if trouble is not None and trouble != self.trouble:
            log.error("nothing is being recorded: %s", trouble)
        elif trouble is None and self.trouble is not None:
            log.warning("the database records again")
        self.trouble = trouble

    def _illness(self, error: BaseException) -> str | None:
        path = sqlite_path(self.url)
        return illness(path, error) if path is not None else None

    async def close(self) -> None:
        """Finish the writes in hand, then close every connection."""
        self._closing = True
        while self._committer is not None and not self._committer.done():
            await asyncio.wait([self._committer])
        await self._readers.dispose()
        await self._writer.dispose()

    async def migrate(self) -> None:
        """Bring the schema to the newest version. Raises DatabaseUnusable, NewerDatabase."""
        self.make_folder()
        try:
            async with self._writer.connect() as connection:
                if await connection.run_sync(versions.current) == versions.newest():
                    return
                from bot.storage.migrate import (
                    upgrade,
                )  # Alembic takes a while to load, and most starts need none of it

                await connection.run_sync(upgrade)
        except FAILURES as error:
            raise DatabaseUnusable(_remedy(self.url, error)) from error

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
        for race in range(_RACES):
            savepoint = connection.begin_nested()
            try:
                job.result, job.error = job.work(connection), None
                savepoint.commit()
                break
            except IntegrityError as error:
                _undo(savepoint, error)
                job.error = error
                log.debug("lost a race for a unique key (%s of %s)", race + 1, _RACES)
            except Exception as error:  # noqa: BLE001  the caller's own failure, handed back to that caller alone
                _undo(savepoint, error)
                job.error = error
                break


def _undo(savepoint: NestedTransaction, error: Exception) -> None:
    """Undo one job. Where the database has undone everything already, as SQLite may when the disk is full, there is no
    savepoint to go back to: the whole batch fails, and by the first cause."""
    try:
        savepoint.rollback()
    except SQLAlchemyError:
        raise error from None


def _answer(batch: Iterable[_Job]) -> None:
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


def _engine(url: str, *, begin: str, pool_size: int) -> AsyncEngine | SqliteEngine:
    if (path := sqlite_path(url)) is not None:
        return SqliteEngine(str(path), begin, pool_size)
    from sqlalchemy.ext.asyncio import create_async_engine  # brings the whole mapper along, which takes a while to load

    return create_async_engine(url, pool_size=pool_size, max_overflow=0)


def _remedy(url: str, error: BaseException) -> str:
    path = sqlite_path(url)
    if path is not None and (known := illness(path, error)) is not None:
        return known
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
