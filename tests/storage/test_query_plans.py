"""What a query costs, by SQLite's own plan for it: an index range, however long the history."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.shards import Shards
from bot.storage import (
    attempts,
    dailies,
    exams,
    members,
    questions,
    quizzes,
    reminders,
    reports,
    reviews,
    schedules,
    standings,
)
from bot.storage.quizzes import Item
from bot.study.scoring import Mode
from bot.study.standings import By
from tests.conftest import MONDAY

GUILD, USER = 7 << 22, 7
MINUTE = timedelta(minutes=1)
SOON = MONDAY + MINUTE
KEY_OF_CARD = reviews.Key(USER, "a-pack", "1.1-001")
SOME = Shards(4, frozenset({0, 3}))
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

KEY = re.compile(r"USING (COVERING )?INDEX sqlite_autoindex_\w+")
"""The index of a primary or unique key. Its number depends on how the table was made."""

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
    "the ranks of many": (
        lambda tx: standings.ranks(tx, [(*BOARD, USER), (*BOARD, USER + 1), (*BOARD, USER + 2)]),
        "ix_standings_by_points",
    ),
    "the lines of many": (
        lambda tx: standings.ranks(tx, [(*BOARD, USER), (*BOARD, USER + 1), (*BOARD, USER + 2)]),
        "me by its key (guild_id=? AND period=? AND board=? AND user_id=?)",
    ),
    "the answers of many to their dailies": (
        lambda tx: attempts.of_dailies(tx, [(1, USER), (2, USER), (3, USER)]),
        "attempts by its key (daily_id=? AND user_id=?)",
    ),
    "a member's line": (
        lambda tx: standings.place_of(tx, *BOARD, By.POINTS, USER),
        "standings by its key (guild_id=? AND period=? AND board=? AND user_id=?)",
    ),
    "the schedules that are due": (lambda tx: schedules.due(tx, MONDAY, 500, SOME), "ix_schedules_next_post_at"),
    "the claims in hand": (
        lambda tx: dailies.take_claims(tx, None, SOON, 500, SOME, longest=MINUTE),
        "ix_dailies_claimed",
    ),
    "the claims whose lease has run out": (
        lambda tx: dailies.take_claims(tx, MONDAY, SOON, 500, SOME, longest=MINUTE),
        "ix_dailies_claimed",
    ),
    "the dailies past their close": (lambda tx: dailies.closing(tx, MONDAY, 500, SOME), "ix_dailies_waiting"),
    "the posts that show an old number": (lambda tx: dailies.take_stale_counts(tx, 500, SOME), "ix_dailies_miscounted"),
    "the daily that is open": (lambda tx: dailies.open_for(tx, GUILD, MONDAY), "dailies by its key (guild_id=?)"),
    "the daily of a date": (
        lambda tx: dailies.of_day(tx, GUILD, MONDAY.date()),
        "dailies by its key (guild_id=? AND day=?)",
    ),
    "the last daily": (lambda tx: dailies.latest(tx, GUILD), "dailies by its key (guild_id=?)"),
    "the newest date": (lambda tx: dailies.last_day(tx, GUILD), "dailies by its key (guild_id=?)"),
    "the rotation so far": (lambda tx: dailies.posted_ids(tx, GUILD), "dailies by its key (guild_id=?)"),
    "the days that a member missed": (
        lambda tx: dailies.missed_days(tx, GUILD, USER, MONDAY.date(), MONDAY.date() + timedelta(days=9)),
        "dailies by its key (guild_id=? AND day>? AND day<?)",
    ),
    "an answer to a daily": (
        lambda tx: attempts.of_daily(tx, 1, USER),
        "attempts by its key (daily_id=? AND user_id=?)",
    ),
    "the spread of answers": (lambda tx: dailies.spread(tx, 1), "attempts by its key (daily_id=?)"),
    "the answers to a series": (lambda tx: attempts.of_quiz(tx, 1), "attempts by its key (quiz_id=?)"),
    "the exams whose time is up": (lambda tx: exams.due(tx, MONDAY, 50, SOME), "ix_exams_due"),
    "what a member knows": (lambda tx: attempts.last_right(tx, GUILD, USER), "ix_attempts_member_question"),
    "whether a question has scored": (
        lambda tx: attempts.scored_in_season(tx, [(GUILD, USER, "2026-11", "1.1-001")]),
        "season_answers by its key (guild_id=? AND user_id=? AND season=? AND question_id=?)",
    ),
    "the questions of a series": (
        lambda tx: quizzes.get(
            tx, quizzes.add(tx, GUILD, USER, "1.1", Mode.QUIZ, None, [Item("1.1-001", (0, 1))], MONDAY).id
        ),
        "quiz_items by its key (quiz_id=?)",
    ),
    "a server's own questions": (
        lambda tx: questions.additions(tx, GUILD),
        "server_questions by its key (guild_id=?)",
    ),
    "the first answers to a question": (
        lambda tx: reports.responses(tx, GUILD, "1.1-001", 2_000),
        "ix_attempts_question_member",
    ),
    "whether a member has answered": (
        lambda tx: attempts.has_answered(tx, GUILD, USER, "1.1-001"),
        "INDEX ix_attempts_",  # either of two indexes of the same three columns
    ),
    "the questions that are flagged": (lambda tx: reports.flagged(tx, GUILD), "uq_flags_open"),
    "the flags on a question": (lambda tx: reports.open_flags(tx, GUILD, "1.1-001", 10), "uq_flags_open"),
    "what is due to a member": (
        lambda tx: reviews.due(tx, USER, "a-pack", MONDAY.date()),
        "ix_cards_due (user_id=? AND pack=? AND due_on<?)",
    ),
    "the card of a question": (
        lambda tx: reviews.get_all(tx, [KEY_OF_CARD]),
        "cards by its key (user_id=? AND pack=? AND question_id=?)",
    ),
    "the cards of a member": (
        lambda tx: reviews.of_member(tx, USER, "a-pack"),
        "(user_id=? AND pack=?)",  # either of the two indexes of cards
    ),
    "a calendar of half a year": (
        lambda tx: reviews.days(tx, USER, "a-pack", MONDAY.date()),
        "COVERING INDEX ix_review_log_member_day (user_id=? AND pack=? AND day>?)",
    ),
    "the log of a card": (
        lambda tx: reviews.history(tx, KEY_OF_CARD),
        "ix_review_log_member_day (user_id=? AND pack=?)",
    ),
    "the reminders that are due": (
        lambda tx: reminders.due(tx, MONDAY, 500),
        "ix_reminders_next_at (next_at<?)",
    ),
    "the days of a streak": (
        lambda tx: dailies.days_of_member(tx, GUILD, USER, MONDAY.date(), MONDAY),
        "dailies by its key (guild_id=? AND day>?)",
    ),
    "the open dailies of a member": (
        lambda tx: dailies.open_questions_of(tx, USER, MONDAY),
        "ix_members_user_id (user_id=?)",
    ),
    "a streak": (lambda tx: members.streak(tx, GUILD, USER), "members by its key (guild_id=? AND user_id=?)"),
}

SORTS = {
    "the spread of answers",
    "the answers to a series",
    "a server's own questions",
    "the first answers to a question",
    "the questions that are flagged",
    "the flags on a question",
    "the log of a card",
}
SORTED_ALREADY = [name for name in QUERIES if name not in SORTS]
"""All but those that sort the few rows of one daily, one series, one server's questions or one question."""


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
        return [KEY.sub("by its key", row[-1]) for row in rows]

    return await db.write(run)


@pytest.mark.sqlite
@pytest.mark.parametrize("name", QUERIES)
async def test_a_query_takes_its_index_and_scans_no_table(db, name):
    work, expected = QUERIES[name]

    plan = await plan_of(db, work)

    assert any(expected in line for line in plan), plan
    tables = r"standings|attempts|dailies|schedules|members|season_answers|quizzes|quiz_items|held_answers|flags|server_questions|cards|review_log|reminders"
    assert not [line for line in plan if re.match(rf"SCAN ({tables})$", line)], plan


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
    assert plan[1].startswith("SEARCH members by its key (guild_id=? AND user_id=?)")
