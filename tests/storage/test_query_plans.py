"""What a query costs, by the database's own plan for it: an index range, however long the history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.shards import EVERYTHING, Shards
from bot.storage import attempts, dailies, members, quizzes, schedules, standings
from bot.storage.engine import Database
from bot.storage.quizzes import Item
from bot.study.scoring import Mode
from bot.study.standings import By
from tests.conftest import MONDAY
from tests.postgres import TEMPLATE

GUILD, USER = 7 << 22, 7
SOME, SOON, HOUR = Shards(4, frozenset({0, 3})), MONDAY + timedelta(minutes=1), timedelta(hours=1)
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
    "a member's line": (lambda tx: standings.place_of(tx, *BOARD, By.POINTS, USER), "pk_standings"),
    "the schedules that are due": (
        lambda tx: schedules.due(tx, MONDAY, 500, EVERYTHING),
        "ix_schedules_next_post_at",
    ),
    "the schedules of some shards that are due": (
        lambda tx: schedules.due(tx, MONDAY, 500, SOME),
        "ix_schedules_next_post_at",
    ),
    "the claims in hand": (
        lambda tx: dailies.take_claims(tx, None, SOON, 500, EVERYTHING, longest=HOUR),
        "ix_dailies_claimed",
    ),
    "the claims whose lease has run out": (
        lambda tx: dailies.take_claims(tx, MONDAY, SOON, 500, SOME, longest=HOUR),
        "ix_dailies_claimed",
    ),
    "the dailies past their close": (lambda tx: dailies.closing(tx, MONDAY, 500, SOME), "ix_dailies_waiting"),
    "the posts that show an old number": (
        lambda tx: dailies.take_stale_counts(tx, 500, SOME),
        "ix_dailies_miscounted",
    ),
    "the daily that is open": (lambda tx: dailies.open_for(tx, GUILD, MONDAY), "uq_dailies_guild_id_day"),
    "the daily of a date": (lambda tx: dailies.of_day(tx, GUILD, MONDAY.date()), "uq_dailies_guild_id_day"),
    "the last daily": (lambda tx: dailies.latest(tx, GUILD), "uq_dailies_guild_id_day"),
    "the newest date": (lambda tx: dailies.last_day(tx, GUILD), "uq_dailies_guild_id_day"),
    "the rotation so far": (lambda tx: dailies.posted_ids(tx, GUILD), "uq_dailies_guild_id_day"),
    "the days that a member missed": (
        lambda tx: dailies.missed_days(tx, GUILD, USER, MONDAY.date(), MONDAY.date() + timedelta(days=9)),
        "uq_dailies_guild_id_day",
    ),
    "an answer to a daily": (lambda tx: attempts.of_daily(tx, 1, USER), "uq_attempts_daily_id_user_id"),
    "the spread of answers": (lambda tx: dailies.spread(tx, 1), "uq_attempts_daily_id_user_id"),
    "the answers to a series": (lambda tx: attempts.of_quiz(tx, 1), "uq_attempts_quiz_id_question_id"),
    "what a member knows": (lambda tx: attempts.last_right(tx, GUILD, USER), "ix_attempts_member_question"),
    "whether a question has scored": (
        lambda tx: attempts.scored_in_season(tx, GUILD, USER, "2026-11", "1.1-001"),
        "pk_season_answers",
    ),
    "the questions of a series": (
        lambda tx: quizzes.get(
            tx, quizzes.add(tx, GUILD, USER, "1.1", Mode.QUIZ, None, [Item("1.1-001", (0, 1))], MONDAY).id
        ),
        "pk_quiz_items",
    ),
    "a streak": (lambda tx: members.streak(tx, GUILD, USER), "pk_members"),
}
"""Each with the index that it goes by, named as the tables name it."""

SORTED_ALREADY = [name for name in QUERIES if name not in ("the spread of answers", "the answers to a series")]
"""All but those that sort the few rows of one daily or one series."""


ON_SQLITE = {
    "pk_members": "sqlite_autoindex_members_1",
    "pk_quiz_items": "sqlite_autoindex_quiz_items_1",
    "pk_season_answers": "sqlite_autoindex_season_answers_1",
    "pk_standings": "sqlite_autoindex_standings_1",
    "uq_attempts_daily_id_user_id": "sqlite_autoindex_attempts_1",
    "uq_attempts_quiz_id_question_id": "sqlite_autoindex_attempts_2",
    "uq_dailies_guild_id_day": "sqlite_autoindex_dailies_1",
}
"""SQLite numbers the indexes of keys."""

TABLES = [
    "attempts",
    "dailies",
    "held_answers",
    "members",
    "quiz_items",
    "quizzes",
    "schedules",
    "season_answers",
    "standings",
]


async def plans_of(db, work, explain) -> list[Any]:
    """The database's plan for each statement that a piece of work sends, row by row."""
    sent = []

    def run(tx):
        event.listen(tx, "before_cursor_execute", listen := lambda *told: sent.append(told[2:4]))
        work(tx)
        event.remove(tx, "before_cursor_execute", listen)
        return [row for statement, given in sent for row in tx.exec_driver_sql(f"{explain} {statement}", given)]

    return await db.write(run)


