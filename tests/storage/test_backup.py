"""Backups: made while the bot writes, and checked before they are restored."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.config import Unusable
from bot.services.upkeep import Upkeep
from bot.storage import backup, guilds, members
from bot.storage.engine import sqlite_path
from tests.conftest import ROOT

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


pytestmark = pytest.mark.sqlite


@pytest.fixture
def file(db) -> Path:
    path = sqlite_path(db.url)
    assert path is not None
    return path


async def add_guilds(db, ids):
    for guild_id in ids:
        await db.write(lambda tx, guild_id=guild_id: guilds.ensure(tx, guild_id, AT))


def guild_ids(path: Path) -> set[int]:
    connection = sqlite3.connect(path)
    try:
        return {row[0] for row in connection.execute("SELECT guild_id FROM guilds")}
    finally:
        connection.close()


async def test_a_backup_made_while_the_bot_writes_has_everything_committed_before(db, file, tmp_path):
    await add_guilds(db, range(1, 6))
    writing = asyncio.create_task(add_guilds(db, range(6, 60)))

    await asyncio.to_thread(backup.copy, file, tmp_path / "copy.db")
    await writing

    assert {1, 2, 3, 4, 5} <= guild_ids(tmp_path / "copy.db")
    assert backup.check(tmp_path / "copy.db")


async def test_a_backup_never_starts_again_because_something_was_written(db, file, tmp_path):
    await add_guilds(db, [1])
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE padding AS SELECT zeroblob(4 * 1024 * 1024)")
        other.commit()
        seen = []

        def write(left: int, total: int) -> None:
            seen.append((left, total))
            assert len(seen) < 50, seen
            other.execute("INSERT INTO padding SELECT zeroblob(100)")
            other.commit()

        backup.copy(file, tmp_path / "copy.db", progress=write)

    assert [left for left, _ in seen] == sorted((left for left, _ in seen), reverse=True)
    assert seen[-1][0] == 0
    assert len(seen) > 2
    assert guild_ids(tmp_path / "copy.db") == {1}


async def test_a_restore_puts_the_backup_in_place_and_keeps_the_old_database(db, file, tmp_path):
    await add_guilds(db, [1])
    backup.copy(file, tmp_path / "copy.db")
    await add_guilds(db, [2])
    await db.close()

    moved = backup.restore(tmp_path / "copy.db", file)

    assert guild_ids(file) == {1}
    assert moved is not None
    assert guild_ids(moved) == {1, 2}


async def test_a_restore_is_refused_while_the_bot_is_running(db, file, tmp_path):
    await add_guilds(db, [1])
    backup.copy(file, tmp_path / "copy.db")

    with pytest.raises(Unusable, match="The bot is running"):
        backup.restore(tmp_path / "copy.db", file)

    assert guild_ids(file) == {1}


async def test_a_damaged_backup_is_refused_and_nothing_is_changed(db, file, tmp_path):
    await add_guilds(db, range(1, 400))
    backup.copy(file, tmp_path / "copy.db")
    await db.close()
    data = bytearray((tmp_path / "copy.db").read_bytes())
    data[4096:9000] = bytes(len(data[4096:9000]))
    (tmp_path / "copy.db").write_bytes(data)

    with pytest.raises(Unusable):
        backup.restore(tmp_path / "copy.db", file)

    assert len(guild_ids(file)) == 399


def test_a_file_that_is_not_a_backup_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("not a database at all", encoding="utf-8")

    with pytest.raises(Unusable, match="not a backup of this bot"):
        backup.check(tmp_path / "notes.txt")


@pytest.mark.parametrize("held", ["DISCORD_TOKEN=abc\n", ""])
async def test_a_file_that_is_not_a_backup_is_never_replaced_by_one(db, file, tmp_path, held):
    (tmp_path / ".env").write_text(held, encoding="utf-8")

    with pytest.raises(Unusable, match="already exists and is not a backup of this bot"):
        backup.copy(file, tmp_path / ".env")

    assert (tmp_path / ".env").read_text(encoding="utf-8") == held


async def test_a_backup_can_replace_an_older_one(db, file, tmp_path):
    backup.copy(file, tmp_path / "copy.db")
    await add_guilds(db, [1])

    backup.copy(file, tmp_path / "copy.db")

    assert guild_ids(tmp_path / "copy.db") == {1}


async def test_a_backup_of_a_newer_bot_is_refused(db, file, tmp_path):
    backup.copy(file, tmp_path / "copy.db")
    connection = sqlite3.connect(tmp_path / "copy.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()

    with pytest.raises(Unusable, match="newer version of the bot"):
        backup.check(tmp_path / "copy.db")


async def test_one_backup_is_made_each_night_and_the_oldest_are_deleted(db, file):
    upkeep = Upkeep(db, backups_kept=3)

    for night in range(5):
        for minute in range(3):
            await upkeep.back_up_nightly(AT + timedelta(days=night, minutes=minute))

    kept = sorted(path.name for path in (file.parent / "backups").iterdir())
    assert kept == [f"cohort-202611{day}T040000Z.db" for day in (25, 26, 27)]


async def test_no_backup_is_made_before_its_hour_or_if_none_are_kept(db, file):
    await Upkeep(db, backups_kept=3).back_up_nightly(AT.replace(hour=1))
    await Upkeep(db, backups_kept=0).back_up_nightly(AT)

    assert not (file.parent / "backups").exists()


async def test_a_restart_makes_no_second_backup_the_same_night(db, file):
    await Upkeep(db, backups_kept=3).back_up_nightly(AT)
    await Upkeep(db, backups_kept=3).back_up_nightly(AT + timedelta(hours=2))

    assert len(list((file.parent / "backups").iterdir())) == 1


@pytest.mark.parametrize("name", ["back?up#1 %41.db", "file:x.db", "file:x.db?mode=memory"])
async def test_a_backup_with_any_name_is_made_and_restored(db, file, tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    await add_guilds(db, [1])
    odd = Path(name)
    backup.copy(file.absolute(), odd)
    await db.close()

    backup.restore(odd, file)

    assert guild_ids(file) == {1}
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name] == []


async def test_the_next_nightly_backup_deletes_what_a_killed_one_has_left(db, file):
    folder = file.parent / "backups"
    folder.mkdir()
    left = folder / f"{file.stem}-20261101T030000Z{file.suffix}.part"
    for path in (left, left.with_name(f"{left.name}-journal")):
        path.write_bytes(b"everybody's data")
    other = folder / "notes.db.part"
    other.write_text("somebody's own")

    await Upkeep(db, backups_kept=3).back_up_nightly(AT)

    assert sorted(path.name for path in folder.iterdir()) == [
        f"{file.stem}-20261123T040000Z{file.suffix}",
        "notes.db.part",
    ]


def test_a_file_that_is_not_a_database_is_reported_when_it_cannot_be_backed_up(tmp_path):
    file = tmp_path / "cohort.db"
    file.write_text("not a database at all" * 99, encoding="utf-8")

    with pytest.raises(Unusable, match=r"^DATABASE_URL: .*cohort\.db is not a SQLite database\. Name another file"):
        backup.copy(file, tmp_path / "copy.db")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["cohort.db"]


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "the database is at version 9999"),
        ("DROP TABLE attempts", "the table attempts is missing"),
    ],
)
async def test_a_problem_of_a_database_is_reported_for_it_and_not_for_its_copy(db, file, tmp_path, break_it, told):
    await db.close()
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as opened:
        opened.execute("PRAGMA foreign_keys = OFF")
        opened.execute(break_it)

    with pytest.raises(Unusable, match=rf"^DATABASE_URL: .*{told}") as refused:
        backup.copy(file, tmp_path / "copy.db")

    assert ".part" not in str(refused.value)


INTERRUPTED = """
import os, sys
from pathlib import Path
from bot.storage import backup
copy, database, event, then = sys.argv[1:]
def watch(seen, args):
    if seen == event and (event == "os.link" or (str(args[0]), str(args[1])) == (f"{database}.part", database)):
        exec(then)
