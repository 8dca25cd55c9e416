"""The cost of a query, by SQLite's own plan: an index range, however long the history."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.shards import Shards
from bot.storage import (
    attempts,
    awards,
    competition_entries,
    dailies,
    daily_closes,
    daily_counts,
    daily_days,
    daily_withdrawals,
    duels,
    evenings,
    exams,
    groups,
    guilds,
    leagues,
    live,
    live_answers,
    live_plans,
    members,
    posts,
    questions,
    quizzes,
    ranks,
    reminders,
    reports,
    reviews,
    schedules,
    standings,
    suggestions,
)
from bot.storage.due import Look
from bot.storage.live import LiveRound
from bot.storage.quizzes import QuizItem
from bot.storage.tables import metadata
from bot.study.leagues import Band
from bot.study.reviews import CardKey
from bot.study.scoring import Mode
from bot.study.standings import By
from tests.builders import a_question
from tests.conftest import MONDAY

GUILD, USER = 7 << 22, 7
MINUTE = timedelta(minutes=1)
SOON = MONDAY + MINUTE
KEY_OF_CARD = CardKey(USER, "a-pack", "1.1-001")
SOME = Shards(4, frozenset({0, 3}))
A_ROUND = LiveRound(1, GUILD, 5, USER, "all", 10, 30, 7, MONDAY)
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

KEY = re.compile(r"USING (PRIMARY KEY|(COVERING )?INDEX sqlite_autoindex_\w+)")
"""Matches the index of a primary or unique key. Its number depends on how the table was created."""

SCAN = rf"SCAN ({'|'.join(metadata.tables)})"

QUERIES = {
    "a page by points": (
        lambda tx: standings.page(tx, *BOARD, By.POINTS, offset=20, limit=10),
        "ix_standings_by_points",
    ),
    "the first of each board": (
        lambda tx: standings.firsts(tx, GUILD, "2026-11"),
        "ix_standings_by_points",
    ),
    "a page by accuracy": (
        lambda tx: standings.page(tx, *BOARD, By.ACCURACY, offset=20, limit=10),
        "ix_standings_by_accuracy",
    ),
    "a rank by points": (lambda tx: tx.execute(standings.ahead_query(ROW, By.POINTS)), "ix_standings_by_points"),
    "a rank by accuracy": (lambda tx: tx.execute(standings.ahead_query(ROW, By.ACCURACY)), "ix_standings_by_accuracy"),
    "the ranks of many": (
        lambda tx: ranks.RANKS.read(tx, [(*BOARD, USER), (*BOARD, USER + 1), (*BOARD, USER + 2)]),
        "ix_standings_by_points",
    ),
    "the rivals of many": (
        lambda tx: standings.RIVALS.read(tx, [(*BOARD, USER), (*BOARD, USER + 1)]),
        "ix_standings_by_points",
    ),
    "the lines of many": (
        lambda tx: ranks.RANKS.read(tx, [(*BOARD, USER), (*BOARD, USER + 1), (*BOARD, USER + 2)]),
        "(guild_id=? AND user_id=? AND period=? AND board=?)",
    ),
    "the answers of many to their dailies": (
        lambda tx: attempts.OF_DAILIES.read(tx, [(1, USER), (2, USER), (3, USER)]),
        "attempts by its key (daily_id=? AND user_id=?)",
    ),
    "the competitions that answers may count in": (
        lambda tx: competition_entries.open_to(tx, [(GUILD, USER, "1.1-001"), (GUILD, USER + 1, "1.1-001")]),
        "ix_competitions_open",
    ),
    "the places in them": (
        lambda tx: competition_entries.open_to(tx, [(GUILD, USER, "1.1-001")]),
        "competition_entries by its key (competition_id=? AND user_id=?)",
    ),
    "the roles for mastery within reach": (
        lambda tx: awards.WITHIN_REACH.read(tx, awards.reachable([((GUILD, USER, "1.1-001"), "1.1", None)])),
        "awards by its key (guild_id=?)",
    ),
    "what their members have answered right": (
        lambda tx: awards.WITHIN_REACH.read(tx, awards.reachable([((GUILD, USER, "1.1-001"), "1.1", None)])),
        "ix_attempts_member_question (guild_id=? AND user_id=?)",
    ),
    "a member's line": (
        lambda tx: standings.place_of(tx, *BOARD, By.POINTS, USER),
        "standings by its key (guild_id=? AND user_id=? AND period=? AND board=?)",
    ),
    "the duels whose time is up": (lambda tx: duels.due(tx, MONDAY, 200, SOME), "ix_duels_due"),
    "the posts that are dirty": (lambda tx: posts.ready(tx, MONDAY, 200, SOME, busy=(5, 6)), "ix_posts_dirty"),
    "the urgent ones of them": (lambda tx: posts.ready(tx, MONDAY, 200, SOME, due_by=MONDAY), "ix_posts_dirty"),
    "a post that changes": (
        lambda tx: posts.touch(tx, "challenge", 7, MONDAY),
        "posts by its key (kind=? AND subject=?)",
    ),
    "the leases at startup": (lambda tx: posts.LEASES.release_all(tx, MONDAY), "ix_posts_dirty"),
    "the open duel of two members": (lambda tx: duels.open_between(tx, GUILD, USER, 8), "ix_duel_players_playing"),
    "the questions of open duels": (lambda tx: duels.OPEN_QUESTIONS.read(tx, [USER]), "ix_duel_players_playing"),
    "the questions of running evenings": (
        lambda tx: evenings.OPEN_QUESTIONS.read(tx, [USER]),
        "ix_evening_members_user_id",
    ),
    "the papers to grade": (lambda tx: exams.ungraded(tx, 1), "ix_exams_evening_id"),
    "the evenings that are due": (lambda tx: evenings.due(tx, MONDAY, SOME), "ix_exam_evenings_due_at"),
    "the questions of a server's running papers": (
        lambda tx: evenings.running_questions_in(tx, GUILD),
        "evening_items by its key (evening_id=?)",
    ),
    "the live rounds whose time has come": (lambda tx: live_plans.due(tx, MONDAY, SOME), "ix_live_plans_starts_at"),
    "the questions of the exams that its members sit": (
        lambda tx: exams.running_questions_in(tx, GUILD),
        "exam_items by its key (exam_id=?)",
    ),
    "the questions of a server's open duels": (
        lambda tx: duels.open_questions_in(tx, GUILD),
        "ix_duel_players_playing",
    ),
    "the challenges that were left alone": (
        lambda tx: duels.unaccepted(tx, GUILD, USER, 8, MONDAY),
        "ix_duel_players_opponent_id_user_id",
    ),
    "the schedules that are due": (lambda tx: schedules.due(tx, MONDAY, 500, SOME), "ix_schedules_next_post_at"),
    "the closed dailies that have no post": (
        lambda tx: daily_closes.without_post(tx, 500, SOME),
        "ix_dailies_settled",
    ),
    "what is due, for all ticks": (lambda tx: Look(SOME).look(tx, MONDAY), "ix_dailies_settled"),
    "the dailies past their close": (lambda tx: daily_closes.due(tx, MONDAY, 500, SOME), "ix_dailies_waiting"),
    "the posts that show an old number": (lambda tx: daily_counts.stale(tx, 500, SOME), "ix_dailies_miscounted"),
    "where a post is": (lambda tx: posts.place_of(tx, "daily", 7), "posts by its key (kind=? AND subject=?)"),
    "the schedules of a server": (lambda tx: schedules.all_of(tx, GUILD), "schedules by its key (guild_id=?)"),
    "which open dailies wait for a member": (
        lambda tx: dailies.unanswered(tx, dailies.open_in(tx, GUILD, MONDAY), USER),
        "dailies by its key (guild_id=? AND day>?)",
    ),
    "the dates of a member": (
        lambda tx: daily_days.days_of_member(tx, GUILD, USER, MONDAY.date(), MONDAY),
        "dailies by its key (guild_id=? AND day>?)",
    ),
    "the daily that is open": (
        lambda tx: dailies.open_in(tx, GUILD, MONDAY),
        "dailies by its key (guild_id=? AND day>?)",
    ),
    "the daily of a date": (
        lambda tx: dailies.of_day(tx, (GUILD, 1), MONDAY.date()),
        "dailies by its key (guild_id=? AND day=? AND number=?)",
    ),
    "dailies of dates to come": (
        lambda tx: daily_withdrawals.ahead(tx, MONDAY, SOME),
        "dailies by its key (guild_id=? AND day>?)",
    ),
    "the last daily": (lambda tx: dailies.latest(tx, (GUILD, 1)), "dailies by its key (guild_id=?)"),
    "the newest date": (lambda tx: dailies.last_day(tx, (GUILD, 1)), "dailies by its key (guild_id=?)"),
    "the rotation so far": (lambda tx: dailies.posted(tx, GUILD), "dailies by its key (guild_id=?)"),
    "the days that a member missed": (
        lambda tx: daily_days.missed_days(tx, GUILD, USER, MONDAY.date(), MONDAY.date() + timedelta(days=9)),
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
        lambda tx: attempts.SCORED.read(tx, [(GUILD, USER, "2026-11", "1.1-001")]),
        "season_answers by its key (guild_id=? AND user_id=? AND season=? AND question_id=?)",
    ),
    "the questions of a series": (
        lambda tx: quizzes.get(
            tx, quizzes.add(tx, GUILD, USER, "1.1", Mode.QUIZ, None, [QuizItem("1.1-001", (0, 1))], MONDAY).id
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
        "INDEX ix_attempts_",  # either of the two indexes on these three columns
    ),
    "the questions that are flagged": (lambda tx: reports.flagged(tx, GUILD), "uq_flags_open"),
    "the flags on a question": (lambda tx: reports.open_flags(tx, GUILD, "1.1-001", 10), "uq_flags_open"),
    "what members of a server know together": (
        lambda tx: groups.counts(tx, GUILD, ["1.1-001", "1.1-002"], ["2026-W47", "2026-W48"], ["2026-W47"]),
        "COVERING INDEX ix_attempts_",
    ),
    "what members who are counted can still answer": (
        lambda tx: groups.open_to_counted(tx, GUILD, ["2026-W47"], MONDAY),
        "ix_members_user_id (user_id=?)",
    ),
    "the boards of weeks": (
        lambda tx: groups.counts(tx, GUILD, ["1.1-001"], ["2026-W47", "2026-W48"], ["2026-W47"]),
        "ix_standings_by_points (guild_id=? AND period=? AND board=?)",
    ),
    "the oldest daily that is open": (
        lambda tx: groups.first_open_day(tx, GUILD),
        "dailies by its key (guild_id=?)",
    ),
    "the weekly posts that are due": (lambda tx: groups.due(tx, MONDAY, 100, SOME), "ix_group_clocks_due_at"),
    "the figures of a weekly post": (
        lambda tx: groups.week(tx, GUILD, MONDAY.date()),
        "group_weeks by its key (guild_id=? AND monday=?)",
    ),
    "the suggestions that wait": (lambda tx: suggestions.waiting(tx, GUILD), "ix_suggestions_undecided (guild_id=?)"),
    "how many suggestions wait": (
        lambda tx: suggestions.count_waiting(tx, GUILD),
        "ix_suggestions_undecided (guild_id=?)",
    ),
    "a member's suggestions that wait": (
        lambda tx: suggestions.waiting_of(tx, GUILD, USER),
        "INDEX ix_suggestions_",
    ),
    "a member's newest suggestions": (
        lambda tx: suggestions.newest_of(tx, GUILD, USER, 10),
        "ix_suggestions_member (guild_id=? AND user_id=?)",
    ),
    "decisions that a member has not seen": (
        lambda tx: suggestions.unseen_of(tx, GUILD, USER),
        "ix_suggestions_unseen (guild_id=? AND user_id=?)",
    ),
    "who suggested questions": (
        lambda tx: suggestions.authors(tx, [(GUILD, "own-1"), (GUILD, "own-2")]),
        "ix_suggestions_question (guild_id=? AND question_id=?)",
    ),
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
        "(user_id=? AND pack=?)",  # either of the two indexes on cards
    ),
    "a calendar of half a year": (
        lambda tx: reviews.days(tx, USER, "a-pack", MONDAY.date(), MONDAY.date()),
        "COVERING INDEX ix_review_log_member_day (user_id=? AND pack=? AND day>? AND day<?)",
    ),
    "the day of a member who went west": (
        lambda tx: reviews.day_after(tx, USER, MONDAY.date(), MONDAY),
        "ix_review_log_member_day (user_id=?)",
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
        lambda tx: daily_days.days_of_member(tx, GUILD, USER, MONDAY.date(), MONDAY),
        "dailies by its key (guild_id=? AND day>?)",
    ),
    "the open dailies of a member": (
        lambda tx: dailies.ANSWERABLE.read(tx, dailies.lately([USER], MONDAY)),
        "ix_members_user_id (user_id=?)",
    ),
    "what dailies ask anywhere": (lambda tx: dailies.open_anywhere(tx, MONDAY), "ix_dailies_waiting"),
    "what duels ask anywhere": (duels.open_anywhere, "ix_duel_players_playing"),
    "what live rounds ask anywhere": (live.open_anywhere, "ix_live_rounds_going_on"),
    "the lines of a heat map": (
        lambda tx: standings.of_members(tx, GUILD, "all", [USER, 8], ["1.1", "1.2"]),
        "(guild_id=? AND user_id=? AND period=? AND board=?)",
    ),
    "the sums of a heat map": (
        lambda tx: standings.totals(tx, GUILD, "all", ["1.1", "1.2"]),
        "(guild_id=? AND period=? AND board=?)",
    ),
    "the live rounds that are due": (lambda tx: live.due(tx, MONDAY, SOME), "ix_live_rounds_active"),
    "the live round of a channel": (lambda tx: live.in_channel(tx, 5), "ix_live_rounds_going_on (channel_id=?)"),
    "what live rounds have asked": (lambda tx: live.history(tx, GUILD), "ix_live_rounds_guild_id (guild_id=?)"),
    "the answers that have yet to count": (
        lambda tx: live_answers.unrecorded(tx, 16, SOME),
        "ix_live_answers_unrecorded",
    ),
    "an answer in a live round": (
        lambda tx: live_answers.of_member(tx, 1, USER, [1, 2]),
        "live_answers by its key (live_id=? AND number=? AND user_id=?)",
    ),
    "whether anybody is waited for": (
        lambda tx: live_answers.has_unanswered(tx, 1, 1),
        "live_answers by its key (live_id=? AND number=? AND user_id=?)",
    ),
    "who has answered in a live round": (
        lambda tx: live_answers.names_answered(tx, A_ROUND, 20),
        "live_answers by its key (live_id=? AND number=?",
    ),
    "the scores of a live round": (lambda tx: live_answers.scores(tx, A_ROUND), "live_answers by its key (live_id=?)"),
    "what a live round earned": (
        lambda tx: attempts.points_of_live(tx, 1, USER),
        "ix_attempts_live (live_id=? AND user_id=?)",
    ),
    "the scores of a division": (
        lambda tx: leagues.scores(tx, "2026-11", [GUILD, 8 << 22]),
        "(guild_id=? AND period=? AND board=?)",  # three indexes begin with these columns
    ),
    "what a server's own questions earned": (
        lambda tx: (
            guilds.ensure(tx, GUILD, MONDAY),
            questions.add(tx, GUILD, [a_question("own-1")], (), by=USER, at=MONDAY),
            leagues.scores(tx, "2026-11", [GUILD]),
        ),
        "attempts USING INDEX ix_attempts_question_member (guild_id=? AND question_id=?)",
    ),
    "the servers of a division": (
        lambda tx: leagues.of_division(tx, Band.SMALL, 2, "2026-11"),
        "ix_leagues_division (band=? AND division=?)",
    ),
    "the sizes of the divisions beside it": (
        lambda tx: leagues.sizes(tx, Band.SMALL, [1, 3], "2026-11"),
        "ix_leagues_division (band=? AND division=?)",
    ),
    "the lowest division": (lambda tx: leagues.lowest(tx, Band.SMALL), "ix_leagues_division (band=? AND division>?)"),
    "a final table of the league": (
        lambda tx: leagues.final_table(tx, "2026-11", Band.SMALL, 2),
        "ix_league_places_table (season=? AND band=? AND division=?)",
    ),
    "the months of a server in the league": (
        lambda tx: leagues.places_of(tx, GUILD, 6),
        "league_places by its key (guild_id=?)",
    ),
    "the month of the league that is played": (
        lambda tx: (leagues.last_closed(tx), leagues.first_since(tx)),
        "ix_leagues_since",
    ),
    # PostgreSQL finds a member by either of two indexes, because few members are in many servers.
    "a streak": (lambda tx: members.streak(tx, GUILD, USER), "(guild_id=? AND user_id=?)"),
}

SORTS = {
    "what members of a server know together",
    "the boards of weeks",
    "the challenges that were left alone",
    "the spread of answers",
    "how a group answered",
    "the answers to a series",
    "a server's own questions",
    "the first answers to a question",
    "the questions that are flagged",
    "the flags on a question",
    "the log of a card",
    "the scores of a live round",
    "who has answered in a live round",
    "what live rounds have asked",
    "what a server's own questions earned",
    "the servers of a division",
    "a final table of the league",
    "the posts that are dirty",
    "the urgent ones of them",
}
SORTED_ALREADY = [name for name in QUERIES if name not in SORTS]
"""All queries except those that sort few rows: of one daily, quiz, server's questions, division, question or pair of
members, or the posts that are waiting at one moment."""


async def plan_of(db, work) -> list[str]:
    """Return SQLite's plan for each statement that a piece of work sends, line by line."""
    sent = []

    def run(tx):
        raw = tx.connection.dbapi_connection
        raw.set_trace_callback(sent.append)
        work(tx)
        raw.set_trace_callback(None)
        rows = [row for statement in sent for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}")]
        return [KEY.sub("by its key", row[-1]) for row in rows]

    return await db.write(run)


@pytest.mark.sqlite
@pytest.mark.parametrize("name", QUERIES)
async def test_a_query_uses_its_index_and_scans_no_table(db, name):
    work, expected = QUERIES[name]

    plan = await plan_of(db, work)

    assert any(expected in line for line in plan), plan
    assert not [line for line in plan if re.fullmatch(SCAN, line)], plan


@pytest.mark.sqlite
@pytest.mark.parametrize("name", SORTED_ALREADY)
async def test_rows_come_in_order_from_the_index(db, name):
    plan = await plan_of(db, QUERIES[name][0])

    assert not [line for line in plan if "TEMP B-TREE" in line], plan


@pytest.mark.sqlite
@pytest.mark.parametrize("by", By)
async def test_a_page_needs_no_sorting_of_any_kind(db, by):
    plan = await plan_of(db, lambda tx: standings.page(tx, *BOARD, by, offset=0, limit=10))

    assert len(plan) == 2, plan  # the range of the board, and each member's name by its key
    assert plan[0].endswith("(guild_id=? AND period=? AND board=?)") or "accuracy>?" in plan[0]
    assert plan[1].startswith("SEARCH members by its key (guild_id=? AND user_id=?)")