# -- SQLite, which plans by the schema alone


async def plan_of(db, work) -> list[str]:
    return [row[-1] for row in await plans_of(db, work, "EXPLAIN QUERY PLAN")]


@pytest.mark.sqlite
@pytest.mark.parametrize("name", QUERIES)
async def test_a_query_takes_its_index_and_scans_no_table(db, name):
    work, index = QUERIES[name]

    plan = await plan_of(db, work)

    assert any(re.search(rf"USING (COVERING )?INDEX {ON_SQLITE.get(index, index)}\b", line) for line in plan), plan
    assert not [line for line in plan if re.match(rf"SCAN ({'|'.join(TABLES)})$", line)], plan


@pytest.mark.sqlite
@pytest.mark.parametrize("name", SORTED_ALREADY)
async def test_rows_come_in_order_from_the_index(db, name):
    plan = await plan_of(db, QUERIES[name][0])

    assert not [line for line in plan if "TEMP B-TREE" in line], plan


@pytest.mark.sqlite
@pytest.mark.parametrize("by", By)
async def test_a_page_needs_no_sorting_of_any_kind(db, by):
    plan = await plan_of(db, lambda tx: standings.page(tx, *BOARD, by, offset=0, limit=10))

    assert len(plan) == 2, plan  # the range of the board, and the name of each line by its key
    assert plan[0].endswith("(guild_id=? AND period=? AND board=?)") or "accuracy>?" in plan[0]
    assert plan[1].startswith("SEARCH members USING INDEX sqlite_autoindex_members_1")


# -- PostgreSQL, which plans by what the tables hold


HISTORY = """
SET session_replication_role = replica;  -- no checking of keys, which are right
INSERT INTO guilds SELECT g << 22, 'UTC', 'at-once', NULL, now() FROM generate_series(0, 499) g;
INSERT INTO schedules SELECT g << 22, 1, NULL, '09:00', '0123456', '', g, 1, NULL, '2026-11-23',
    timestamptz '2026-11-23 08:00Z' + (g - 5) * interval '3 minutes' FROM generate_series(0, 499) g;
INSERT INTO members (guild_id, user_id, name) SELECT g << 22, m, 'name' FROM generate_series(0, 499) g, generate_series(1, 20) m;
INSERT INTO dailies (guild_id, day, question_id, section, state, feedback, channel_id, claimed_at, lease_until, closes_at,
        answered, shown)
    SELECT g << 22, date '2026-11-23' - d, 'q' || d, '1.1', CASE d WHEN 0 THEN 'posted' WHEN 1 THEN 'settled' ELSE 'closed' END,
        'at-once', 1, now(), NULL, timestamptz '2026-11-24 08:00Z' - d * interval '1 day' - g * interval '1 minute', d % 3, 0
    FROM generate_series(0, 499) g, generate_series(0, 59) d;
UPDATE dailies SET state = 'claimed', lease_until = closes_at WHERE id % 400 = 0;
INSERT INTO attempts (guild_id, user_id, question_id, section, mode, daily_id, quiz_id, answer, correct, points, bonus, first,
        day, answered_at)
    SELECT (d.id % 500) << 22, m, 'q' || d.id % 60, '1.1', 'daily', d.id, NULL, '1', true, 10, 0, true, d.day, now()
    FROM dailies d, generate_series(1, 4) m;
INSERT INTO quizzes (guild_id, user_id, section, created_at)
    SELECT (q % 500) << 22, q % 20, '1.1', now() FROM generate_series(1, 5000) q;
INSERT INTO quiz_items SELECT q, p, 'q' || p, '0,1' FROM generate_series(1, 5000) q, generate_series(0, 4) p;
INSERT INTO season_answers SELECT g << 22, m, '2026-11', 'q' || q, true
    FROM generate_series(0, 499) g, generate_series(1, 10) m, generate_series(1, 10) q;
INSERT INTO standings SELECT g << 22, p, b, m, (m * 37) % 90, 5, 12, (m % 10) / 10.0, now()
    FROM generate_series(0, 199) g, unnest(ARRAY['2026-11', '2026-10', 'all']) p, unnest(ARRAY['1.1', '1', 'all']) b,
        generate_series(1, 80) m;
"""


@pytest.fixture(scope="module")
def history_url(cluster):
    """A database with some history in it, and its planner told."""
    cluster.sql(f"CREATE DATABASE history TEMPLATE {TEMPLATE}")
    cluster.sql(HISTORY, "history")
    cluster.sql("VACUUM ANALYZE", "history")
    yield cluster.url("history")
    cluster.sql("DROP DATABASE history WITH (FORCE)")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


@pytest.mark.postgres
@pytest.mark.parametrize("name", QUERIES)
async def test_postgresql_takes_the_same_index(history_url, name):
    work, index = QUERIES[name]
    db = Database(history_url)

    plans = await plans_of(db, work, "EXPLAIN (FORMAT JSON)")

    await db.close()
    steps = [step for (tree,) in plans for step in nodes(tree[0]["Plan"])]
    assert index in {step.get("Index Name") for step in steps}, steps
    scanned = {step.get("Relation Name") for step in steps if step["Node Type"] == "Seq Scan"}
    assert not scanned.intersection(TABLES), steps
