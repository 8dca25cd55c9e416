"""What a query costs, by SQLite's own plan for it: an index range, however long the history."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.storage import attempts, dailies, members, quizzes, schedules, standings
from bot.storage.quizzes import Item
from bot.study.standings import By
from tests.conftest import MONDAY

GUILD, USER = 1, 7
MINUTE = timedelta(minutes=1)
BOARD = (GUILD, "2026-11", "1.1")
ROW = {
    "guild_id": GUILD,
    "period": "2026-11",
    "board": "1.1",
    "user_id": USER,
    "points": 30,
    "answered": 12,
    "accuracy": 0.5,
    "reached_at": MONDAY,
}

QUERIES = {
    "a page by points": (
        lambda tx: standings.page(tx, *BOARD, By.POINTS, offset=20, limit=10),
        "ix_standings_by_points",
    ),
    "a page by accuracy": (
        lambda tx: standings.page(tx, *BOARD, By.ACCURACY, offset=20, limit=10),
        "ix_standings_by_accuracy",
    ),
    "a rank by points": (lambda tx: tx.execute(standings.ahead_query(ROW, By.POINTS)), "ix_standings_by_points"),
    "a rank by accuracy": (lambda tx: tx.execute(standings.ahead_query(ROW, By.ACCURACY)), "ix_standings_by_accuracy"),
    "a member's line": (lambda tx: standings.place_of(tx, *BOARD, By.POINTS, USER), "sqlite_autoindex_standings_1"),
    "the schedules that are due": (lambda tx: schedules.due(tx, MONDAY, 500), "ix_schedules_next_post_at"),
    "the claims in hand": (dailies.claimed, "ix_dailies_claimed"),
    "the claims whose lease has run out": (
        lambda tx: dailies.take_stale_claims(tx, MONDAY, MONDAY + MINUTE, longest=10 * MINUTE),
        "ix_dailies_claimed",
    ),
    "the dailies past their close": (lambda tx: dailies.closing(tx, MONDAY, 500), "ix_dailies_waiting"),
    "the posts that show an old number": (lambda tx: dailies.take_stale_counts(tx, 500), "ix_dailies_miscounted"),
    "the daily that is open": (lambda tx: dailies.open_for(tx, GUILD, MONDAY), "sqlite_autoindex_dailies_1"),
    "the daily of a date": (lambda tx: dailies.of_day(tx, GUILD, MONDAY.date()), "sqlite_autoindex_dailies_1"),
    "the last daily": (lambda tx: dailies.latest(tx, GUILD), "sqlite_autoindex_dailies_1"),
    "the newest date": (lambda tx: dailies.last_day(tx, GUILD), "sqlite_autoindex_dailies_1"),
    "the rotation so far": (lambda tx: dailies.posted_ids(tx, GUILD), "sqlite_autoindex_dailies_1"),
    "the days that a member missed": (
        lambda tx: dailies.missed_days(tx, GUILD, USER, MONDAY.date(), MONDAY.date() + timedelta(days=9)),
        "sqlite_autoindex_dailies_1",
    ),
    "an answer to a daily": (lambda tx: attempts.of_daily(tx, 1, USER), "sqlite_autoindex_attempts_1"),
    "the spread of answers": (lambda tx: dailies.spread(tx, 1), "sqlite_autoindex_attempts_1"),
    "the answers to a series": (lambda tx: attempts.of_quiz(tx, 1), "sqlite_autoindex_attempts_2"),
    "what a member knows": (lambda tx: attempts.last_right(tx, GUILD, USER), "ix_attempts_member_question"),
    "whether a question has scored": (
        lambda tx: attempts.scored_in_season(tx, GUILD, USER, "2026-11", "1.1-001"),
        "sqlite_autoindex_season_answers_1",
    ),
    "the questions of a series": (
        lambda tx: quizzes.get(tx, quizzes.add(tx, GUILD, USER, "1.1", None, [Item("1.1-001", (0, 1))], MONDAY).id),
        "sqlite_autoindex_quiz_items_1",
    ),
    "a streak": (lambda tx: members.streak(tx, GUILD, USER), "sqlite_autoindex_members_1"),
}

SORTED_ALREADY = [name for name in QUERIES if name not in ("the spread of answers", "the answers to a series")]
"""All but those that sort the few rows of one daily or one series."""


async def plan_of(db, work) -> list[str]:
    """SQLite's plan for each statement that a piece of work sends, line by line."""
    sent = []

    def run(tx):
        event.listen(tx, "before_cursor_execute", listen := lambda *told: sent.append(told[2:4]))
        work(tx)
        event.remove(tx, "before_cursor_execute", listen)
        rows = [
            row
            for statement, parameters in sent
            for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
        return [row[-1] for row in rows]

    return await db.write(run)


@pytest.mark.parametrize("name", QUERIES)
async def test_a_query_takes_its_index_and_scans_no_table(db, name):
    work, index = QUERIES[name]

    plan = await plan_of(db, work)

    assert any(re.search(rf"USING (COVERING )?INDEX {index}\b", line) for line in plan), plan
    tables = r"standings|attempts|dailies|schedules|members|season_answers|quizzes|quiz_items|held_answers"
    assert not [line for line in plan if re.match(rf"SCAN ({tables})$", line)], plan


@pytest.mark.parametrize("name", SORTED_ALREADY)
async def test_rows_come_in_order_from_the_index(db, name):
    plan = await plan_of(db, QUERIES[name][0])

    assert not [line for line in plan if "TEMP B-TREE" in line], plan


@pytest.mark.parametrize("by", By)
async def test_a_page_needs_no_sorting_of_any_kind(db, by):
    plan = await plan_of(db, lambda tx: standings.page(tx, *BOARD, by, offset=0, limit=10))

    assert len(plan) == 2, plan  # the range of the board, and the name of each line by its key
    assert plan[0].endswith("(guild_id=? AND period=? AND board=?)") or "accuracy>?" in plan[0]
    assert plan[1].startswith("SEARCH members USING INDEX sqlite_autoindex_members_1")
