"""The tables, by feature. `migrations/` creates them; a test checks that the two agree.

Discord's ids are BigInteger. Instants are aware UTC. Local dates belong to the server's zone at the time. Without a
rowid, SQLite keeps a table in the tree of its key, which would otherwise be a separate index: one page fewer for each
row that an answer changes. A guild id of `study.members.ALONE` stands for a member alone, in direct messages or where
the bot has not been added.
"""

from __future__ import annotations

from bot.storage.tables.attempts import attempts, season_answers
from bot.storage.tables.awards import PENDING, award_holders, awards
from bot.storage.tables.base import Instant, MemberId, metadata
from bot.storage.tables.competitions import (
    ONGOING,
    competition_answers,
    competition_entries,
    competition_teams,
    competitions,
)
from bot.storage.tables.dailies import MISCOUNTED, SETTLED, WAITING, dailies, held_answers
from bot.storage.tables.duels import DUELING, PLAYING, UNTOLD, duel_players, duels
from bot.storage.tables.evenings import EVENING_DUE, evening_items, evening_members, exam_evenings
from bot.storage.tables.exams import RUNNING, TOGETHER, exam_choices, exam_items, exams
from bot.storage.tables.groups import group_clocks, group_weeks
from bot.storage.tables.guilds import guilds
from bot.storage.tables.interactions import interactions
from bot.storage.tables.leagues import league_places, league_seasons, leagues
from bot.storage.tables.learners import learners
from bot.storage.tables.live import (
    ACTIVE,
    GOING_ON,
    UNRECORDED,
    live_answers,
    live_players,
    live_questions,
    live_rounds,
)
from bot.storage.tables.live_plans import PLANNED, live_plans
from bot.storage.tables.members import members
from bot.storage.tables.partners import ENGAGED, partners, partnerships
from bot.storage.tables.pauses import pauses
from bot.storage.tables.plans import plans
from bot.storage.tables.posts import DIRTY, posts
from bot.storage.tables.questions import (
    option_places,
    question_drafts,
    retired_questions,
    server_cases,
    server_questions,
)
from bot.storage.tables.quizzes import quiz_items, quizzes
from bot.storage.tables.ranks import board_blocks
from bot.storage.tables.reminders import reminders
from bot.storage.tables.reports import OPEN_FLAGS, flags
from bot.storage.tables.reviews import cards, review_log
from bot.storage.tables.schedules import schedules
from bot.storage.tables.seasons import season_clocks, seasons
from bot.storage.tables.shares import shares
from bot.storage.tables.standings import standings
from bot.storage.tables.suggestions import CREDITED, UNDECIDED, UNSEEN, suggestions
from bot.storage.tables.web import web_keys

__all__ = [
    "ACTIVE",
    "CREDITED",
    "DIRTY",
    "DUELING",
    "ENGAGED",
    "EVENING_DUE",
    "GOING_ON",
    "MISCOUNTED",
    "ONGOING",
    "OPEN_FLAGS",
    "PENDING",
    "PLANNED",
    "PLAYING",
    "RUNNING",
    "SETTLED",
    "TOGETHER",
    "UNDECIDED",
    "UNRECORDED",
    "UNSEEN",
    "UNTOLD",
    "WAITING",
    "Instant",
    "MemberId",
    "attempts",
    "award_holders",
    "awards",
    "board_blocks",
    "cards",
    "competition_answers",
    "competition_entries",
    "competition_teams",
    "competitions",
    "dailies",
    "duel_players",
    "duels",
    "evening_items",
    "evening_members",
    "exam_choices",
    "exam_evenings",
    "exam_items",
    "exams",
    "flags",
    "group_clocks",
    "group_weeks",
    "guilds",
    "held_answers",
    "interactions",
    "league_places",
    "league_seasons",
    "leagues",
    "learners",
    "live_answers",
    "live_plans",
    "live_players",
    "live_questions",
    "live_rounds",
    "members",
    "metadata",
    "option_places",
    "partners",
    "partnerships",
    "pauses",
    "plans",
    "posts",
    "question_drafts",
    "quiz_items",
    "quizzes",
    "reminders",
    "retired_questions",
    "review_log",
    "schedules",
    "season_answers",
    "season_clocks",
    "seasons",
    "server_cases",
    "server_questions",
    "shares",
    "standings",
    "suggestions",
    "web_keys",
]
