"""Questions that members suggest."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from bot.storage.tables.base import EnumText, Instant, Serial, member_id, metadata, partial, snowflake
from bot.study.suggestions import SuggestionState

UNDECIDED = text("state = 'waiting'")
CREDITED = text("question_id IS NOT NULL")
UNSEEN = text("decided_at IS NOT NULL AND seen_at IS NULL")

# A suggestion as it was typed. It belongs to its author, and is erased with their data; the question that it became
# stays.
suggestions = Table(
    "suggestions",
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
    Column("state", EnumText(SuggestionState), nullable=False),
    # What a manager wrote to the author with the decision.
    Column("word", String(300), nullable=False, server_default=""),
    # The server's own question that it became.
    Column("question_id", String(64)),
    Column("created_at", Instant, nullable=False),
    Column("decided_at", Instant),
    member_id("decided_by"),
    # When its author was shown the decision.
    Column("seen_at", Instant),
    Index("ix_suggestions_member", "guild_id", "user_id", "id"),
    partial("ix_suggestions_undecided", "guild_id", "id", where=UNDECIDED),
    partial("ix_suggestions_unseen", "guild_id", "user_id", "id", where=UNSEEN),
    partial("ix_suggestions_question", "guild_id", "question_id", where=CREDITED),
    # Ids are never reused: buttons under an old page must not decide another suggestion.
    sqlite_autoincrement=True,
)
