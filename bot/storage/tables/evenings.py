"""Exam evenings: the evenings, their papers, and who has signed up."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from bot.storage.tables.base import EnumText, IndexList, Instant, Serial, member_id, metadata, partial, snowflake
from bot.study.evenings import EveningEnding, EveningState
from bot.study.exams import Length

# This index holds only evenings with a step to come, and the queries use exactly the same condition (see
# `tables.dailies`).
EVENING_DUE = text("due_at IS NOT NULL")

exam_evenings = Table(
    "exam_evenings",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    snowflake("channel_id", nullable=False),
    member_id("host_id", nullable=False),
    Column("pack", String(64), nullable=False),
    Column("version", String(16), nullable=False, server_default=text("''")),
    Column("length", EnumText(Length), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("state", EnumText(EveningState), nullable=False),
    Column("ending", EnumText(EveningEnding)),
    # When its start, its end or the grading of its papers is due; NULL once they are graded.
    Column("due_at", Instant),
    # How many announcements have pinged those who signed up.
    Column("news", Integer, nullable=False, server_default=text("0")),
    Column("created_at", Instant, nullable=False),
    partial("ix_exam_evenings_due_at", "due_at", where=EVENING_DUE),
    Index("ix_exam_evenings_guild_id", "guild_id"),
    # Ids are never reused, because posts and events outlive an evening's row.
    sqlite_autoincrement=True,
)

evening_items = Table(
    "evening_items",
    metadata,
    Column(
        "evening_id",
        Serial,
        ForeignKey("exam_evenings.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("question_id", String(64), nullable=False),
    Column("domain", String(64), nullable=False),
    Column("shown", IndexList(32), nullable=False),
    Column("scored", Boolean, nullable=False),
)

evening_members = Table(
    "evening_members",
    metadata,
    Column(
        "evening_id",
        Serial,
        ForeignKey("exam_evenings.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    member_id("user_id", primary_key=True, autoincrement=False),
    Column("joined_at", Instant, nullable=False),
    Column("left_at", Instant),
    # Whether the table may show the member's score.
    Column("agrees", Boolean, nullable=False, server_default=text("false")),
    Index("ix_evening_members_user_id", "user_id"),
)
