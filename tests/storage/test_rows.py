"""Columns with types of our own, and rows as dataclasses by name."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from bot.storage.rows import columns_of, from_row
from bot.storage.sql import Lookup
from bot.storage.tables import attempts, season_clocks
from bot.storage.tables import guilds as guild_rows
from bot.storage.tables.base import IndexList, WordList
from bot.study.scoring import Mode
from tests.conftest import MONDAY


@dataclass(frozen=True, slots=True)
class Clock:
    """A dataclass whose fields are in another order than the table's columns, without one of them."""

    season: str
    posts: bool
    guild_id: int
    double: int = 0


def begin(tx: Connection) -> None:
    tx.execute(insert(guild_rows).values(guild_id=7, created_at=MONDAY))
    tx.execute(insert(season_clocks).values(guild_id=7, season="2026-11", due_at=MONDAY, posts=False))


def answer(tx: Connection, mode: Mode, given: tuple[int, ...] = (0, 3)) -> None:
    tx.execute(
        insert(attempts).values(
            guild_id=7, user_id=1, question_id="1.1-001", section="1.1", mode=mode, answer=given, correct=True,
            points=5, bonus=0, first=True, day=MONDAY.date(), answered_at=MONDAY,
        )
    )  # fmt: skip


async def test_a_row_becomes_a_dataclass_by_the_names_of_its_columns(db):
    def work(tx: Connection) -> tuple[Clock, Clock | None]:
        begin(tx)
        row = tx.execute(select(season_clocks)).one()
        return from_row(Clock, row, double=2 * row.guild_id), from_row(Clock, None, double=1)

    assert await db.write(work) == (Clock("2026-11", posts=False, guild_id=7, double=14), None)


async def test_a_field_without_a_column_must_be_passed(db):
    def work(tx: Connection) -> Clock:
        begin(tx)
        return from_row(Clock, tx.execute(select(season_clocks)).one())

    with pytest.raises(AttributeError, match="double"):
        await db.write(work)


def test_a_table_keeps_the_fields_that_it_has_columns_for():
    clock = Clock("2026-11", posts=False, guild_id=7, double=14)

    assert columns_of(clock, season_clocks) == {"season": "2026-11", "posts": False, "guild_id": 7}
    assert columns_of(clock, season_clocks, "guild_id") == {"season": "2026-11", "posts": False}


async def test_a_typed_column_is_stored_as_text_and_read_as_what_it_means(db):
    def work(tx: Connection) -> tuple[object, ...]:
        answer(tx, Mode.LIVE)
        stored = tx.execute(text("SELECT mode, answer FROM attempts")).one()
        return *stored, tx.execute(select(attempts.c.mode, attempts.c.answer).where(attempts.c.mode == Mode.LIVE)).one()

    mode, places, read = await db.write(work)

    assert (mode, places) == ("live", "0,3")
    assert read[0] is Mode.LIVE
    assert read[1] == (0, 3)


async def test_a_lookup_accepts_and_returns_typed_values_as_any_statement_does(db):
    lookup = Lookup(
        select(attempts.c.user_id, attempts.c.mode, attempts.c.answer).where(
            attempts.c.mode == Mode.QUIZ, attempts.c.answered_at == MONDAY
        ),
        attempts.c.user_id,
    )

    def work(tx: Connection) -> list[tuple[object, ...]]:
        answer(tx, Mode.QUIZ)
        answer(tx, Mode.LIVE)
        return [tuple(row) for row in lookup.read(tx, [1])]

    assert await db.write(work) == [(1, Mode.QUIZ, (0, 3))]


async def test_a_value_that_the_enum_lacks_is_refused(db):
    with pytest.raises(StatementError, match="'gamble' is not a valid Mode"):
        await db.read(lambda tx: tx.execute(select(attempts).where(attempts.c.mode == "gamble")))


@given(st.lists(st.integers(0, 9)).map(tuple))
def test_every_list_of_positions_is_read_back(places):
    type = IndexList()

    assert type.process_result_value(type.process_bind_param(places, sqlite.dialect()), sqlite.dialect()) == places


@given(st.lists(st.text("0123456789.", min_size=1)).map(tuple))
def test_every_list_of_words_is_read_back(words):
    type = WordList()

    assert type.process_result_value(type.process_bind_param(words, sqlite.dialect()), sqlite.dialect()) == words
