"""Roles that the bot assigns: for what, and to whom."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from bot.storage.tables.base import EnumText, Instant, Serial, member_id, metadata, partial, snowflake
from bot.study.awards import AwardTrouble, Holding, Prize

PENDING = text("state <> 'given'")

awards = Table(
    "awards",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    snowflake("role_id", nullable=False),
    Column("kind", EnumText(Prize), nullable=False),
    # The board of a season or of mastery.
    Column("section", String(16), nullable=False),
    # The competition; NULL for every competition of the server.
    Column("competition_id", Serial, ForeignKey("competitions.id", ondelete="CASCADE")),
    # How many different questions mastery requires.
    Column("questions", Integer),
    member_id("created_by", nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("trouble", EnumText(AwardTrouble, 32)),
    Column("trouble_told", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("guild_id", "role_id"),
)

award_holders = Table(
    "award_holders",
    metadata,
    Column("award_id", Serial, ForeignKey("awards.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    member_id("user_id", primary_key=True, autoincrement=False),
    Column("state", EnumText(Holding), nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("first_tried_at", Instant),
    partial("ix_award_holders_pending", "next_try_at", where=PENDING),
)
