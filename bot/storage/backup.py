"""Copies of a SQLite database: made while the bot runs, checked before they are restored."""

from __future__ import annotations

import contextlib
import glob
import re
import sqlite3
from collections.abc import Callable
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from bot.config import Unusable
from bot.storage import ownership, versions
from bot.storage.failures import explain
from bot.storage.tables import metadata

_HEADER = b"SQLite format 3\0"
STAMP = "%Y%m%dT%H%M%SZ"
PAGES_AT_ONCE = 256
"""Pages copied between two reports of progress: one megabyte."""

FIRST_TABLES = {"guilds", "schedules", "dailies", "members", "attempts", "standings"}
"""Tables that every version of this bot's database has had."""

Progress = Callable[[int, int], None]
"""Progress callback: pages left, pages in total."""


def copy(database: Path, target: Path, progress: Progress | None = None) -> None:
    """Copy a database to a new file, consistent even while the bot writes. Raises Unusable."""
    if not database.exists():
        raise Unusable(f"DATABASE_URL: there is no database at {database} to back up.")
    if any(_is_part(target, _part(database, part)) for part in _PARTS):
        raise Unusable(f"{target} is the database itself. Name another file for the backup.")
    if target.exists() and not _is_ours(target):
        raise Unusable(f"{target} already exists and is not a backup of this bot. Name another file for the backup.")
    ownership.look(database)
    draft = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _discard(draft)
        with (
            contextlib.closing(_snapshot(database)) as source,
            contextlib.closing(sqlite3.connect(draft.absolute())) as copied,
        ):
            source.backup(
                copied,
                pages=PAGES_AT_ONCE,
                progress=(lambda _status, left, total: progress(left, total)) if progress else None,
            )
            copied.execute("PRAGMA journal_mode = DELETE")
        _check(draft, f"DATABASE_URL: {database}", "database", "Restore a backup.")
        draft.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise Unusable(
            f"The backup {target} could not be written ({error}). Check the folder and its free space."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            _discard(draft)


def _discard(draft: Path) -> None:
    """Delete an unfinished copy and its journal, which SQLite would apply to the next copy of that name."""
    for part in _DRAFT_PARTS:
        _part(draft, part).unlink(missing_ok=True)


def _snapshot(database: Path) -> sqlite3.Connection:
    """Open a read-only snapshot of a database. Without a snapshot, SQLite begins the copy again whenever the bot has
    written something. Raises Unusable."""
    source = _reading(database)
    try:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        source.close()
        raise Unusable(explain(database, error) or f"DATABASE_URL: {database} cannot be read ({error}).") from error
    return source


def _is_ours(file: Path) -> bool:
    try:
        with contextlib.closing(_reading(file)) as database:
            return database.execute("SELECT count(*) FROM alembic_version").fetchone() is not None
    except sqlite3.Error:
        return False


def _is_part(file: Path, part: Path) -> bool:
    """Return whether a path is one of the database's files, even one that does not exist now: SQLite creates and
    removes the log as needed."""
    return file.resolve() == part.resolve() or (file.exists() and part.exists() and file.samefile(part))


def _reading(file: Path) -> sqlite3.Connection:
    """Open a database read-only, whatever characters its name contains."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def check(file: Path) -> str:
    """Return the schema version of a backup. Raises Unusable if it is damaged, not ours, or newer than this bot."""
    return _check(file, str(file), "backup", "Use an older backup.")


def _check(file: Path, called: str, kind: str, remedy: str) -> str:
    try:
        with contextlib.closing(_reading(file)) as database:
            faults = [row[0] for row in database.execute("PRAGMA integrity_check(1)")]
            if faults != ["ok"]:
                raise Unusable(f"{called} is damaged ({faults[0]}). {remedy}")
            if database.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise Unusable(f"{called} is damaged (rows refer to others that do not exist). {remedy}")
            [version] = database.execute("SELECT version_num FROM alembic_version").fetchone()
            there = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except (sqlite3.Error, TypeError) as error:
        raise Unusable(f"{called} is not a {kind} of this bot ({error}).") from error
    if version not in versions.known():
        raise Unusable(
            f"{called} is at version {version}, which this bot does not know. Start a newer version of the bot."
        )
    expected = set(metadata.tables) if version == versions.newest() else FIRST_TABLES
    if missing := sorted(expected - there):
        raise Unusable(f"{called} is not a complete database of this bot (the table {missing[0]} is missing). {remedy}")
    return str(version)


def restore(backup: Path, database: Path) -> Path | None:
    """Put a checked backup in place of the database; return where the old one was moved. Stop the bot first.

    Raises Unusable, and then nothing was changed.
    """
    check(backup)
    if database.exists():
        if backup.samefile(database):
            raise Unusable(f"{backup} is the database itself. Name a backup of it.")
        refuse_if_in_use(database, "restore")
    draft = database.with_name(f"{database.name}.part")
    try:
        _discard(draft)
        copy(backup, draft)  # this includes what is only in the backup's write-ahead log
        moved = _set_aside(database)
        try:
            draft.replace(database)
        except OSError:
            if moved is not None:
                _put_back(moved, database)
            raise
    except OSError as error:
        raise Unusable(f"DATABASE_URL: {database} could not be replaced ({error}).") from error
    finally:
        with contextlib.suppress(OSError):
            _discard(draft)
    return moved


_LOGS = ("-wal", "-shm")
_PARTS = ("", *_LOGS)
"""The suffixes of a database's files. Without its write-ahead log, a database that is damaged or was not closed is
incomplete."""
_DRAFT_PARTS = ("", "-journal")


def _set_aside(database: Path) -> Path | None:
    """Give a database and its log an unused name; return None if there is no database. The file keeps its old name, too,
    until the new database replaces it, because a bot that finds none after a crash would begin with an empty one."""
    if not _there(database):
        return None
    first = database.with_name(f"{database.name}.before-restore")
    others = (first.with_name(f"{first.name}-{number}") for number in count(2))
    aside = next(path for path in chain([first], others) if not _there(path))
    for part in _LOGS:
        if _part(database, part).exists():
            _part(database, part).rename(_part(aside, part))
    if database.exists():
        try:
            aside.hardlink_to(database)
        except OSError:  # some file systems have no hard links
            database.rename(aside)
    return aside


def _there(database: Path) -> bool:
    return any(_part(database, part).exists() for part in _PARTS)


def _put_back(aside: Path, database: Path) -> None:
    for part in _PARTS:
        if _part(aside, part).exists():
            _part(aside, part).rename(_part(database, part))
            _part(aside, part).unlink(missing_ok=True)  # renaming a file to its other name does nothing


def _part(database: Path, part: str) -> Path:
    return database.with_name(database.name + part)


def refuse_if_in_use(database: Path, then: str) -> None:
    """Raise Unusable if the database is open elsewhere.

    Exclusive locking claims the shared memory of the write-ahead log, which fails while another process has the
    database open. It also checkpoints the log, so that the file then contains the whole database.
    """
    with database.open("rb") as opened:
        if opened.read(len(_HEADER)) not in (_HEADER, b""):
            return  # damaged: opening it would make SQLite discard the log, which may be worth more than the file
    try:
        with contextlib.closing(sqlite3.connect(database.absolute(), timeout=0, isolation_level=None)) as probe:
            probe.execute("PRAGMA locking_mode = EXCLUSIVE")
            probe.execute("BEGIN EXCLUSIVE")
            probe.execute("COMMIT")
            probe.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        raise Unusable(f"The bot is running on this database. Stop it, then {then}.") from error
    except sqlite3.DatabaseError:
        return  # damaged, which is why it is being restored


def rotate(database: Path, folder: Path, keep: int, at: datetime) -> Path:
    """Make a backup named after the database and its UTC time, and delete the oldest beyond `keep`. Raises Unusable.

    A process that was killed during its backup leaves an unfinished copy, which is deleted, too."""
    for draft in _named_by_rotate(database, folder, f"{database.suffix}.part"):
        _discard(draft)
    made = folder / f"{database.stem}-{at:{STAMP}}{database.suffix}"
    copy(database, made)
    for old in rotated(database, folder, until=at)[:-keep]:
        old.unlink(missing_ok=True)
    return made


def rotated(database: Path, folder: Path, *, until: datetime, since: datetime | None = None) -> list[Path]:
    """Return the backups that `rotate` made of this database, oldest first. A backup dated in the future was made with
    a wrong clock, and is left out."""
    first, last = f"{since:{STAMP}}" if since else "", f"{until:{STAMP}}"
    found = _named_by_rotate(database, folder, database.suffix)
    return [path for path, stamp in sorted(found.items()) if first <= stamp <= last]


def _named_by_rotate(database: Path, folder: Path, suffix: str) -> dict[Path, str]:
    """Return the files in a folder that `rotate` named, with the UTC time in each name."""
    own = re.compile(rf"{re.escape(database.stem)}-(\d{{8}}T\d{{6}}Z){re.escape(suffix)}")
    files = folder.glob(f"*{glob.escape(suffix)}")
    return {path: match[1] for path in files if (match := own.fullmatch(path.name))}
