"""Every answer, and which questions can still score."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from bot.storage.tables.base import EnumText, IndexList, Instant, Serial, member_id, metadata, partial, snowflake
from bot.study.scoring import Mode

# Most attempts do not belong to a live round, so this index leaves them out.
LIVE = text("live_id IS NOT NULL")

attempts = Table(
    "attempts",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", nullable=False),
    member_id("user_id", nullable=False),
    Column("question_id", String(64), nullable=False),
    Column("section", String(16), nullable=False),
    Column("mode", EnumText(Mode), nullable=False),
    Column("daily_id", Serial, ForeignKey("dailies.id", ondelete="CASCADE")),
    Column("quiz_id", Serial, ForeignKey("quizzes.id", ondelete="CASCADE")),
    Column("exam_id", Serial, ForeignKey("exams.id", ondelete="CASCADE")),
    Column("live_id", Serial, ForeignKey("live_rounds.id", ondelete="CASCADE")),
    Column("answer", IndexList(32), nullable=False),
    Column("correct", Boolean, nullable=False),
    Column("points", Integer, nullable=False),
    Column("bonus", Integer, nullable=False),
    # True for the member's first answer to this question in this server and season: only that one counts as answered.
    Column("first", Boolean, nullable=False),
    Column("day", Date, nullable=False),
    Column("answered_at", Instant, nullable=False),
    UniqueConstraint("daily_id", "user_id"),
    UniqueConstraint("quiz_id", "question_id"),
    Index("ix_attempts_exam_id_question_id", "exam_id", "question_id", unique=True),
    partial("ix_attempts_live", "live_id", "user_id", "question_id", unique=True, where=LIVE),
    Index("ix_attempts_member_question", "guild_id", "user_id", "question_id"),
    Index("ix_attempts_question_member", "guild_id", "question_id", "user_id"),
)

season_answers = Table(
    "season_answers",
    metadata,
    snowflake("guild_id", primary_key=True, autoincrement=False),
    member_id("user_id", primary_key=True, autoincrement=False),
    Column("season", String(7), primary_key=True),
    Column("question_id", String(64), primary_key=True),
    Column("scored", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
