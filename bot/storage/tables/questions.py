"""A server's own questions, and those it has retired."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from bot.storage.tables.base import Instant, Serial, member_id, metadata, snowflake

server_questions = Table(
    "server_questions",
    metadata,
    # In order of insertion, which is the order of the imported file.
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    Column("question_id", String(64), nullable=False),
    # The whole question as JSON: a server's questions are only ever read together, to be merged with its pack.
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

# Contains both own questions and pack questions: a pack is shared, but what a server retires is not.
retired_questions = Table(
    "retired_questions",
    metadata,
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("question_id", String(64), primary_key=True),
    member_id("retired_by", nullable=False),
    Column("retired_at", Instant, nullable=False),
)

# A form as a manager typed it, until it is saved or discarded. Each manager has at most one: a new form replaces it.
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
    # For an edit that becomes a patch: the question, and the facts, skills and exam versions as typed.
    Column("mends", String(64), nullable=False, server_default=""),
    Column("tags", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("guild_id", "user_id"),
    # Ids are never reused: buttons of an old preview must not save a newer draft.
    sqlite_autoincrement=True,
)

# Digests of a pack's option and prompt texts, by place, separated by spaces. A pack is shared, so they do not belong to
# a server.
option_places = Table(
    "option_places",
    metadata,
    Column("pack", String(64), primary_key=True),
    Column("question_id", String(64), primary_key=True),
    Column("options", Text, nullable=False),
    Column("prompts", Text, nullable=False),
    # When one of these texts last changed; NULL if none has changed since they were first loaded.
    Column("changed_at", Instant),
)
