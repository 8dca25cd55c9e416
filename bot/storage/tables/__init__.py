"""The tables, by feature. `migrations/` builds them; a test holds the two equal.

Discord's ids are BigInteger. Instants are aware UTC. Local dates belong to the server's zone at the time.
A guild id of ALONE stands for a member alone, in direct messages or where the bot has not been added.
"""

from __future__ import annotations

from bot.storage.tables.announcements import UNSENT, announcements
from bot.storage.tables.attempts import attempts, season_answers
from bot.storage.tables.awards import PENDING, award_holders, awards
from bot.storage.tables.base import ALONE, Instant, metadata
from bot.storage.tables.competitions import (
    ONGOING,
    OUTDATED,
    competition_answers,
    competition_entries,
    competition_teams,
    competitions,
)
from bot.storage.tables.dailies import CLAIMED, MISCOUNTED, WAITING, dailies, held_answers
from bot.storage.tables.guilds import guilds
from bot.storage.tables.members import members
from bot.storage.tables.quizzes import quiz_items, quizzes
from bot.storage.tables.schedules import schedules
from bot.storage.tables.seasons import season_clocks, seasons
from bot.storage.tables.standings import standings

__all__ = [
    "ALONE",
    "CLAIMED",
    "MISCOUNTED",
    "ONGOING",
    "OUTDATED",
    "PENDING",
    "UNSENT",
    "WAITING",
    "Instant",
    "announcements",
    "attempts",
    "award_holders",
    "awards",
    "competition_answers",
    "competition_entries",
    "competition_teams",
    "competitions",
    "dailies",
    "guilds",
    "held_answers",
    "members",
    "metadata",
    "quiz_items",
    "quizzes",
    "schedules",
    "season_answers",
    "season_clocks",
    "seasons",
    "standings",
]
