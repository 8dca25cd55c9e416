"""Writes that share a transaction: each has its own outcome, whatever happens to the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, NestedTransaction
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.storage import postgres
from bot.storage.sqlite import contained

ALONE = object()
RACES = 3
"""Maximum attempts after losing a race for a unique key; a retry sees the winner's row."""


@dataclass(slots=True, eq=False)
class Job:
    """A queued write. `item` is its part of a batched `work`; ALONE if the work serves one caller."""

    work: Callable[..., Any]
    item: Any
    done: asyncio.Future[Any]
    patient: bool = False
    """Whether it yields to the writes of members."""
    runs: int = 0
    races: int = 0
    """Races lost for a unique key. Counted separately, because a job that hit serialization failures may still lose a
    race."""
    result: Any = None
    error: BaseException | None = None


def lost_a_race(job: Job) -> bool:
    """Return whether a job lost a race and is worth another attempt."""
    if not isinstance(job.error, IntegrityError):
        return False
    job.races += 1
    return job.races < RACES


PORTION_TAKES = 0.01
"""Maximum seconds of patient work in one transaction, and so the longest that a member's write waits for it."""


def run_batch(connection: Connection, batch: list[Job]) -> list[Job]:
    """Run the jobs of a transaction. Return the patient jobs for which there was no time."""
    began = perf_counter()
    connection.begin()  # a failure here, such as a lock that is never released, fails the whole batch
    if connection.dialect.name == "postgresql" and any(job.runs for job in batch):
        postgres.take_losers_turn(connection)
    groups = list(_together(batch))
    # On a database server, use a savepoint anyway: releasing it detects a lost connection before the commit, so the
    # outcome is never in doubt.
    alone = len(groups) == 1 and connection.dialect.name == "sqlite"
    for place, jobs in enumerate(groups):
        if place and jobs[0].patient and perf_counter() - began > PORTION_TAKES:
            return [job for left in groups[place:] for job in left]
        for job in jobs:
            job.runs += 1
        if not _run(connection, jobs, alone=alone) and len(jobs) > 1:
            for job in jobs:
                _run(connection, [job], alone=False)
    return []


def commit_batch(connection: Connection, batch: list[Job]) -> list[Job]:
    """Run a batch and commit it, in one trip to the connection's thread."""
    left = run_batch(connection, batch)
    connection.commit()
    return left


def _together(batch: Iterable[Job]) -> Iterable[list[Job]]:
    """Group jobs that share a batched `work` under the first of them; give each of the remaining jobs a group of its own."""
    groups: dict[object, list[Job]] = {}
    for job in batch:
        groups.setdefault(job if job.item is ALONE else job.work, []).append(job)
    return groups.values()


def _run(connection: Connection, jobs: list[Job], *, alone: bool) -> bool:
    """Run jobs that share a `work`; return False if they failed and were undone. Unless they have the transaction to
    themselves (`alone`), they run in a savepoint, which costs a copy of every page that they change."""
    savepoint = None if alone else connection.begin_nested()
    work = jobs[0].work
    try:
        if jobs[0].item is ALONE:
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
            job.error = error  # the caller's own error, returned only to that caller
        return False
    for job, result in zip(jobs, results, strict=True):
        job.result, job.error = (None, result) if isinstance(result, Exception) else (result, None)
    return True


def _undo(savepoint: NestedTransaction, error: Exception) -> None:
    """Undo one job. If the database has already rolled everything back, as SQLite may on a full disk, there is no
    savepoint left, and the whole batch fails with the first cause."""
    try:
        savepoint.rollback()
    except SQLAlchemyError:
        raise error from None


def answer(batch: Iterable[Job]) -> None:
    for job in batch:
        if job.done.done():
            continue
        if job.error is not None:
            job.done.set_exception(job.error)
        else:
            job.done.set_result(job.result)
