"""The same queries on PostgreSQL, which plans by what the tables hold: an index range, however long the history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.storage.engine import Database
from tests.postgres import TEMPLATE
from tests.storage.test_query_plans import QUERIES

UNMEASURED = {
    "the flags on a question",
    "the card of a question",
    "what is due to a member",
    "the cards of a member",
    "a calendar of half a year",
    "the log of a card",
    "the reminders that are due",
    "the open dailies of a member",
    "the live rounds that are due",
    "the messages of live rounds",
    "the live round of a channel",
    "what live rounds have asked",
    "the answers that have yet to count",
    "an answer in a live round",
    "whether anybody is waited for",
    "the scores of a live round",
    "what a live round earned",
    "the open duel of two members",
    "the questions of open duels",
    "the challenges that were left alone",
    "what a server's own questions earned",
    "the servers of a division",
    "the sizes of the divisions beside it",
    "the lowest division",
    "a final table of the league",
    "the months of a server in the league",
    "the month of the league that is played",
}
"""Their tables have no sample history here yet, and on an empty table PostgreSQL rightly prefers to scan."""
ASSERTED = [name for name in QUERIES if name not in UNMEASURED]

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


@pytest.fixture
async def history(history_url):
    db = Database(history_url)
    yield db
    await db.close()


async def steps_of(db, work) -> list[dict[str, Any]]:
    """All steps of the plans for what a piece of work sends."""
    sent = []

    def run(tx):
        # No table is scanned that an index can spare, though it be as small as a test's.
        tx.execute(text("SET LOCAL enable_seqscan = off"))
        event.listen(tx, "before_cursor_execute", listen := lambda *told: sent.append(told[2:4]))
        work(tx)
        event.remove(tx, "before_cursor_execute", listen)
        plans = [tx.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {query}", given).scalar_one() for query, given in sent]
        return [step for plan in plans for step in nodes(plan[0]["Plan"])]

    return await db.write(run)


@pytest.mark.postgres
@pytest.mark.parametrize("name", ASSERTED)
async def test_postgresql_takes_the_same_index_and_scans_no_table(history, name):
    work, expected = QUERIES[name]
    # SQLite numbers the indexes of keys; here they have names, which begin with what they are.
    by_key = re.match(r"(\w+) by its key", expected)
    wanted = rf"(pk|uq)_{by_key[1]}\b|uq_{by_key[1]}_" if by_key else expected.removeprefix("INDEX ")

    steps = await steps_of(history, work)

    assert any(re.match(wanted, step.get("Index Name", "")) for step in steps), steps
    assert not [step["Relation Name"] for step in steps if step["Node Type"] == "Seq Scan"], steps
