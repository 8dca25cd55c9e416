"""What is kept of one person or one server, found by the tables' own columns, so that a new table is never forgotten.

A table is personal if it has a `user_id`; rows of other tables that belong to a personal one go with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, exists, select, update

from bot.storage.tables import (
    awards,
    competitions,
    duel_players,
    flags,
    live_rounds,
    metadata,
    retired_questions,
    schedules,
    server_questions,
)

NOBODY = 0
"""Stands where the person who did something for a whole server is no longer known."""

TRACES: tuple[Column[Any], ...] = (
    schedules.c.set_by,
    competitions.c.created_by,
    competitions.c.improved_by,
    competitions.c.streak_by,
    awards.c.created_by,
    duel_players.c.opponent_id,
    flags.c.resolved_by,
    live_rounds.c.started_by,
    retired_questions.c.retired_by,
    server_questions.c.added_by,
)
"""Columns that name a person in a row that belongs to the server or to another person. Erasing the person leaves the row,
without the name."""


def _personal() -> Iterator[tuple[Table, Any]]:
    """Every table with something of a person, and the condition that picks it, given the person's id; owners come last, so
    that what belongs to them is deleted first."""
    owners = [table for table in metadata.sorted_tables if "user_id" in table.c]
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
    """Every row of a person, by table, in words that JSON can hold."""
    kept: dict[str, list[dict[str, object]]] = {}
    for table, of in _personal():
        rows = tx.execute(select(table).where(of(user_id)).order_by(*table.primary_key)).mappings()
        if found := [{name: _plain(value) for name, value in row.items()} for row in rows]:
            kept[table.name] = found
    return dict(sorted(kept.items()))


def _plain(value: object) -> object:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    # A reader of JSON may take numbers for floats, and would garble the last digits of an id.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 else value


def erase(tx: Connection, user_id: int) -> dict[str, int]:
    """Delete every row of a person and every trace; how many rows went, by table."""
    erased: dict[str, int] = {}
    for table, of in _personal():
        if count := tx.execute(delete(table).where(of(user_id))).rowcount:
            erased[table.name] = erased.get(table.name, 0) + count
    for column in TRACES:
        tx.execute(update(column.table).where(column == user_id).values({column: NOBODY}))
    return dict(sorted(erased.items()))


def erase_guild(tx: Connection, guild_id: int) -> int:
    """Delete every row of a server; how many rows went."""
    return sum(
        tx.execute(delete(table).where(_of_guild(table, guild_id))).rowcount
        for table in reversed(metadata.sorted_tables)
        if "guild_id" in table.c or any("guild_id" in key.column.table.c for key in table.foreign_keys)
    )


def _of_guild(table: Table, guild_id: int) -> ColumnElement[bool]:
    if "guild_id" in table.c:
        return table.c.guild_id == guild_id
    key = next(key for key in table.foreign_keys if "guild_id" in key.column.table.c)
    owner = key.column.table
    return exists(select(owner.c.guild_id).where(key.parent == key.column, owner.c.guild_id == guild_id))
