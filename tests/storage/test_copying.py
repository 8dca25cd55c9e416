"""A community moves from SQLite to PostgreSQL completely and once, however often the copy is interrupted."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import date, time, timedelta
from itertools import count

import pytest
from click.testing import CliRunner
from sqlalchemy import BigInteger, Boolean, Date, Float, String, Time, delete, insert, select

from bot.__main__ import cli
from bot.config import Unusable
from bot.storage import copying
from bot.storage.engine import Database, DatabaseUnusable
from bot.storage.tables import Instant, cards, flags, metadata, server_questions
from bot.storage.tables.base import EnumText, IndexList, Numbers, WordList
from tests.conftest import MONDAY
from tests.postgres import TEMPLATE

pytestmark = pytest.mark.postgres

ROWS = 7
"""Rows in each table: more than one batch."""
TOTAL = ROWS * len(metadata.tables)
_numbers = count(1)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(copying, "BATCH", 3)


@pytest.fixture(scope="module")
def filled(migrated_file, tmp_path_factory):
    """Create an SQLite database with rows in each table and values in each column."""
    path = tmp_path_factory.mktemp("community") / "cohort.db"
    shutil.copyfile(migrated_file, path)

    async def fill():
        db = Database(f"sqlite+aiosqlite:///{path}")
        rows = {table: [row_of(table, number) for number in range(1, ROWS + 1)] for table in metadata.sorted_tables}
        await db.write(lambda tx: [tx.execute(insert(table), rows[table]) for table in rows] and None)
        await db.close()

    asyncio.run(fill())
    return path


@pytest.fixture
def file(filled, tmp_path):
    return shutil.copyfile(filled, tmp_path / "cohort.db")


@pytest.fixture
def source(file):
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
def target(cluster):
    """Return the address of an empty PostgreSQL database with its tables, as after a start of the bot."""
    name = f"copied_{os.getpid()}_{next(_numbers)}"
    cluster.sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield cluster.url(name)
    cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def untouched(cluster):
    """Return one empty database for all tests in which the copy is refused before it writes."""
    name = f"untouched_{os.getpid()}"
    cluster.sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield cluster.url(name)
    assert cluster.sql("SELECT to_regclass('copy_notes')", name) == ""
    cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")


def row_of(table, number):
    return {column.name: value_of(column, number) for column in table.columns}


def value_of(column, number):
    """Return a value that is hard to copy, if the column's type has such values."""
    if column.nullable and number % 3 == 0:
        return None
    match column.type:
        case EnumText(kind=kind):
            return list(kind)[number % len(kind)]
        case IndexList():
            return (number, 0)
        case Numbers():
            return (0.5, number / 4)
        case WordList():
            return (str(number), "é")
        case Boolean():
            return number % 2 == 0
        case Instant():
            return MONDAY + timedelta(days=number, microseconds=number)
        case Date():
            return date(2028, 2, 28) + timedelta(days=number)
        case Time():
            return time(23, 59, 59, number)
        case Float():
            return number / 3
        case String():
            # The number comes first, so that short keys differ, too.
            return f'{number}: {{"é\\n": ["\\\\"]}}'[: column.type.length]
    if column.name == "guild_id":
        return number << 22
    return number << 40 if isinstance(column.type, BigInteger) and not refers_to_a_row(column) else number


def refers_to_a_row(column):
    return column.foreign_keys or column is column.table.autoincrement_column


async def rows_in(url):
    """Return every row of every table."""
    db = Database(url)
    try:
        return await db.read(
            lambda tx: {
                table.name: sorted(map(repr, tx.execute(select(table)).all())) for table in metadata.sorted_tables
            }
        )
    finally:
        await db.close()


class BrokenOff(Exception):
    pass


def breaks_off(after):
    """Return a progress callback that interrupts the copy after this many calls."""
    steps = count(1)

    def progress(_what, _rows, _total):
        if next(steps) == after:
            raise BrokenOff

    return progress


def in_peace(_what, _rows, _total):
    pass


