"""The database: opened once, read by many, written by one at a time.

Work on the database is a plain function of a connection, so a service reads top to bottom as one transaction; only
`read` and `write` wait.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError

from bot import metrics
from bot.config import Unusable
from bot.places import PROGRAM
from bot.shards import EVERYTHING, Shards
from bot.storage import ownership, postgres, schema, versions
from bot.storage.batches import ALONE, Job, answer, commit_batch, lost_a_race, run_batch
from bot.storage.failures import FAILURES, explain, is_locked
from bot.storage.postgres import PostgresEngine, ProcessTurn
from bot.storage.sqlite import SqliteEngine, Visit

log = logging.getLogger(__name__)

A = TypeVar("A")
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
"""Maximum writes in one commit. They share one fsync, and the batch is short enough that later writes do not wait
long."""
PATIENCE = 0.1
"""Seconds after which patient writes run even if members' writes are waiting, so that ticks progress under load."""
CHECKPOINT = 2.0
"""Minimum seconds between two checkpoints of SQLite's log."""
READERS = 4
RUNS = 20
"""Maximum attempts after serialization failures. Transactions that lost run one at a time, so that none of them loses
every attempt."""
PAUSES = (0.05, 0.3, 1.0)
"""Backoff in seconds while the server is unreachable: about as long as a restart takes; members should not wait
longer."""

STOPPING = "the bot is stopping, and its database is closed"


class DatabaseUnusable(Unusable):
    """The database cannot be opened or written. The text names the setting and the remedy."""


class DatabaseFailed(Exception):
    """The database failed, and the member may try again. The text is for the log."""


class NotRecorded(DatabaseFailed):
    """The write was rejected or failed. Nothing was saved."""


class DatabaseAway(DatabaseFailed):
    """The database could not be read, and there was nothing to save."""


class FateUnknown(DatabaseFailed):
    """The server became unreachable during a commit, so the write may or may not have been saved."""


