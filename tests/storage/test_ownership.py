"""Files of other programs are refused in one sentence, and stay unchanged to the last byte."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot.cli.doctor import _database
from bot.config import Unusable
from bot.storage import copying, migrate, versions
from bot.storage.engine import Database

pytestmark = pytest.mark.sqlite


def someones(path, *, journal="DELETE", alembic=False):
    """Create a database in which another program keeps notes."""
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"PRAGMA journal_mode = {journal}")
        file.execute("CREATE TABLE notes (text)")
        file.execute("INSERT INTO notes VALUES ('milk')")
        if alembic:
            file.execute("CREATE TABLE alembic_version (version_num)")
            file.execute("INSERT INTO alembic_version VALUES ('1975ea83b712')")
        file.commit()


def everything_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def theirs(tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir()
    return folder / "notes.db"


def database(path):
    return Database(f"sqlite+aiosqlite:///{path}")


async def refusal(path):
    db = database(path)
    try:
        with pytest.raises(Unusable) as refused:
            await db.migrate()
    finally:
        await db.close()
    return str(refused.value)


@pytest.mark.parametrize("options", [{}, {"journal": "WAL"}, {"alembic": True}], ids=str)
async def test_the_database_of_another_program_is_refused_and_unchanged(theirs, options):
    someones(theirs, **options)
    before = everything_in(theirs.parent)

    said = await refusal(theirs)

    assert said == (
        f"DATABASE_URL: {theirs} is the database of another program: it has a table notes and none of the bot's. "
        "Name another file; the bot will create it."
    )
    assert everything_in(theirs.parent) == before


async def test_another_programs_database_is_refused_while_that_program_has_it_open(theirs):
    someones(theirs, journal="WAL")
    with closing(sqlite3.connect(theirs)) as other:
        other.execute("CREATE TABLE more (text)")
        other.commit()

        said = await refusal(theirs)

        assert "another program" in said
        assert other.execute("SELECT count(*) FROM sqlite_master").fetchone() == (2,)


async def test_doctor_and_copy_do_not_change_the_database_of_another_program(theirs):
    someones(theirs)
    before = everything_in(theirs.parent)
    db = database(theirs)

    finding = await _database(db)
    await db.close()
    with pytest.raises(Unusable, match=f"--from: {theirs} is not a database of this bot"):
        await copying.copy(db.url, "postgresql+asyncpg://nobody@127.0.0.1:1/none", lambda *_: None)

    assert not finding.well
    assert "another program" in finding.detail
    assert everything_in(theirs.parent) == before


async def test_an_empty_file_whose_name_is_not_that_of_a_database_is_refused_and_unchanged(theirs):
    notes = theirs.with_name("notes.txt")
    notes.touch()

    said = await refusal(notes)

    assert said.startswith(f"DATABASE_URL: {notes} is an empty file")
    assert everything_in(theirs.parent) == {"notes.txt": b""}


async def test_an_empty_file_that_was_made_for_the_bot_is_filled(theirs):
    theirs.touch()
    db = database(theirs)

    await db.migrate()

    assert await db.read(versions.current) == versions.newest()
    await db.close()


BEFORE_ROWS_ALONE = {"0017"}
"""Versions with the same tables as the next version, whose migration changes only rows, which the check cannot
notice."""


async def test_tables_newer_than_their_version_are_refused_before_anything_is_done_twice(database_url):
    path = database_url.removeprefix("sqlite+aiosqlite:///")
    for old in sorted(versions.known() - {versions.newest(), *BEFORE_ROWS_ALONE}):
        with closing(sqlite3.connect(path)) as file:
            file.execute("UPDATE alembic_version SET version_num = ?", (old,))
            file.commit()
            before = list(file.iterdump())

        said = await refusal(path)

        assert said.startswith(
            f"DATABASE_URL: the database says that it is at version {old}, but its tables differ: "
        ), old
        assert "already" in said or "has no column" in said, old
        assert "restore a backup" in said
        with closing(sqlite3.connect(path)) as file:
            assert list(file.iterdump()) == before, old


async def test_an_unknown_version_is_not_reported_as_newer(database_url):
    path = database_url.removeprefix("sqlite+aiosqlite:///")
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE alembic_version SET version_num = '1975ea83b712'")
        file.commit()

    said = await refusal(path)

    assert "at version 1975ea83b712, which is not a version of this bot. Restore a backup" in said


async def test_a_table_that_an_older_version_lacked_is_not_a_difference(tmp_path):
    for old in sorted(versions.known()):
        db = database(tmp_path / f"{old}.db")
        async with db._writer.connect() as connection:
            await connection.run_sync(migrate.upgrade, old)

        await db.migrate()

        assert await db.read(versions.current) == versions.newest()
        await db.close()
