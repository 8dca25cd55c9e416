"""One query for all ticks: which of them have something to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, String, Table, insert

from bot.shards import EVERYTHING, Shards
from bot.storage import tables
from bot.storage.due import QUERIES, Look
from bot.storage.tables.base import EnumText, IndexList, Instant, WordList
from tests.conftest import MONDAY

GUILD = 6 << 22
SECOND, YEAR = timedelta(seconds=1), timedelta(days=365)
LATER = MONDAY + timedelta(hours=1)
ROUND = (tables.live_rounds, {"id": 1, "state": "asking", "due_at": LATER})
AWARD = (tables.awards, {"id": 1})

WAITING: Mapping[str, tuple[str, list[tuple[Table, Mapping[str, Any]]]]] = {
    "a daily to post": ("dailies", [(tables.schedules, {"next_post_at": MONDAY})]),
    "a daily to close": ("closes", [(tables.dailies, {"state": "posted", "closes_at": MONDAY})]),
    "a post to send": ("posts", [(tables.posts, {"next_try_at": MONDAY})]),
    "a post whose retry was planned by a clock that was ahead": (
        "posts",
        [(tables.posts, {"next_try_at": MONDAY + YEAR})],
    ),
    "a month to close": ("seasons", [(tables.season_clocks, {"due_at": MONDAY})]),
    "a month that a clock that was ahead has closed": ("seasons", [(tables.season_clocks, {"due_at": MONDAY + YEAR})]),
    "a competition to start": ("competitions", [(tables.competitions, {"due_at": MONDAY})]),
    "a role to give": ("awards", [AWARD, (tables.award_holders, {"state": "give", "next_try_at": MONDAY})]),
    "a duel whose time is up": ("duels", [(tables.duels, {"state": "running", "expires_at": MONDAY})]),
    "an exam whose time is up": ("exams", [(tables.exams, {"ends_at": MONDAY})]),
    "an exam evening to start": ("evenings", [(tables.exam_evenings, {"due_at": MONDAY})]),
    "a planned live round to start": ("live-plans", [(tables.live_plans, {"state": "planned", "starts_at": MONDAY})]),
    "a live question to close": ("live", [(tables.live_rounds, {"state": "asking", "due_at": MONDAY})]),
    "a reminder to claim": ("reminders", [(tables.reminders, {"next_at": MONDAY})]),
    "a reminder to send": ("reminders", [(tables.reminders, {"send_until": LATER, "next_try_at": MONDAY})]),
}
"""Rows that come due on Monday at eight, or whose time is then found to be wrong, each with its tick."""

AT_ONCE: Mapping[str, tuple[str, list[tuple[Table, Mapping[str, Any]]]]] = {
    "a closed daily without a post": ("closes", [(tables.dailies, {"state": "settled"})]),
    "a number to bring up to date": ("counts", [(tables.dailies, {"state": "posted", "answered": 2, "shown": 1})]),
    "an answer in a live round to record": ("live-answers", [ROUND, (tables.live_answers, {"points": 0})]),
}
"""Rows that are always due."""

NOT_DUE: Mapping[str, list[tuple[Table, Mapping[str, Any]]]] = {
    "a paused schedule": [(tables.schedules, {"next_post_at": None})],
    "an open daily": [(tables.dailies, {"state": "posted", "closes_at": LATER})],
    "a closed daily whose post waits": [
        (tables.dailies, {"id": 3, "state": "settled"}),
        (tables.posts, {"kind": "daily", "subject": "3", "next_try_at": LATER}),
    ],
    "a daily that is done": [(tables.dailies, {"state": "closed", "closes_at": MONDAY, "answered": 2})],
    "a post that shows all": [(tables.posts, {"wanted_revision": 3, "shown_revision": 3, "next_try_at": MONDAY})],
    "a season that goes on": [(tables.season_clocks, {"due_at": LATER})],
    "a competition that is over": [(tables.competitions, {"due_at": None})],
    "a role that was given": [AWARD, (tables.award_holders, {"state": "given", "next_try_at": MONDAY})],
    "a duel that is over": [(tables.duels, {"state": "over", "expires_at": MONDAY})],
    "a submitted exam": [(tables.exams, {"ends_at": MONDAY, "submitted_at": MONDAY})],
    "an exam evening that is over": [(tables.exam_evenings, {"due_at": None})],
    "a planned live round that was started": [(tables.live_plans, {"state": "started", "starts_at": MONDAY})],
    "a live round that is over": [(tables.live_rounds, {"state": "over", "due_at": None})],
    "an answer to an open live question": [ROUND, (tables.live_answers, {"points": None})],
    "a reminder that is switched off": [(tables.reminders, {"next_at": None})],
}


def a_value(column: Column[Any]) -> Any:
    """Return a valid value for a column that a test's row does not set."""
    if column.name in {"guild_id", "daily_guild_id"}:
        return GUILD
    match column.type:
        case EnumText(kind=kind):
            return next(iter(kind))
        case Instant():
            return MONDAY
        case IndexList():
            return (0,)
        case WordList():
            return ()
        case String():
            return "1"
        case _:
            return {bool: False, float: 0.5, date: MONDAY.date(), time: time(8)}.get(column.type.python_type, 1)


