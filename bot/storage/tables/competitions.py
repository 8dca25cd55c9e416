"""Competitions, their teams, who has joined, and which answers have counted."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from bot.storage.tables.base import EnumText, Instant, Serial, WordList, member_id, metadata, partial, snowflake
from bot.study.competitions import CompetitionState, CompetitionStep, EntryRule, Teams

# As with dailies: these indexes hold only unfinished rows, and the queries use exactly the same condition.
ONGOING = text("state IN ('entry', 'running')")

competitions = Table(
    "competitions",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    Column("name", String(60), nullable=False),
    Column("sections", WordList(256), nullable=False, server_default=""),
    Column("teams", EnumText(Teams), nullable=False),
    Column("entry", EnumText(EntryRule), nullable=False),
    Column("state", EnumText(CompetitionState), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    # The next step and its time; NULL after the last one.
    Column("done", EnumText(CompetitionStep)),
    Column("due_at", Instant),
    # How many members of each team count; NULL until the start.
    Column("best_of", Integer),
    member_id("created_by", nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("closed_at", Instant),
    # The channel of its posts.
    snowflake("channel_id", nullable=False),
    # Special mentions at the end, besides the places.
    member_id("improved_by"),
    Column("improvement", Float),
    member_id("streak_by"),
    Column("streak_days", Integer),
    partial("ix_competitions_open", "guild_id", where=ONGOING),
    Index("ix_competitions_guild_id_closed_at", "guild_id", "closed_at"),
    Index("ix_competitions_due_at", "due_at"),
)

competition_teams = Table(
    "competition_teams",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("competition_id", Serial, ForeignKey("competitions.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(100), nullable=False),
    # The name in lower case; for a role team, the role's id, because two roles may share a name.
    Column("key", String(100), nullable=False),
    snowflake("role_id"),
    Column("place", Integer),
    Column("points", Integer),
    UniqueConstraint("competition_id", "key"),
)

competition_entries = Table(
    "competition_entries",
    metadata,
    Column(
        "competition_id",
        Serial,
        ForeignKey("competitions.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    member_id("user_id", primary_key=True, autoincrement=False),
    Column("team_id", Serial, ForeignKey("competition_teams.id", ondelete="CASCADE")),
    # Whether the member joined it themselves. Members who are in only because of a role are never pinged.
    Column("asked", Boolean, nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("left_at", Instant),
    Column("points", Integer, nullable=False, server_default=text("0")),
    Column("correct", Integer, nullable=False, server_default=text("0")),
    Column("answered", Integer, nullable=False, server_default=text("0")),
    Column("reached_at", Instant, nullable=False),
    Column("place", Integer),
)

competition_answers = Table(
    "competition_answers",
    metadata,
    Column(
        "competition_id",
        Serial,
        ForeignKey("competitions.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    member_id("user_id", primary_key=True, autoincrement=False),
    Column("question_id", String(64), primary_key=True),
    Column("points", Integer, nullable=False),
    Column("correct", Boolean, nullable=False),
    # False if the member answered the question while not in the competition; the question is then used up.
    Column("counted", Boolean, nullable=False),
    Column("day", Date, nullable=False),
    Column("answered_at", Instant, nullable=False),
)
