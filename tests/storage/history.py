"""Sample rows for every table, so that PostgreSQL can plan with realistic statistics.

Rows are generated from the names and types of columns, so a new table needs no change here. If a plan depends on rare
values, such as the state of waiting rows, HELD lists them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from zlib import crc32

from sqlalchemy import Boolean, Column, Date, Float, Integer, String, Table, Time

from bot.storage.tables import Instant, awards, members, metadata
from bot.storage.tables.base import EnumText, IndexList, Numbers, WordList
from bot.storage.tables.guilds import GoalText

ROWS = 6_000
OTHERS: Mapping[str, int] = {
    "attempts": 30_000,
    "review_log": 20_000,
    "standings": 40_000,
    "cards": 20_000,
    "server_questions": 40,
}
"""Numbers of rows for the tables that grow fastest, and for a table that people fill by hand. Rows that violate a
unique key are left out."""

GUILDS, MEMBERS, QUESTIONS, COMPETITIONS = 20, 200, 60, 20
"""Few servers with many members each, so that an index on a board pays off; likewise, few competitions with many
entrants."""

RARE = 25
"""One in this many rows has a rare value, such as a waiting state."""
HELD: Mapping[str, tuple[str, ...]] = {
    "dailies.state": ("closed", "posted", "settled", "claimed"),
    "award_holders.state": ("held", "give", "take"),
    "awards.kind": ("season", "competition", "mastery"),
    "awards.section": ("1.1", "1", "all"),
    "live_rounds.state": ("over", "asking", "lobby"),
    "competitions.state": ("closed", "entry", "running"),
    "exam_evenings.state": ("over", "open", "running"),
    "pack": ("a-pack", "another"),
    "period": ("2026-11", "2026-10", "all"),
    "season": ("2026-11", "2026-10"),
    "since": ("2026-10", "2026-09"),
    "band": ("small", "large"),
    "board": ("1.1", "1", "all"),
}
"""The texts of a column. If the key has the table's name, the first text is common and the others are rare; if it has
only the column's name, all are equally common."""


def statements() -> Iterator[str]:
    yield "SET session_replication_role = replica"  # do not check foreign keys: the parent tables are filled, too
    for table in metadata.sorted_tables:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        values = ", ".join(_value(table, column) for column in table.columns)
        rows = OTHERS.get(table.name, ROWS)
        yield f"INSERT INTO {table.name} ({names}) SELECT {values} FROM generate_series(1, {rows}) n ON CONFLICT DO NOTHING"


def _value(table: Table, column: Column[object]) -> str:
    """Return the SQL expression for a column's value in row n."""
    value = _held(table, column)
    return (
        f"CASE WHEN {_dice(table, column, RARE, 'null')} = 0 THEN NULL ELSE {value} END" if column.nullable else value
    )


def _held(table: Table, column: Column[object]) -> str:
    def dice(sides: int) -> str:
        return _dice(table, column, sides)

    if column.name == "guild_id":
        # A table with one row per server has rows for many servers; other tables have rows for few.
        few = ROWS // 10 if table is awards else GUILDS  # a server has 25 of these at most
        return "n << 22" if [*table.primary_key] == [column] else f"{dice(few)} << 22"
    if column.name == "user_id":
        # Each member is seen in only a few servers.
        return f"1 + {dice(ROWS // 2 if table is members else MEMBERS)}"
    if column.name == "competition_id":
        return f"1 + {dice(COMPETITIONS)}"
    if column.foreign_keys:
        return f"1 + {dice(ROWS)}"
    if column is table.autoincrement_column:
        return "n"
    match column.type:
        case Boolean() if column.name == "recorded":  # unrecorded rows are rare
            return f"{dice(RARE)} <> 0"
        case Boolean():
            return f"{dice(2)} = 0"
        case Date() if column.name == "due_on":  # most cards are not due yet
            return f"date '2026-11-23' - 5 + {dice(90)}::integer"
        case Date():
            return f"date '2026-11-23' - {dice(60)}::integer"
        case Time():
            return f"time '09:00' + {dice(60)} * interval '1 minute'"
        case Instant():  # past times are rare, because due rows are processed
            return f"timestamptz '2026-11-23 08:00Z' + ({dice(1000)} - 10) * interval '1 hour'"
        case Float():
            return f"{dice(100)} / 100.0"
        case String() | EnumText() | IndexList() | WordList() | Numbers() | GoalText():
            return f"left({_text(table, column)}, {column.type.length or 64})"
        case Integer():  # also matches BigInteger
            return dice(90)
        case other:
            raise AssertionError(f"say in tests/storage/history.py what a column of the type {other!r} holds: {column}")


def _text(table: Table, column: Column[object]) -> str:
    if (texts := HELD.get(str(column))) is not None:
        rest = " ".join(f"WHEN {place} THEN '{text}'" for place, text in enumerate(texts[1:]))
        return f"CASE {_dice(table, column, RARE)} {rest} ELSE '{texts[0]}' END"
    if (texts := HELD.get(column.name)) is not None:
        return f"(ARRAY{list(texts)!r})[1 + {_dice(table, column, len(texts))}]"
    return f"'q' || {_dice(table, column, QUESTIONS)}"


def _dice(table: Table, column: Column[object], sides: int, what: str = "") -> str:
    """Return the SQL expression for a pseudo-random number below `sides`: different for each column, but the same in
    every run."""
    return f"(abs(hashint8(n + {crc32(f'{table.name}.{column.name}.{what}'.encode())})::bigint) % {sides})"
