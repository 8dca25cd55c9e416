"""Members' reports on questions."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, text

from bot.storage.tables.base import EnumText, Instant, Serial, member_id, metadata, partial, snowflake
from bot.study.reports import Reason

OPEN_FLAGS = text("resolved_at IS NULL")

flags = Table(
    "flags",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    member_id("user_id", nullable=False),
    Column("question_id", String(64), nullable=False),
    Column("reason", EnumText(Reason), nullable=False),
    Column("words", String(300), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    member_id("resolved_by"),
    # One open flag per member and question; in this order the index also finds all open flags on a question.
    partial(
        "uq_flags_open",
        "guild_id", "question_id", "user_id",
        unique=True, where=OPEN_FLAGS,
    ),
    sqlite_autoincrement=True,
)  # fmt: skip