@dataclass
class Database:
    """The database: each read takes a snapshot; writes queue up and share a commit (group commit). A write that fails
    undoes only itself, and `write` returns only once the commit is on disk.

    Write each piece of work as if nothing else ran at the same time. On SQLite nothing does; on PostgreSQL, where other
    processes write too, a transaction that conflicts with another is rolled back and retried.
    """

    url: str
    shards: Shards = EVERYTHING
    """The servers whose due work this process does; ticks pass it to their queries (`storage.sql.own`)."""
    shared: bool = field(init=False)
    """Whether other processes may use the same database."""
    trouble: str | None = field(init=False, default=None)
    """Why nothing is being recorded, with the remedy; None while writes succeed."""
    _log_holds_erased: bool = field(init=False, default=True)
    """Whether SQLite's log may still hold erased data. True at startup, because the last run may have crashed before
    emptying it."""
    _readers: PostgresEngine | SqliteEngine = field(init=False)
    _writer: PostgresEngine | SqliteEngine = field(init=False)
    _queue: deque[Job] = field(init=False, default_factory=deque)
    _patient: deque[Job] = field(init=False, default_factory=deque)
    _patient_at: float = field(init=False, default=0.0)
    """When patient writes last ran."""
    _committer: asyncio.Task[None] | None = field(init=False, default=None)
    _lock: sqlite3.Connection | None = field(init=False, default=None)
    """The connection that holds a SQLite file for this bot."""
    _checkpointer: asyncio.Task[None] | None = field(init=False, default=None)
    _checkpoint_at: float = field(init=False, default=0.0)
    """When the last checkpoint was begun."""
    _closing: bool = field(init=False, default=False)
    _waited: int = field(init=False, default=0)
    """How many of the PAUSES have been used up since the database server became unreachable."""

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
        """Run `work` on a read-only snapshot of the database. Raises DatabaseAway."""
        if self._closing:
            raise DatabaseAway(STOPPING)
        for pause in (*PAUSES, None):
            try:
                async with self._readers.connect() as connection:
                    return await connection.run_sync(work)
            except FAILURES as error:
                if pause is None or not self._is_away(error):
                    if (trouble := self._explain(error)) is not None:
                        raise DatabaseAway(trouble) from error
                    raise
            await asyncio.sleep(pause)
        raise AssertionError("the last round returns or raises")

    async def write(self, work: Callable[[Connection], T], *, patient: bool = False) -> T:
        """Run `work` in a transaction and return its result once it is on disk. `patient`: it is one of many writes of
        a tick, and yields to members' writes.

        Raises what `work` raises; NotRecorded if the database failed and nothing was saved; FateUnknown if it is not
        known whether it was saved. `work` may run more than once: after losing a race for a unique key or a row, it
        runs again and sees what the winner wrote.
        """
        result: T = await self._queue_up(Job(work, ALONE, asyncio.get_running_loop().create_future(), patient))
        return result

    async def erase(self, work: Callable[[Connection], T]) -> T:
        """Run `work` as `write` does, and make the next `empty_log` overwrite what it deleted."""
        result = await self.write(work)
        self.note_erased()
        return result

    def note_erased(self) -> None:
        """Make the next `empty_log` overwrite what has been deleted."""
        self._log_holds_erased = True

    async def empty_log(self) -> None:
        """Overwrite erased data in the files of a SQLite database. If a reader is active, this is left to the next
        call."""
        if not isinstance(self._writer, SqliteEngine) or not self._log_holds_erased or self._closing:
            return
        try:
            async with self._writer.connect() as connection:
                self._log_holds_erased = False
                self._log_holds_erased = not await connection.empty_log()
        except FAILURES as error:
            self._log_holds_erased = True
            log.warning("the database's log could not be emptied; this will be retried: %s", error)

    async def write_together(self, work: Callable[[Connection, Sequence[A]], Sequence[T | Exception]], item: A) -> T:
        """Run work that handles many items at once: items queued under the same `work` are passed to it as one list, in
        order.

        `work` returns a result or an error for each item, and must not have written anything for an item with an error.
        If it raises, each item is retried separately.
        """
        result: T = await self._queue_up(Job(work, item, asyncio.get_running_loop().create_future()))
        return result

    async def _queue_up(self, job: Job) -> Any:
        if self._closing:
            raise NotRecorded(STOPPING)
        (self._patient if job.patient else self._queue).append(job)
        if self._committer is None or self._committer.done():
            self._committer = asyncio.create_task(self._commit_queue(), name="database-committer")
        try:
            return await job.done  # a cancelled caller cancels only this, never a commit that others share
        except FAILURES as error:
            if (trouble := self._explain(error)) is None:
                log.exception("a write failed unexpectedly")
            raise NotRecorded(trouble or type(error).__name__) from error

    async def _commit_queue(self) -> None:
        limit = MAX_BATCH
        while queue := self._next_queue():
            batch = [queue.popleft() for _ in range(min(len(queue), limit))]
            again: list[Job] = []
            try:
                left = await self._commit(batch)
            except BaseException as error:
                # The transaction failed: nothing of the batch is on disk, whatever each job returned.
                for job in batch:
                    job.error = job.error or error
                if not isinstance(error, Exception):
                    answer(batch)
                    raise
                again = await self._worth_another_run(batch, error)
                limit = max(1, len(batch) // 2)  # smaller transactions conflict less often
                if not again and (is_locked(error) or self._is_away(error)):
                    # Refuse the jobs queued meanwhile: they have waited too, and each further attempt could take as
                    # long.
                    self._refuse_queue(error)
                    limit = MAX_BATCH
            else:
                # Run them in a new transaction, because the current snapshot does not show what the winner wrote.
                again = [job for job in batch if lost_a_race(job)]
                limit, self._waited = min(MAX_BATCH, limit * 2), 0
                self._checkpoint_if_due()
                self._patient.extendleft(reversed(left))
                batch = [job for job in batch if job not in left]
            done = [job for job in batch if job not in again]
            self._note_health(done)
            answer(done)
            queue.extendleft(reversed(again))

    def _checkpoint_if_due(self) -> None:
        if self.shared or self._closing or perf_counter() - self._checkpoint_at < CHECKPOINT:
            return
        if self._checkpointer is None or self._checkpointer.done():
            self._checkpoint_at = perf_counter()
            self._checkpointer = asyncio.create_task(self._checkpoint(), name="database-checkpointer")

    async def _checkpoint(self) -> None:
        """Empty SQLite's log from another connection, where nobody waits for it. Otherwise, once the log has 64 MB, the
        writer would empty it at the end of a commit, and all answers would have to wait."""
        with suppress(*FAILURES):  # whatever fails here fails the next write too, and is reported there
            async with self._readers.connect() as connection:
                if isinstance(connection, Visit):
                    await connection.checkpoint()

    def _next_queue(self) -> deque[Job]:
        """Return the queue to run next: members' writes, unless patient writes have waited long enough."""
        if self._patient and (not self._queue or perf_counter() - self._patient_at > PATIENCE):
            self._patient_at = perf_counter()
            return self._patient
        return self._queue

    async def _commit(self, batch: list[Job]) -> list[Job]:
        """Write a batch; return the jobs for which there was no time."""
        began, committing = perf_counter(), False
        try:
            async with self._writer.connect() as connection:
                if not self.shared:
                    return await connection.run_sync(commit_batch, batch)
                left = await connection.run_sync(run_batch, batch)
                committing = True
                await connection.commit()
                committing = False
                return left
        except FAILURES as error:
            if committing and self._is_away(error):
                raise FateUnknown(postgres.explain(error)) from error
            raise
        finally:
            metrics.BATCHES.observe(len(batch))
            metrics.COMMITS.observe(perf_counter() - began)

    async def _worth_another_run(self, batch: list[Job], error: Exception) -> list[Job]:
        """Return the jobs of a failed transaction that may succeed in another one."""
        if postgres.is_conflict(error):
            return [job for job in batch if job.runs < RUNS]
        if not self._is_away(error):
            return []
        if self._waited < len(PAUSES):
            await asyncio.sleep(PAUSES[self._waited])
            self._waited += 1
            return batch
        return []  # the backoff is used up; until the server is back, each batch gets one attempt

    def _refuse_queue(self, error: Exception) -> None:
        refused = [*self._queue, *self._patient]
        self._queue.clear()
        self._patient.clear()
        for job in refused:
            job.error = error
        answer(refused)

    def _note_health(self, batch: Sequence[Job]) -> None:
        failures = (job.error for job in batch if isinstance(job.error, FAILURES))
        trouble = next(filter(None, map(self._explain, failures)), None)
        if trouble is not None and trouble != self.trouble:
            log.error("nothing is being recorded: %s", trouble)
        elif trouble is None and self.trouble is not None:
            log.warning("the database accepts writes again")
        self.trouble = trouble

    def _explain(self, error: BaseException) -> str | None:
        path = sqlite_path(self.url)
        return explain(path, error) if path is not None else postgres.explain(error)

    def _is_away(self, error: BaseException) -> bool:
        return self.shared and postgres.is_away(error)

    async def close(self) -> None:
        """Finish all queued writes, then close every connection. Later calls are refused: they would open a connection
        that nobody closes."""
        self._closing = True
        while self._committer is not None and not self._committer.done():
            await asyncio.wait([self._committer])
        if self._checkpointer is not None:
            await asyncio.wait([self._checkpointer])
        await self._readers.dispose()
        await self._writer.dispose()
        if self._lock is not None:
            self._lock.close()

    async def hold(self) -> bool:
        """Hold a SQLite file for this bot until `close`; return False if another bot has it. A PostgreSQL database can
        be shared.

        Raises what `look` does. A file that cannot be locked is left to `migrate`, which says what is wrong with it.
        """
        path = sqlite_path(self.url)
        if path is None:
            return True
        self.make_folder()
        await self.look()
        with suppress(sqlite3.Error):
            self._lock = await asyncio.to_thread(ownership.hold, path)
            return self._lock is not None
        return True

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
                    # Loading Alembic is slow, and most starts do not need it.
                    from bot.storage.migrate import upgrade

                    # Begin a new snapshot: another process may have migrated while we waited.
                    await connection.rollback()
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
        """Check a file before it is opened, because opening a file changes it. Raises NotOurs, NewerDatabase,
        WrongSchema."""
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


def sqlite_path(url: str) -> Path | None:
    """Return the file of a SQLite address; None for other databases."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def _remedy(url: str, error: BaseException) -> str:
    path = sqlite_path(url)
    if path is None:
        return postgres.remedy(error)
    cause = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
    return explain(path, error) or (
        f"DATABASE_URL: the database {path} cannot be opened or written ({cause}). "
        "Check that its folder exists and that this user may write to it, or name another file."
    )