async def test_every_row_of_every_table_arrives_as_it_was(source, target):
    outcome = await copying.copy(source, target, in_peace)

    assert outcome == copying.CopyOutcome(len(metadata.tables), TOTAL, ())
    assert await rows_in(target) == await rows_in(source)


async def test_the_bot_starts_on_what_was_copied_to_a_database_without_any_tables(source, cluster):
    cluster.sql("CREATE DATABASE bare")
    await copying.copy(source, cluster.url("bare"), in_peace)

    db = Database(cluster.url("bare"))
    await db.migrate()
    await db.close()

    assert await rows_in(cluster.url("bare")) == await rows_in(source)
    cluster.sql("DROP DATABASE bare WITH (FORCE)")


@pytest.mark.parametrize("after", [4, 50, 2 * len(metadata.tables) + 90], ids=lambda after: f"at step {after}")
async def test_an_interrupted_copy_continues_where_it_ended(source, target, after):
    with pytest.raises(BrokenOff):
        await copying.copy(source, target, breaks_off(after))
    told = []

    outcome = await copying.copy(source, target, lambda what, rows, _total: told.append((what, rows)))

    assert outcome.differences == ()
    assert await rows_in(target) == await rows_in(source)
    copied = [rows for what, rows in told if what == "copied"]
    assert copied == sorted(copied)
    assert copied[-1] == TOTAL
    assert after < 4 or copied[0] > 0, "what is there is not copied again"


async def test_the_bot_does_not_start_on_half_a_copy(source, target):
    with pytest.raises(BrokenOff):
        await copying.copy(source, target, breaks_off(50))
    db = Database(target)

    with pytest.raises(DatabaseUnusable, match="Run the same `python -m bot copy` again"):
        await db.migrate()

    await db.close()


@pytest.mark.parametrize("point", ["before", "after"])
async def test_the_bot_does_not_start_where_a_copy_died_while_it_created_the_tables(
    source, cluster, monkeypatch, point
):
    name = f"dies_{point}"
    cluster.sql(f"CREATE DATABASE {name}")
    url, upgrade = cluster.url(name), copying.upgrade

    def dies(tx):
        if point == "after":
            upgrade(tx)
        raise BrokenOff

    monkeypatch.setattr(copying, "upgrade", dies)
    with pytest.raises(BrokenOff):
        await copying.copy(source, url, in_peace)
    monkeypatch.undo()
    db = Database(url)
    with pytest.raises(DatabaseUnusable, match="Run the same `python -m bot copy` again"):
        await db.migrate()
    await db.close()

    outcome = await copying.copy(source, url, in_peace)

    assert outcome.differences == ()
    cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")


async def test_differences_at_the_end_are_reported_and_the_bot_does_not_start(source, target, cluster):
    name = target.split("/")[3].split("?")[0]
    changed = []

    def progress(what, _rows, _total):
        if what == "compared" and not changed:
            changed.append(
                cluster.sql(
                    "UPDATE cards SET stability = stability + 1e-9 WHERE user_id = (SELECT max(user_id) FROM cards)",
                    name,
                )
            )

    outcome = await copying.copy(source, target, progress)

    assert [(found.table, found.source.rows, found.target.rows) for found in outcome.differences] == [
        (cards.name, ROWS, ROWS)
    ]
    db = Database(target)
    with pytest.raises(DatabaseUnusable):
        await db.migrate()
    await db.close()


async def test_new_rows_are_numbered_after_the_last_one_even_if_that_is_gone(source, target):
    old = Database(source)
    await old.write(lambda tx: tx.execute(delete(flags).where(flags.c.id == ROWS)) and None)
    await old.close()
    await copying.copy(source, target, in_peace)
    db = Database(target)

    def add(table):
        row = {name: value for name, value in row_of(table, ROWS + 1).items() if name != "id"}
        guild = {"guild_id": 1 << 22} if "guild_id" in row else {}
        return lambda tx: tx.execute(insert(table).values(row | guild)).inserted_primary_key[0]

    numbered = [table for table in metadata.sorted_tables if table.autoincrement_column is not None]
    without_parents = [t for t in numbered if all(key.column.name == "guild_id" for key in t.foreign_keys)]
    given = {table.name: await db.write(add(table)) for table in without_parents}

    await db.close()
    assert flags.name in given
    assert given == dict.fromkeys(given, ROWS + 1)


