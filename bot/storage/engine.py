"""The database: opened once, read by many, written by one at a time.

Work on the database is a plain function of a connection, so a service reads top to bottom as one transaction; `read` and
`write` are the only places where waiting happens.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from sqlalchemy import Connection, NestedTransaction, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from bot import metrics
from bot.config import Unusable
from bot.places import PROGRAM
from bot.shards import EVERYTHING, Shards
from bot.storage import ownership, postgres, schema, versions
from bot.storage.failures import FAILURES, illness, is_locked
from bot.storage.postgres import PostgresEngine, ProcessTurn
from bot.storage.sqlite import SqliteEngine, contained

log = logging.getLogger(__name__)

A = TypeVar("A")
T = TypeVar("T")

_ALONE = object()

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

STOPPING = "the bot is stopping, and its database is closed"


class DatabaseUnusable(Unusable):
    """The database cannot be opened or written; the text names the setting and the remedy."""


class DatabaseFailed(Exception):
    """The database did not do what it was asked, and the member may try again. The text is for the log."""


class NotRecorded(DatabaseFailed):
    """The write was refused or could not be made: nothing of it was kept."""


class DatabaseAway(DatabaseFailed):
    """The database could not be read; there was nothing to record."""


class FateUnknown(DatabaseFailed):
    """A server went away in the middle of a commit: it may have been kept or not, and the answer was lost."""


@dataclass(slots=True, eq=False)
class _Job:
    """`item` is what `work` does for one of many; ALONE where it does one thing for one caller."""

    work: Callable[..., Any]
    item: Any
    done: asyncio.Future[Any]
    runs: int = 0
    races: int = 0
    """How many of its runs lost a race for a unique key. Counted apart: one that has met others' transactions may still lose one."""
    result: Any = None
    error: BaseException | None = None


