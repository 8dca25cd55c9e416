"""What is stored about a person or a server. It is found by column types, so that a new table is never forgotten.

A row is a person's own if it has their `user_id`, or if it belongs to such a row. Every other column of type MemberId
names a person in a row of the server or of somebody else: erasing the person keeps that row, without the id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)

from bot.storage.tables import MemberId, award_holders, competition_entries, competition_teams, guilds, metadata

NOBODY = 0
"""Replaces the id of an erased person who did something for a whole server."""

OWNER = "user_id"

TRACES: tuple[Column[Any], ...] = tuple(
    column
    for table in metadata.sorted_tables
    for column in table.c
    if isinstance(column.type, MemberId) and column.name != OWNER
)

MADE_ANYWHERE = [table for table in metadata.sorted_tables if "guild_id" in table.c and table.c.guild_id.nullable]
"""Tables of people's own rows that hold in every server, such as study plans: they only say where a row was made."""

KEPT_UNTIL_TAKEN = award_holders
"""Its rows outlive an erasure for a while: a role that a person loses must first be taken away in Discord (see
`storage.awards`)."""


def _personal() -> Iterator[tuple[Table, Any]]:
    """Yield every table with rows of a person, and the condition that selects them. Owners come last, so that their
    dependents are deleted first."""
    owners = [table for table in metadata.sorted_tables if OWNER in table.c]
    for table in reversed(metadata.sorted_tables):
        if table in owners:
            yield table, lambda user_id, table=table: table.c.user_id == user_id
            continue
        for key in table.foreign_keys:
            owner = key.column.table
            if owner in owners:
                yield (
                    table,
                    lambda user_id, key=key, owner=owner: exists(
                        select(owner.c.user_id).where(key.parent == key.column, owner.c.user_id == user_id)
                    ),
                )


def export(tx: Connection, user_id: int) -> dict[str, list[dict[str, object]]]:
    """Return every row that belongs to a person or names them, by table, in JSON-compatible values."""
    kept: dict[str, list[dict[str, object]]] = {}
    for table, of in _personal():
        rows = tx.execute(select(table).where(of(user_id)).order_by(*table.primary_key)).mappings()
        kept.setdefault(table.name, []).extend({name: _plain(value) for name, value in row.items()} for row in rows)
    for table in metadata.sorted_tables:
        kept.setdefault(table.name, []).extend(_naming(tx, table, user_id))
    kept[competition_teams.name].extend(_teams(tx, user_id))
    return {name: rows for name, rows in sorted(kept.items()) if rows}


def _naming(tx: Connection, table: Table, user_id: int) -> Iterator[dict[str, object]]:
    """Yield rows of the server or of somebody else that name a person, without other people's data."""
    naming = [column for column in TRACES if column.table is table]
    if not naming:
        return
    others = and_(table.c.user_id != user_id) if OWNER in table.c else None
    condition = or_(*(column == user_id for column in naming))
    query = select(table).where(condition if others is None else and_(condition, others))
    for row in tx.execute(query.order_by(*table.primary_key)).mappings():
        yield {
            column.name: _plain(row[column.name])
            for column in table.c
            if (
                row[column.name] == user_id if isinstance(column.type, MemberId) else others is None or _locates(column)
            )
        }


def _locates(column: Column[Any]) -> bool:
    return column.primary_key or column.name == "guild_id"


def _teams(tx: Connection, user_id: int) -> list[dict[str, object]]:
    """Return the member-named teams that this person plays for, because they may have chosen the name."""
    entry = competition_entries.c
    rows = tx.execute(
        select(competition_teams)
        .join(competition_entries, entry.team_id == competition_teams.c.id)
        .where(entry.user_id == user_id, competition_teams.c.role_id.is_(None))
        .order_by(competition_teams.c.id)
    ).mappings()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: object) -> object:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, tuple):  # as the database stores it
        return ",".join(map(str, value))
    # JSON readers may parse numbers as floats, and lose the last digits of an id.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 else value


def erase(tx: Connection, user_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """Delete a person's rows and remove their id from all others; return how many of each, by table."""
    deleted: dict[str, int] = {}
    for table, of in _personal():
        if table is not KEPT_UNTIL_TAKEN and (count := tx.execute(delete(table).where(of(user_id))).rowcount):
            deleted[table.name] = deleted.get(table.name, 0) + count
    unnamed: dict[str, int] = {}
    for column in TRACES:
        named = update(column.table).where(column == user_id).values({column: NOBODY})
        if count := tx.execute(named).rowcount:
            unnamed[column.table.name] = unnamed.get(column.table.name, 0) + count
    return dict(sorted(deleted.items())), dict(sorted(unnamed.items()))


GUILD_TABLES: tuple[Table, ...] = (
    *(
        table
        for table in reversed(metadata.sorted_tables)
        if table is not guilds
        and ("guild_id" in table.c or any("guild_id" in key.column.table.c for key in table.foreign_keys))
    ),
    guilds,
)
"""Every table with rows of a server. Dependents come first, and the servers last, so that one that is half-erased is
found again."""
EVERYTHING = 2**31 - 1
"""More rows than a server has in one table."""


@dataclass(frozen=True, slots=True)
class GuildErasure:
    """How far a server is erased."""

    guild_id: int
    place: int = 0
    """The first of GUILD_TABLES that may still have rows of the server."""
    rows: int = 0
    """How many rows are gone."""

    @property
    def over(self) -> bool:
        return self.place == len(GUILD_TABLES)


def erase_guild(tx: Connection, guild_id: int) -> int:
    """Delete every row of a server; return how many. Rows that need no server lose only its id."""
    return continue_erasing(tx, GuildErasure(guild_id), EVERYTHING).rows


def continue_erasing(tx: Connection, erasure: GuildErasure, limit: int) -> GuildErasure:
    """Delete at most `limit` more rows of a server; return how far it is erased now."""
    while limit and not erasure.over:
        count = _take_out(tx, GUILD_TABLES[erasure.place], erasure.guild_id, limit)
        limit -= count
        erasure = replace(erasure, rows=erasure.rows + count, place=erasure.place + (limit > 0))
    return erasure


def _take_out(tx: Connection, table: Table, guild_id: int, limit: int) -> int:
    """Remove a server from at most `limit` rows of a table; return how many."""
    keys = tx.execute(select(*table.primary_key).where(_of_guild(table, guild_id)).limit(limit)).all()
    if keys:
        # Each row by its whole key: for `IN`, SQLite may use only the first columns of an index.
        one = and_(*(column == bindparam(f"key_{place}") for place, column in enumerate(table.primary_key)))
        kept = table in MADE_ANYWHERE
        statement = update(table).where(one).values(guild_id=None) if kept else delete(table).where(one)
        tx.execute(statement, [{f"key_{place}": value for place, value in enumerate(key)} for key in keys])
    return len(keys)


def _of_guild(table: Table, guild_id: int) -> ColumnElement[bool]:
    if "guild_id" in table.c:
        return table.c.guild_id == guild_id
    key = next(key for key in table.foreign_keys if "guild_id" in key.column.table.c)
    return key.parent.in_(select(key.column).where(key.column.table.c.guild_id == guild_id))
