"""Dailies, and the answers held until their close."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, Table, UniqueConstraint, text

from bot.storage.tables.base import EnumText, IndexList, Instant, Serial, member_id, metadata, partial, snowflake
from bot.study.dailies import DailyState, Feedback

# These indexes hold only unfinished rows, so they stay small however long the history is. The queries use exactly the
# same condition, because SQLite uses a partial index only if it can see that the query implies its condition.
WAITING = text("state IN ('claimed', 'posted', 'settled')")
SETTLED = text("state = 'settled'")
MISCOUNTED = text("state = 'posted' AND answered <> shown")

dailies = Table(
    "dailies",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),
    # The number of its schedule, which may have been removed since.
    Column("number", Integer, nullable=False, server_default=text("1")),
    Column("question_id", String(64)),
    Column("section", String(16)),
    # The pack that its question comes from, as its schedule says; NULL: what the server studies.
    Column("pack", String(64)),
    Column("state", EnumText(DailyState), nullable=False),
    Column("feedback", EnumText(Feedback), nullable=False),
    snowflake("channel_id", nullable=False),
    snowflake("message_id"),
    snowflake("role_id"),
    # Whether it follows the group's figures, and asks about a section in which the group is weak.
    Column("weak", Boolean, nullable=False, server_default=text("false")),
    Column("claimed_at", Instant, nullable=False),
    Column("posted_at", Instant),
    # When its post was found to be deleted; NULL once a replacement is about to be sent.
    Column("deleted_at", Instant),
    Column("closes_at", Instant),
    Column("closed_at", Instant),
    Column("answered", Integer, nullable=False, server_default=text("0")),
    Column("shown", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("guild_id", "day", "number"),
    partial("ix_dailies_waiting", "closes_at", where=WAITING),
    partial("ix_dailies_settled", "closes_at", where=SETTLED),
    partial("ix_dailies_miscounted", "id", where=MISCOUNTED),
)

held_answers = Table(
    "held_answers",
    metadata,
    Column("daily_id", Serial, ForeignKey("dailies.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    member_id("user_id", primary_key=True, autoincrement=False),
    Column("answer", IndexList(32), nullable=False),
    Column("answered_at", Instant, nullable=False),
)
