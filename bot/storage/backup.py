"""Copies of an SQLite database: made while the bot runs, checked before they are put back."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.config import Unusable
from bot.storage import versions

PAGES_AT_ONCE = 256
"""How much is copied before writers get their turn: a megabyte."""

Progress = Callable[[int, int], None]
"""Told how many pages are left, and of how many."""


def copy(database: Path, target: Path, progress: Progress | None = None) -> None:
    """Copy a database to a new file, consistent although the bot writes meanwhile. Raises Unusable."""
    if not database.exists():
        raise Unusable(f"DATABASE_URL: there is no database at {database} to back up.")
    draft = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        with (
            contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source,
            contextlib.closing(sqlite3.connect(draft)) as copied,
        ):
            source.backup(
                copied,
                pages=PAGES_AT_ONCE,
                progress=(lambda _status, left, total: progress(left, total)) if progress else None,
            )
            copied.execute("PRAGMA journal_mode = DELETE")
        check(draft)
        draft.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise Unusable(
            f"The backup {target} could not be written ({error}). Check the folder and the space left."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def check(file: Path) -> str:
    """The version of the schema in a database file. Raises Unusable if it is damaged, none of ours, or newer than this bot."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            faults = [row[0] for row in database.execute("PRAGMA integrity_check(1)")]
            if faults != ["ok"]:
                raise Unusable(f"{file} is damaged ({faults[0]}). Use an older backup.")
            if database.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise Unusable(f"{file} is damaged (rows that belong to nothing). Use an older backup.")
            [version] = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise Unusable(f"{file} is not a backup of this bot ({error}).") from error
    if version not in versions.known():
        raise Unusable(
            f"{file} is at version {version}, which this bot does not know. Start a newer version of the bot."
        )
    return str(version)


def restore(backup: Path, database: Path) -> Path | None:
    """Put a checked backup in the place of the database; where the old one was moved. The bot must not be running.

    Raises Unusable, and then nothing was changed.
    """
    check(backup)
    moved: Path | None = None
    if database.exists():
        refuse_if_in_use(database, "restore")
        moved = database.with_name(f"{database.name}.before-restore")
    draft = database.with_name(f"{database.name}.part")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(backup.read_bytes())
        check(draft)
        if moved is not None:
            database.replace(moved)
        for leftover in ("-wal", "-shm"):
            database.with_name(database.name + leftover).unlink(missing_ok=True)
        draft.replace(database)
    except OSError as error:
        raise Unusable(f"DATABASE_URL: {database} could not be replaced ({error}).") from error
    return moved


def refuse_if_in_use(database: Path, then: str) -> None:
    """Raises Unusable. Exclusive locking takes the shared memory of the write-ahead log for itself, which fails while another has it open. It
    also brings the log into the file, so that the file alone is the database."""
    try:
        with contextlib.closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as probe:
            probe.execute("PRAGMA locking_mode = EXCLUSIVE")
            probe.execute("BEGIN EXCLUSIVE")
            probe.execute("COMMIT")
            probe.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        raise Unusable(f"The bot is running on this database. Stop it, then {then}.") from error
    except sqlite3.DatabaseError:
        return  # damaged: which is why somebody restores


def rotate(database: Path, folder: Path, keep: int, at: datetime) -> Path:
    """One more backup in a folder, named by its time in UTC; the oldest beyond `keep` go. Raises Unusable."""
    made = folder / f"{database.stem}-{at:%Y%m%dT%H%M%SZ}.db"
    copy(database, made)
    for old in sorted(folder.glob(f"{database.stem}-*Z.db"))[:-keep]:
        old.unlink(missing_ok=True)
    return made