# -- refusals


async def test_a_database_with_a_community_is_left_unchanged(source, target):
    await copying.copy(source, target, in_peace)
    before = await rows_in(target)

    with pytest.raises(Unusable, match=r"^--to: the database already holds a community .* Name an empty database"):
        await copying.copy(source, target, in_peace)

    assert await rows_in(target) == before


async def test_half_a_copy_of_another_file_is_left_unchanged(source, target, file, tmp_path):
    with pytest.raises(BrokenOff):
        await copying.copy(source, target, breaks_off(4))
    other = tmp_path / "other.db"
    shutil.copyfile(file, other)

    with pytest.raises(Unusable, match=r"unfinished copy of .*cohort\.db"):
        await copying.copy(f"sqlite+aiosqlite:///{other}", target, in_peace)


async def test_a_database_that_the_bot_is_running_on_is_not_copied(source, untouched):
    running = Database(source)
    await running.read(lambda tx: None)

    with pytest.raises(Unusable, match=r"The bot is running on this database\. Stop it, then copy it"):
        await copying.copy(source, untouched, in_peace)

    await running.close()


@pytest.mark.parametrize(
    ("version", "remedy"),
    [("0001", "Run `python -m bot migrate` on it first"), ("9999", "Start a newer version of the bot")],
)
async def test_a_source_of_another_version_is_not_copied(source, file, untouched, version, remedy):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [version])
        connection.commit()

    with pytest.raises(Unusable, match=f"^--from: .*{version}.*{remedy}"):
        await copying.copy(source, untouched, in_peace)


async def test_a_file_without_our_tables_is_not_copied(tmp_path, untouched):
    with closing(sqlite3.connect(tmp_path / "notes.db")) as connection:
        connection.execute("CREATE TABLE notes (text)")

    with pytest.raises(Unusable, match=r"^--from: .*notes.db is not a database of this bot"):
        await copying.copy(f"sqlite+aiosqlite:///{tmp_path / 'notes.db'}", untouched, in_peace)


async def test_a_target_of_a_newer_version_is_left_unchanged(source, target, cluster):
    cluster.sql("UPDATE alembic_version SET version_num = '9999'", target.split("/")[3].split("?")[0])

    with pytest.raises(Unusable, match=r"^--to: the database is at version 9999"):
        await copying.copy(source, target, in_peace)


async def test_a_value_that_postgresql_cannot_store_is_reported_with_its_table(source, target):
    old = Database(source)
    await old.write(
        lambda tx: (
            tx.execute(insert(server_questions), [row_of(server_questions, 90) | {"guild_id": 1 << 22, "body": "a\0b"}])
            and None
        )
    )
    await old.close()

    with pytest.raises(Unusable, match=r"^--to: the server rejects a row of server_questions: "):
        await copying.copy(source, target, in_peace)


@pytest.mark.parametrize(
    ("source_url", "target_url"),
    [
        ("postgresql+asyncpg://u@h/n", "postgresql+asyncpg://u@h/n"),
        ("sqlite+aiosqlite:///a.db", "sqlite+aiosqlite:///b.db"),
    ],
)
async def test_other_directions_are_refused(source_url, target_url):
    with pytest.raises(Unusable, match=r"^--from takes sqlite"):
        await copying.copy(source_url, target_url, in_peace)


async def test_an_unreachable_server_is_reported_with_what_to_do(source):
    with pytest.raises(
        Unusable, match=r"^--to: .* cannot be reached .* Then run the same command again; it resumes where it stopped"
    ):
        await copying.copy(source, "postgresql+asyncpg://cohort@/x?host=/nowhere", in_peace)


# -- the command


def test_the_command_says_what_it_has_copied(source, target):
    result = CliRunner().invoke(cli, ["copy", "--from", source, "--to", target])

    assert result.exit_code == 0, result.output
    assert f"{TOTAL} rows in {len(metadata.tables)} tables: counts and checksums agree" in result.stdout
    assert "Rows copied" in result.stderr
    assert "Rows compared" in result.stderr
