"""Mock exams."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from bot.storage.tables.base import EnumText, IndexList, Instant, Serial, member_id, metadata, partial, snowflake
from bot.study.exams import Length

# Only running exams are in the first two indexes; the queries use exactly the same condition (see `tables.dailies`).
RUNNING = text("submitted_at IS NULL")
TOGETHER = text("evening_id IS NOT NULL")

exams = Table(
    "exams",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", nullable=False),
    member_id("user_id", nullable=False),
    Column("pack", String(64), nullable=False),
    Column("version", String(16), nullable=False, server_default=text("''")),
    Column("length", EnumText(Length), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    Column("scored", Integer),
    Column("correct", Integer),
    Column("score", Integer),
    # The evening whose paper it is.
    Column("evening_id", Serial, ForeignKey("exam_evenings.id", ondelete="SET NULL")),
    # A person can have only one running exam, wherever they started it.
    partial("ix_exams_running", "user_id", unique=True, where=RUNNING),
    partial("ix_exams_due", "ends_at", where=RUNNING),
    partial("ix_exams_evening_id", "evening_id", "user_id", unique=True, where=TOGETHER),
    Index("ix_exams_user_id_pack", "user_id", "pack", "id"),
)

# The exam version that a person studies for, by pack. Without a row, it is the server's version.
exam_choices = Table(
    "exam_choices",
    metadata,
    member_id("user_id", primary_key=True, autoincrement=False),
    Column("pack", String(64), primary_key=True),
    Column("version", String(16), nullable=False),
)

exam_items = Table(
    "exam_items",
    metadata,
    Column("exam_id", Serial, ForeignKey("exams.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("question_id", String(64), nullable=False),
    Column("domain", String(64), nullable=False),
    Column("shown", IndexList(32), nullable=False),
    Column("scored", Boolean, nullable=False),
    Column("flagged", Boolean, nullable=False, server_default=text("false")),
    Column("answer", IndexList(32)),
    Column("correct", Boolean),
)
