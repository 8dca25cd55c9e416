"""Move a community from SQLite to PostgreSQL: copy every table in dependency order, then check that both databases hold
the same data.

Each batch of rows is stored in one transaction with a note of how far its table has come. So an interrupted copy
resumes where it stopped, and an incomplete copy is recognized: the bot refuses to start with it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    func,
    inspect,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.exc import DBAPIError

from bot.config import Unusable
from bot.places import PROGRAM
from bot.storage import backup, ownership, schema, versions
from bot.storage.engine import sqlite_path
from bot.storage.failures import FAILURES, explain
from bot.storage.migrate import upgrade
from bot.storage.ownership import NewerDatabase, NotOurs
from bot.storage.postgres import PostgresEngine, ProcessTurn, is_away, remedy
from bot.storage.schema import WrongSchema
from bot.storage.sql import insert
from bot.storage.sqlite import SqliteEngine, Visit
from bot.storage.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

BATCH = 2_000

Progress = Callable[[str, int, int], None]
"""Progress callback: the step (`copied`, `compared`), rows done, rows in total."""

Key = tuple[Any, ...]

notes = Table(
    versions.COPYING,
    MetaData(),
    Column("table_name", String(64), primary_key=True),
    Column("key", Text),
    Column("rows", BigInteger, nullable=False),
)
"""How far each table has been copied: its last key, as JSON. The row `SOURCE` names the source. The table exists only
until the copy is complete, and is not part of the bot's schema."""
SOURCE = "*"


@dataclass(frozen=True, slots=True)
class CopyContent:
    """What a table holds. The checksum does not depend on row order, because the databases sort text differently."""

    rows: int = 0
    checksum: int = 0

    def plus(self, batch: Sequence[RowMapping]) -> CopyContent:
        digests = (sha256(repr(tuple(row.values())).encode()).digest() for row in batch)
        total = self.checksum + sum(int.from_bytes(digest[:16]) for digest in digests)
        return CopyContent(self.rows + len(batch), total % (1 << 128))


@dataclass(frozen=True, slots=True)
class CopyDifference:
    table: str
    source: CopyContent
    target: CopyContent


@dataclass(frozen=True, slots=True)
class CopyOutcome:
    tables: int
    rows: int
    differences: tuple[CopyDifference, ...]


async def copy(source_url: str, target_url: str, progress: Progress) -> CopyOutcome:
    """Copy, or resume an interrupted copy. If the result differs, the target stays marked as incomplete.

    Raises Unusable for addresses of the wrong kind, a running bot, or a target that holds anything else.
    """
    path = sqlite_path(source_url) if source_url.startswith("sqlite+aiosqlite:///") else None
    if path is None or not target_url.startswith("postgresql+asyncpg://"):
        raise Unusable(
            "--from takes sqlite+aiosqlite:///file, --to takes postgresql+asyncpg://user:password@host/name."
        )
    if not path.exists():
        raise Unusable(f"--from: there is no database at {path}.")
    try:
        await asyncio.to_thread(ownership.look, path)
    except NotOurs as error:
        raise Unusable(_no_database_of_ours(path)) from error
    except (NewerDatabase, WrongSchema):
        pass  # reported below, with this command's wording
    backup.refuse_if_in_use(path, "copy it")
    # A bot that is started meanwhile must not be able to write, because its data would be lost.
    source = SqliteEngine(str(path), "BEGIN IMMEDIATE", 1)
    target = PostgresEngine(target_url, pool_size=2, patient=True)
    try:
        async with source.connect() as here, target.connect() as there:
            await here.run_sync(_require_newest, path)
            async with target.turn(ProcessTurn.MIGRATING):
                await there.run_sync(_prepare, str(path.resolve()))
            return await _copy_all(here, there, progress)
    except FAILURES as error:
        ours, theirs = explain(path, error), remedy(error)
        said = ours.replace("DATABASE_URL", "--from") if ours else theirs.replace("DATABASE_URL", "--to")
        raise Unusable(f"{said} Then run the same command again; it resumes where it stopped.") from error
    finally:
        await source.dispose()
        await target.dispose()


def _no_database_of_ours(path: Path) -> str:
    return f"--from: {path} is not a database of this bot. Name another file."


def _require_newest(tx: Connection, path: Path) -> None:
    version = versions.current(tx)
    if version is None:
        raise Unusable(_no_database_of_ours(path))
    if version not in versions.known():
        raise Unusable(
            f"--from: {path} is at version {version}, which this bot does not know. Start a newer version of the bot."
        )
    if version != versions.newest():
        raise Unusable(
            f"--from: {path} is at version {version}, and this bot is at {versions.newest()}. "
            f"Run `{PROGRAM} migrate` on it first."
        )


