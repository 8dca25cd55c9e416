"""A server of an earlier version is upgraded in the middle of an exam, a plan and a season, and continues from
there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.storage.engine import Database
from bot.storage.migrate import upgrade
from tests.journeys.student import card

BEFORE_VERSIONS = "0011"
"""The last schema that knew only one exam version."""

pytestmark = pytest.mark.sqlite  # tests/storage tests the migrations on both databases; this tests the result.


async def at_revision(path: Path, revision: str) -> None:
    db = Database(f"sqlite+aiosqlite:///{path}")
    async with db._writer.connect() as connection:
        await connection.run_sync(upgrade, revision)
    await db.close()


def pour(source: Path, target: Path) -> None:
    """Copy all rows into the tables and columns that the target has."""
    with closing(sqlite3.connect(target, isolation_level=None)) as old:
        old.execute("ATTACH DATABASE ? AS newer", (str(source),))
        columns = {
            (schema, table, column)
            for schema in ("main", "newer")
            for (table,) in old.execute(f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table'").fetchall()
            for _, column, *_ in old.execute(f"PRAGMA {schema}.table_info({table})").fetchall()
        }
        for table in sorted({table for _, table, _ in columns} - {"alembic_version", "sqlite_sequence"}):
            shared = [
                f'"{column}"' for at, name, column in columns
                if (at, name) == ("main", table) and ("newer", table, column) in columns
            ]  # fmt: skip
            if shared:
                listed = ", ".join(shared)
                old.execute(f"INSERT OR REPLACE INTO main.{table} ({listed}) SELECT {listed} FROM newer.{table}")


async def upgraded(world: Any, folder: Path) -> None:
    """Run today's bot on the same server, as the earlier version stored it."""
    before = folder / "before.db"
    await at_revision(before, BEFORE_VERSIONS)
    pour(Path(world.db.url.removeprefix("sqlite+aiosqlite:///")), before)
    await at_revision(before, "head")
    world.db = Database(f"sqlite+aiosqlite:///{before}")
    await world.restart()


@pytest.fixture
async def ana_in_the_middle(world: Any, tmp_path: Path) -> Any:
    """Give ana points in this season, a plan of twenty days, and half an exam of the only version."""
    with world.env.time_context():
        await world.study_for("c01")
        daily = await world.post_daily()
        await world.answer(world.ana, daily)
        await world.ana.slash(world.channel, "plan", **{"exam-date": "in 60 days"})
        briefing = await world.ana.slash(world.channel, "exam start", length="short", version="c01")
        asked = await world.ana.click(briefing.response, label="Begin")
        before = {
            "board": world.read(await world.ben.slash(world.channel, "leaderboard", period="season")),
            "plan": world.read(await world.ana.slash(world.channel, "plan")),
            "question": card(asked).text,
        }
        await upgraded(world, tmp_path)
    yield world, before
    await world.db.close()


async def test_the_exam_continues_at_the_question_where_it_was(ana_in_the_middle):
    world, before = ana_in_the_middle

    resumed = await world.ana.slash(world.channel, "exam resume")

    assert card(resumed).text == before["question"]


async def test_the_plan_keeps_its_date_and_is_not_behind(ana_in_the_middle):
    world, before = ana_in_the_middle

    kept = world.read(await world.ana.slash(world.channel, "plan"))

    # Until the server chooses again, it follows the pack's default, and the plan counts from today.
    assert kept.replace("MLA-C02", "MLA-C01").splitlines()[:2] == before["plan"].splitlines()[:2]
    assert "behind" not in kept


async def test_the_season_keeps_its_board_and_counts_on(ana_in_the_middle):
    world, before = ana_in_the_middle

    kept = world.read(await world.ben.slash(world.channel, "leaderboard", period="season"))
    quiz = await world.ben.slash(world.channel, "quiz", questions=1)
    await world.answer(world.ben, quiz.response)
    both = world.read(await world.ben.slash(world.channel, "leaderboard", period="season"))

    assert kept == before["board"]
    assert "**2.** ben" in both