sys.addaudithook(watch)
backup.restore(Path(copy), Path(database))
"""


async def interrupted(db, file, tmp_path, event, then):
    """Restore a backup with server 1 over a database with servers 1 and 2, and do something else at a system call."""
    await add_guilds(db, [1])
    backup.copy(file, tmp_path / "copy.db")
    await add_guilds(db, [2])
    await db.close()
    arguments = [sys.executable, "-c", INTERRUPTED, tmp_path / "copy.db", file, event, then]
    run = partial(subprocess.run, arguments, cwd=ROOT, check=False, stderr=subprocess.DEVNULL)
    return (await asyncio.to_thread(run)).returncode


async def test_a_restore_that_is_killed_before_the_backup_is_in_place_leaves_the_database(db, file, tmp_path):
    assert await interrupted(db, file, tmp_path, "os.rename", "os._exit(9)") == 9

    assert guild_ids(file) == {1, 2}


async def test_a_restore_that_cannot_put_the_backup_in_place_leaves_only_the_database(db, file, tmp_path):
    assert await interrupted(db, file, tmp_path, "os.rename", "raise OSError('busy')") == 1

    assert guild_ids(file) == {1, 2}
    assert not list(file.parent.glob(f"{file.name}.before-restore*"))


async def test_a_restore_needs_no_hard_links(db, file, tmp_path):
    assert await interrupted(db, file, tmp_path, "os.link", "raise OSError('not here')") == 0

    assert guild_ids(file) == {1}
    assert guild_ids(file.with_name(f"{file.name}.before-restore")) == {1, 2}


async def test_two_restores_in_a_row_lose_neither_of_the_old_databases(db, file, tmp_path):
    await add_guilds(db, [1])
    backup.copy(file, tmp_path / "one.db")
    await add_guilds(db, [2])
    await db.close()

    first = backup.restore(tmp_path / "one.db", file)
    second = backup.restore(tmp_path / "one.db", file)

    assert first is not None
    assert second is not None
    assert (guild_ids(first), guild_ids(second)) == ({1, 2}, {1})


async def test_the_log_of_a_damaged_database_is_kept_next_to_it(db, file, tmp_path):
    await add_guilds(db, [1])
    backup.copy(file, tmp_path / "copy.db")
    await db.close()
    file.write_bytes(b"damaged" * 999)
    log = file.with_name(f"{file.name}-wal")
    log.write_bytes(b"what was written last")

    moved = backup.restore(tmp_path / "copy.db", file)

    assert moved is not None
    assert moved.read_bytes().startswith(b"damaged")
    assert moved.with_name(f"{moved.name}-wal").read_bytes() == b"what was written last"
    assert guild_ids(file) == {1}


async def test_changes_in_the_log_next_to_a_backup_are_restored(db, file, tmp_path):
    await add_guilds(db, [1])
    for part in ("", "-wal", "-shm"):
        shutil.copy(f"{file}{part}", tmp_path / f"copied.db{part}")
    await db.close()

    backup.restore(tmp_path / "copied.db", file)

    assert guild_ids(file) == {1}


@pytest.mark.parametrize(
    "break_it", ["DROP TABLE attempts", "DELETE FROM alembic_version", "DROP TABLE alembic_version"]
)
async def test_a_backup_that_is_not_a_complete_database_is_refused_in_a_sentence(db, file, tmp_path, break_it):
    await add_guilds(db, [1])
    backup.copy(file, tmp_path / "copy.db")
    await db.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "copy.db", isolation_level=None)) as copied:
        copied.execute(break_it)

    with pytest.raises(Unusable, match=r"not a backup of this bot|not a complete database"):
        backup.restore(tmp_path / "copy.db", file)

    assert guild_ids(file) == {1}


async def test_the_database_itself_is_not_a_backup_of_it(db, file):
    await add_guilds(db, [1])
    await db.close()

    with pytest.raises(Unusable, match="the database itself"):
        backup.restore(file, file)


@pytest.mark.parametrize("part", ["", "-wal", "-shm"])
async def test_a_backup_onto_the_database_or_its_log_is_refused_while_the_bot_continues_to_write(
    db, file, tmp_path, part
):
    await add_guilds(db, [1])
    there = Path(f"{file}{part}")
    link = tmp_path / "link.db"
    link.symlink_to(there)

    for target in (there, link):
        with pytest.raises(Unusable, match="the database itself"):
            backup.copy(file, target)

    await add_guilds(db, [2])
    await db.close()
    assert guild_ids(file) == {1, 2}


async def test_two_databases_in_one_folder_have_their_own_backups(db, file):
    other, third = file.with_name(f"{file.stem}-test.db"), file.with_suffix(".sqlite")
    backup.copy(file, other)
    backup.copy(file, third)
    folder = file.parent / "backups"
    for night in range(4):
        at = AT + timedelta(days=night)
        backup.rotate(other, folder, 3, at)
        backup.rotate(third, folder, 3, at)
        await Upkeep(db, backups_kept=3).back_up_nightly(at)

    names = [path.name for path in folder.iterdir()]
    assert sorted(names) == sorted(
        f"{path.stem}-202611{day}T040000Z{path.suffix}" for path in (file, other, third) for day in (24, 25, 26)
    )


async def test_a_clock_that_was_ahead_for_a_night_does_not_prevent_later_backups(db, file):
    await Upkeep(db, backups_kept=3).back_up_nightly(AT + timedelta(days=100))
    for night in range(5):
        await Upkeep(db, backups_kept=3).back_up_nightly(AT + timedelta(days=night))

    names = sorted(path.name for path in (file.parent / "backups").iterdir())
    assert names == [*(f"cohort-202611{day}T040000Z.db" for day in (25, 26, 27)), "cohort-20270303T040000Z.db"]


def in_the_files(file, words):
    return [path.name for path in file.parent.glob(f"{file.name}*") if words in path.read_bytes()]


async def test_an_erased_name_is_in_no_byte_of_the_files_a_minute_later(db, file, services):
    await db.write(lambda tx: guilds.ensure(tx, 1, AT))
    people = range(1000, 1400)
    await db.write(lambda tx: members.see_all(tx, [(1, user, f"Petronella{user}") for user in people]))
    before = in_the_files(file, b"Petronella1200")

    await services.privacy.erase(1200, at=AT)
    await Upkeep(db, backups_kept=0).tidy(AT)

    assert before
    assert in_the_files(file, b"Petronella1200") == []
    assert in_the_files(file, b"Petronella1201") == [file.name]


async def test_while_somebody_reads_the_log_is_not_emptied_until_the_next_attempt(db, file, services):
    await db.write(lambda tx: members.see_all(tx, [(1, 7, "Petronella")]))
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM members").fetchall()
        await services.privacy.erase(7, at=AT)
        await db.empty_log()
        meanwhile = in_the_files(file, b"Petronella")
    await db.empty_log()

    assert meanwhile
    assert in_the_files(file, b"Petronella") == []
