"""Quizzes and reviews."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, text

from bot.storage.tables.base import EnumText, IndexList, Instant, Serial, member_id, metadata, snowflake
from bot.study.scoring import Mode

quizzes = Table(
    "quizzes",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", nullable=False),
    member_id("user_id", nullable=False),
    Column("section", String(16), nullable=False),
    Column("mode", EnumText(Mode), nullable=False, server_default=text("'quiz'")),
    Column("difficulty", Integer),
    Column("created_at", Instant, nullable=False),
    Index("ix_quizzes_guild_id_user_id", "guild_id", "user_id"),
)

quiz_items = Table(
    "quiz_items",
    metadata,
    Column("quiz_id", Serial, ForeignKey("quizzes.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("question_id", String(64), nullable=False),
    Column("shown", IndexList(32), nullable=False),
    # The held answer in a duel that is not over; NULL otherwise.
    Column("answer", IndexList(32)),
    Column("answered_at", Instant),
)