def _prepare(tx: Connection, source: str) -> None:
    """Create the tables, unless an earlier copy already did. Raises Unusable."""
    begun = versions.half_copied(tx)
    if begun:
        of = tx.execute(select(notes.c.key).where(notes.c.table_name == SOURCE)).scalar()
        if of != source:
            raise Unusable(
                f"--to: the database holds an unfinished copy of {of}. Copy that again, or name an empty database."
            )
    elif held := [
        table.name for table in _present(tx) if tx.execute(select(literal(1)).select_from(table).limit(1)).scalar()
    ]:
        raise Unusable(
            f"--to: the database already holds a community ({', '.join(held[:3])} …). Name an empty database."
        )
    if (at := versions.current(tx)) is not None and at not in versions.known():
        raise Unusable(f"--to: the database is at version {at}, which this bot does not know. Name an empty database.")
    if not begun:
        # Create this first: a copy that dies while migrating must still be recognized as incomplete.
        notes.create(tx)
        tx.execute(notes.insert().values(table_name=SOURCE, key=source, rows=0))
        tx.commit()
    try:
        upgrade(tx)
        schema.check(tx)
    except (NewerDatabase, WrongSchema) as error:
        raise Unusable(str(error).replace("DATABASE_URL", "--to")) from error


def _present(tx: Connection) -> Iterator[Table]:
    names = set(inspect(tx).get_table_names())
    return (table for table in metadata.sorted_tables if table.name in names)


async def _copy_all(here: Visit, there: AsyncConnection, progress: Progress) -> CopyOutcome:
    tables = metadata.sorted_tables
    total = sum([await here.run_sync(_count, table) for table in tables])
    done = 0
    for table in tables:
        key, rows = await there.run_sync(_noted, table)
        progress("copied", done + rows, total)
        while batch := await here.run_sync(_after, table, key):
            key, rows = _key_of(table, batch[-1]), rows + len(batch)
            await there.run_sync(_store, table, batch, key, rows)
            progress("copied", done + rows, total)
        done += rows
    differences = await _compare(here, there, lambda rows: progress("compared", rows, 2 * total))
    if not differences:
        await there.run_sync(_finish, await here.run_sync(_last_numbers))
    return CopyOutcome(len(tables), total, tuple(differences))


def _count(tx: Connection, table: Table) -> int:
    return tx.execute(select(func.count()).select_from(table)).scalar_one()


# -- rows, in the order of their keys


def _after(tx: Connection, table: Table, key: Key | None) -> list[RowMapping]:
    """Return the next batch of rows after a key."""
    columns = list(table.primary_key)
    query = select(table).order_by(*columns).limit(BATCH)
    if key is not None:
        known = (literal(value, column.type) for value, column in zip(key, columns, strict=True))
        query = query.where(tuple_(*columns) > tuple_(*known))
    return list(tx.execute(query).mappings())


def _key_of(table: Table, row: RowMapping) -> Key:
    return tuple(row[column.name] for column in table.primary_key)


def _noted(tx: Connection, table: Table) -> tuple[Key | None, int]:
    """Return how far an earlier run copied a table."""
    row = tx.execute(select(notes).where(notes.c.table_name == table.name)).one_or_none()
    if row is None:
        return None, 0
    return tuple(
        _read(value, column) for value, column in zip(json.loads(row.key), table.primary_key, strict=True)
    ), row.rows


def _read(value: Any, column: Column[Any]) -> Any:
    kind = column.type.python_type
    return kind.fromisoformat(value) if issubclass(kind, date) else value


def _store(tx: Connection, table: Table, batch: Sequence[RowMapping], key: Key, rows: int) -> None:
    try:
        tx.execute(table.insert(), [dict(row) for row in batch])
    except DBAPIError as error:
        if is_away(error):
            raise
        raise Unusable(f"--to: the server rejects a row of {table.name}: {str(error.orig).splitlines()[0]}") from error
    written = json.dumps([value.isoformat() if isinstance(value, date) else value for value in key])
    note = insert(tx, notes).values(table_name=table.name, key=written, rows=rows)
    tx.execute(
        note.on_conflict_do_update(
            index_elements=[notes.c.table_name], set_={"key": note.excluded.key, "rows": note.excluded.rows}
        )
    )
    tx.commit()


# -- the end


async def _compare(here: Visit, there: AsyncConnection, progress: Callable[[int], None]) -> list[CopyDifference]:
    differences, done = [], 0
    for table in metadata.sorted_tables:
        held = []
        for side in (here, there):
            total, key = CopyContent(), None
            while batch := await side.run_sync(_after, table, key):
                key, total = _key_of(table, batch[-1]), total.plus(batch)
                progress(done + total.rows)
            done += total.rows
            held.append(total)
        if held[0] != held[1]:
            differences.append(CopyDifference(table.name, *held))
    return differences


def _last_numbers(tx: Connection) -> dict[str, int]:
    """Return the last id that was issued by each table that never reuses ids."""
    if not inspect(tx).has_table("sqlite_sequence"):
        return {}
    return {row[0]: row[1] for row in tx.execute(text("SELECT name, seq FROM sqlite_sequence"))}


def _finish(tx: Connection, last_numbers: Mapping[str, int]) -> None:
    """Continue numbering after the last id, update the planner's statistics, and allow the bot to start."""
    for table in metadata.sorted_tables:
        if (column := table.autoincrement_column) is None:
            continue
        last = max(tx.execute(select(func.max(column))).scalar() or 0, last_numbers.get(table.name, 0))
        if last:
            tx.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), last)))
    tx.execute(text("ANALYZE"))
    notes.drop(tx)
    tx.commit()
