"""Writes for many rows at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.storage import members
from bot.storage.sql import CHUNKS
from bot.storage.tables import members as table


@pytest.mark.parametrize(
    "count", sorted({0, 2, *CHUNKS, *(size - 1 for size in CHUNKS), sum(CHUNKS), 3 * CHUNKS[0] + 1})
)
async def test_however_many_rows_there_are_each_is_written_once(db, count):
    seen = [(1, 100 + number, f"member {number}") for number in range(count)]
    await db.write(lambda tx: members.see_all(tx, seen))

    rows = await db.read(lambda tx: tx.execute(select(table.c.guild_id, table.c.user_id, table.c.name)).all())

    assert sorted(map(tuple, rows)) == seen


async def test_of_two_rows_with_the_same_key_the_later_one_is_kept(db):
    await db.write(
        lambda tx: members.see_all(tx, [(1, 100, "ana"), (1, 101, "ben"), (1, 100, "ana b."), (1, 102, "mia")])
    )

    names = await db.read(lambda tx: members.names(tx, 1, [100, 101, 102]))

    assert names == {100: "ana b.", 101: "ben", 102: "mia"}
