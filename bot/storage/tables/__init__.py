"""The tables, by feature. `migrations/` builds them; a test holds the two equal.

Discord's ids are BigInteger. Instants are aware UTC. Local dates belong to the server's zone at the time.
A guild id of ALONE stands for a member alone, in direct messages or where the bot has not been added.
"""

from __future__ import annotations

from bot.storage.tables.attempts import attempts, season_answers
from bot.storage.tables.base import ALONE, Instant, metadata
from bot.storage.tables.dailies import CLAIMED, MISCOUNTED, WAITING, dailies, held_answers
from bot.storage.tables.guilds import guilds
from bot.storage.tables.members import members
from bot.storage.tables.plans import plans
from bot.storage.tables.quizzes import quiz_items, quizzes
from bot.storage.tables.reminders import reminders
from bot.storage.tables.reviews import cards, review_log
from bot.storage.tables.schedules import schedules
from bot.storage.tables.standings import standings

__all__ = [
    "ALONE",
    "CLAIMED",
    "MISCOUNTED",
    "WAITING",
    "Instant",
    "attempts",
    "cards",
    "dailies",
    "guilds",
    "held_answers",
    "members",
    "metadata",
    "plans",
    "quiz_items",
    "quizzes",
    "reminders",
    "review_log",
    "schedules",
    "season_answers",
    "standings",
]
