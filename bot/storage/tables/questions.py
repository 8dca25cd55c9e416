"""What a server adds to its pack, and what it leaves out of it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from bot.storage.tables.base import Instant, Serial, member_id, metadata, snowflake

server_questions = Table(
    "server_questions",
    metadata,
    # The order of adding, which is the order of the file.
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    Column("question_id", String(64), nullable=False),
    # All of the question as JSON: a server's questions are only ever read together, to be merged with its pack.
    Column("body", Text, nullable=False),
    member_id("added_by", nullable=False),
    Column("added_at", Instant, nullable=False),
    UniqueConstraint("guild_id", "question_id"),
)

server_cases = Table(
    "server_cases",
    metadata,
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("case_id", String(64), primary_key=True),
    Column("scenario", Text, nullable=False),
)

# Of the server's own questions and of its pack's alike: a pack is shared, what a server asks is not.
retired_questions = Table(
    "retired_questions",
    metadata,
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("question_id", String(64), primary_key=True),
    member_id("retired_by", nullable=False),
    Column("retired_at", Instant, nullable=False),
)

# A form as a manager typed it, until it is saved or discarded. One for each manager: another takes its place.
question_drafts = Table(
    "question_drafts",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    member_id("user_id", nullable=False),
    Column("section", String(32), nullable=False),
    Column("difficulty", Integer, nullable=False),
    Column("stem", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("explanation", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("guild_id", "user_id"),
    # An id is never used again: the buttons of an old preview must not save a newer draft.
    sqlite_autoincrement=True,
)

# Digests of the texts of a pack's options and prompts, by place, divided by spaces. A pack is shared, so they are no server's.
option_places = Table(
    "option_places",
    metadata,
    Column("pack", String(64), primary_key=True),
    Column("question_id", String(64), primary_key=True),
    Column("options", Text, nullable=False),
    Column("prompts", Text, nullable=False),
    # When one of those texts changed last; NULL: none has since it was first loaded.
    Column("changed_at", Instant),
)