@dataclass
class Database:
    """Reads take a snapshot each. Writes queue, and what waits together is committed together (group commit): each kind
    of work so that its failure undoes only itself, and answered only when the commit is on disk.

    A piece of work is written as if it were alone. On SQLite it is; on PostgreSQL, where other processes write too, a
    transaction that met one of theirs is undone whole and runs again.
    """

    url: str
    shards: Shards = EVERYTHING
    """The servers whose due work this process does: what a tick hands to its query (`storage.sql.own`)."""
    shared: bool = field(init=False)
    """Whether other processes may be at work on the same database."""
    trouble: str | None = field(init=False, default=None)
    """Why nothing is recorded just now, with the remedy; None while all is well."""
    _log_holds_erased: bool = field(init=False, default=True)
    """Whether SQLite's log may hold what was erased; True at the start, because the last run may have died before it knew."""
    _readers: PostgresEngine | SqliteEngine = field(init=False)
    _writer: PostgresEngine | SqliteEngine = field(init=False)
    _queue: deque[_Job] = field(init=False, default_factory=deque)
    _committer: asyncio.Task[None] | None = field(init=False, default=None)
    _closing: bool = field(init=False, default=False)
    _waited: int = field(init=False, default=0)
    """How many of the PAUSES have been taken for a server that is still away."""

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
        if self._closing:
            raise DatabaseAway(STOPPING)
        for pause in (*PAUSES, None):
            try:
                async with self._readers.connect() as connection:
                    return await connection.run_sync(work)
            except FAILURES as error:
                if pause is None or not self._is_away(error):
                    if (trouble := self._illness(error)) is not None:
                        raise DatabaseAway(trouble) from error
                    raise
            await asyncio.sleep(pause)
        raise AssertionError("the last round returns or raises")

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and return its result once that is on disk.

        Raises what `work` raises, or NotRecorded where the database failed, and then nothing of it is kept; FateUnknown
        where that cannot be told. `work` may run more than once: when another process wins a race, for a unique key or
        for a row, it runs again and sees what the other wrote.
        """
        result: T = await self._queue_up(_Job(work, _ALONE, asyncio.get_running_loop().create_future()))
        return result

    async def erase(self, work: Callable[[Connection], T]) -> T:
        """Run `work` like `write`; what it deletes is to leave the files, too, at the next `empty_log`."""
        result = await self.write(work)
        self._log_holds_erased = True
        return result

    async def empty_log(self) -> None:
        """Overwrite what was erased in the files of an SQLite database. Left for the next call where somebody reads just now."""
        if not isinstance(self._writer, SqliteEngine) or not self._log_holds_erased or self._closing:
            return
        try:
            async with self._writer.connect() as connection:
                self._log_holds_erased = False
                self._log_holds_erased = not await connection.empty_log()
        except FAILURES as error:
            self._log_holds_erased = True
            log.warning("the log of the database could not be emptied and is tried again: %s", error)

    async def write_together(self, work: Callable[[Connection, Sequence[A]], Sequence[T | Exception]], item: A) -> T:
        """The same for work that is done for many at once: what waits together with one `work` is handed to it as one list, in
        the order in which it came. It returns, for each item, a result or the error that its caller is to get, and nothing of
        an item with an error may have been written. Should the work raise, each item is tried by itself.
        """
        result: T = await self._queue_up(_Job(work, item, asyncio.get_running_loop().create_future()))
        return result

    async def _queue_up(self, job: _Job) -> Any:
        if self._closing:
            raise NotRecorded(STOPPING)
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
        limit = MAX_BATCH
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), limit))]
            again: list[_Job] = []
            try:
                await self._commit(batch)
            except BaseException as error:
                # The transaction failed: nothing of the batch is on disk, whatever each job returned.
                for job in batch:
                    job.error = job.error or error
                if not isinstance(error, Exception):
                    _answer(batch)
                    raise
                again = await self._worth_another_run(batch, error)
                limit = max(1, len(batch) // 2)  # smaller transactions meet others less often
                if not again and (is_locked(error) or self._is_away(error)):
                    # What queued up meanwhile has waited too, and each further try might wait as long.
                    self._refuse_queue(error)
                    limit = MAX_BATCH
            else:
                # In a transaction of their own, for the snapshot of this one does not show what the winner wrote.
                again = [job for job in batch if _lost_a_race(job)]
                limit, self._waited = min(MAX_BATCH, limit * 2), 0
            done = [job for job in batch if job not in again]
            self._note_health(done)
            _answer(done)
            self._queue.extendleft(reversed(again))

    async def _commit(self, batch: list[_Job]) -> None:
        began, committing = perf_counter(), False
        try:
            async with self._writer.connect() as connection:
                await connection.run_sync(_run_batch, batch)
                committing = True
                await connection.commit()
                committing = False
        except FAILURES as error:
            if committing and self._is_away(error):
                raise FateUnknown(postgres.illness(error)) from error
            raise
        finally:
            metrics.BATCHES.observe(len(batch))
            metrics.COMMITS.observe(perf_counter() - began)

    async def _worth_another_run(self, batch: list[_Job], error: Exception) -> list[_Job]:
        """Which jobs of a failed transaction may well succeed in the next one."""
        if postgres.is_conflict(error):
            return [job for job in batch if job.runs < RUNS]
        if not self._is_away(error):
            return []
        if self._waited < len(PAUSES):
            await asyncio.sleep(PAUSES[self._waited])
            self._waited += 1
            return batch
        return []  # it has been waited for; from now on each batch is one try

    def _refuse_queue(self, error: Exception) -> None:
        refused, self._queue = self._queue, deque()
        for job in refused:
            job.error = error
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
        return illness(path, error) if path is not None else postgres.illness(error)

    def _is_away(self, error: BaseException) -> bool:
        return self.shared and postgres.is_away(error)

    async def close(self) -> None:
        """Finish every write that was asked for, then close every connection. Whatever comes later is refused: it would open
        a connection that nobody closes."""
        self._closing = True
        while self._committer is not None and not self._committer.done():
            await asyncio.wait([self._committer])
        await self._readers.dispose()
        await self._writer.dispose()

    async def migrate(self) -> None:
        """Bring the schema to the newest version. Raises DatabaseUnusable, NotOurs, NewerDatabase, WrongSchema."""
        self.make_folder()
        await self.look()
        engine = PostgresEngine(self.url, pool_size=2, patient=True) if self.shared else self._writer
        try:
            async with engine.connect() as connection:
                if self.shared and await connection.run_sync(versions.half_copied):
                    raise DatabaseUnusable(
                        f"DATABASE_URL: a copy into this database is not finished. Run the same `{PROGRAM} copy` again."
                    )
                if await connection.run_sync(versions.current) != versions.newest():
                    # Alembic takes a while to load, and most starts need none of it.
                    from bot.storage.migrate import upgrade

                    await connection.rollback()  # what comes now looks at the database as it is when our turn has come
                    async with (
                        engine.turn(ProcessTurn.MIGRATING) if isinstance(engine, PostgresEngine) else nullcontext()
                    ):
                        await connection.run_sync(upgrade)
                await connection.run_sync(schema.check)
        except FAILURES as error:
            raise DatabaseUnusable(_remedy(self.url, error)) from error
        finally:
            if engine is not self._writer:
                await engine.dispose()

    async def look(self) -> None:
        """Look at a file before it is opened for real, which would change it. Raises NotOurs, NewerDatabase, WrongSchema."""
        if (path := sqlite_path(self.url)) is not None:
            await asyncio.to_thread(ownership.look, path)

    def make_folder(self) -> None:
        path = sqlite_path(self.url)
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnusable(_remedy(self.url, error)) from error


def _lost_a_race(job: _Job) -> bool:
    """Whether it is worth another run."""
    if not isinstance(job.error, IntegrityError):
        return False
    job.races += 1
    return job.races < RACES


def _run_batch(connection: Connection, batch: list[_Job]) -> None:
    for job in batch:
        job.runs += 1
    connection.begin()  # where that fails, as at a lock that is never given up, it is the whole batch's failure
    groups = list(_together(batch))
    # On a server the end of a savepoint also tells, before the commit, that the connection was cut: nothing is in doubt then.
    alone = len(groups) == 1 and connection.dialect.name == "sqlite"
    for jobs in groups:
        if not _run(connection, jobs, alone=alone) and len(jobs) > 1:
            for job in jobs:
                _run(connection, [job], alone=False)


def _together(batch: Iterable[_Job]) -> Iterable[list[_Job]]:
    """The jobs whose work is done for many at once, under the first of their kind; each other one by itself."""
    groups: dict[object, list[_Job]] = {}
    for job in batch:
        groups.setdefault(job if job.item is _ALONE else job.work, []).append(job)
    return groups.values()


def _run(connection: Connection, jobs: list[_Job], *, alone: bool) -> bool:
    """Do some work; False if it failed, and then nothing of it is left. Unless it has the transaction to itself (`alone`), it is
    in a savepoint of its own, which costs a copy of every page that it changes."""
    savepoint = None if alone else connection.begin_nested()
    work = jobs[0].work
    try:
        if jobs[0].item is _ALONE:
            results = [contained(lambda: work(connection))]
        else:
            results = contained(lambda: work(connection, [job.item for job in jobs]))
        if savepoint is not None:
            savepoint.commit()
    except Exception as error:
        if postgres.ends_transaction(connection, error):
            raise
        if savepoint is None:
            connection.rollback()
        else:
            _undo(savepoint, error)
        for job in jobs:
            job.error = error  # the caller's own failure, handed back to that caller alone
        return False
    for job, result in zip(jobs, results, strict=True):
        job.result, job.error = (None, result) if isinstance(result, Exception) else (result, None)
    return True


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


def _remedy(url: str, error: BaseException) -> str:
    path = sqlite_path(url)
    if path is None:
        return postgres.remedy(error)
    cause = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
    return illness(path, error) or (
        f"DATABASE_URL: the database {path} cannot be opened or written ({cause}). "
        "Check that its folder exists and that this user may write to it, or name another file."
    )