def put(tx, table: Table, values: Mapping[str, Any]) -> None:
    left_out = [
        column
        for column in table.c
        if column.name not in values
        and not column.nullable
        and column.server_default is None
        and not (column.primary_key and column.autoincrement is True)
    ]
    tx.execute(insert(table).values({column.name: a_value(column) for column in left_out} | dict(values)))


@pytest.fixture
def look(db):
    """Return a function that inserts rows into an empty database and returns the ticks that are due."""

    async def look(rows, at, shards=EVERYTHING) -> set[str]:
        def work(tx) -> set[str]:
            put(tx, tables.guilds, {"guild_id": GUILD})
            for table, values in rows:
                put(tx, table, values)
            return set(Look(shards).look(tx, at))

        return await db.write(work)

    return look


async def test_nothing_is_due_in_an_empty_database(look):
    assert await look([], MONDAY) == set()


@pytest.mark.parametrize("name", [*WAITING, *AT_ONCE])
async def test_only_its_own_tick_sees_a_due_row(look, name):
    tick, rows = (WAITING | AT_ONCE)[name]

    assert await look(rows, MONDAY) == {tick}


@pytest.mark.parametrize(
    "name", [name for name, (_, rows) in WAITING.items() if MONDAY + YEAR not in rows[-1][1].values()]
)
async def test_a_row_is_not_due_a_second_earlier(look, name):
    assert await look(WAITING[name][1], MONDAY - SECOND) == set()


@pytest.mark.parametrize("name", NOT_DUE)
async def test_finished_or_waiting_rows_are_not_due(look, name):
    assert await look(NOT_DUE[name], MONDAY) == set()


@pytest.mark.parametrize("name", [*WAITING, *AT_ONCE])
async def test_a_process_sees_only_its_own_rows(look, name):
    """Server 6 is on shard 2 of 4; reminders belong to the process with shard 0."""
    tick, rows = (WAITING | AT_ONCE)[name]
    theirs = Shards(4, frozenset({0, 1, 3}))

    assert await look(rows, MONDAY, theirs) == ({tick} if tick == "reminders" else set())


@pytest.mark.parametrize("name", [name for name, (tick, _) in (WAITING | AT_ONCE).items() if tick != "reminders"])
async def test_a_process_sees_all_its_own_rows(look, name):
    tick, rows = (WAITING | AT_ONCE)[name]

    assert await look(rows, MONDAY, Shards(4, frozenset({1, 2}))) == {tick}


async def test_one_statement_works_for_any_time(db):
    """The statement is built once, for a placeholder time."""
    look = Look(EVERYTHING)

    def work(tx) -> list[bool]:
        put(tx, tables.guilds, {"guild_id": GUILD})
        put(tx, tables.schedules, {"next_post_at": MONDAY})
        times = (MONDAY - SECOND, MONDAY, MONDAY - YEAR, MONDAY + YEAR, MONDAY - SECOND)
        return ["dailies" in look.look(tx, at) for at in times]

    assert await db.write(work) == [False, True, False, True, False]


def test_every_tick_that_waits_for_rows_has_a_case():
    assert {tick for tick, _ in (WAITING | AT_ONCE).values()} == set(QUERIES)
