"""Live rounds that are planned for later."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, text

from bot.storage.tables.base import EnumText, Instant, Serial, member_id, metadata, partial, snowflake
from bot.study.live import LivePlanState

# This index holds only rounds that are still planned, and the queries use exactly the same condition (see
# `tables.dailies`).
PLANNED = text("state = 'planned'")

live_plans = Table(
    "live_plans",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    snowflake("channel_id", nullable=False),
    member_id("planned_by", nullable=False),
    Column("section", String(16), nullable=False),
    Column("questions", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("state", EnumText(LivePlanState), nullable=False),
    Column("created_at", Instant, nullable=False),
    partial("ix_live_plans_starts_at", "starts_at", where=PLANNED),
    Index("ix_live_plans_guild_id", "guild_id"),
    # Ids are never reused, because a Discord event outlives its plan.
    sqlite_autoincrement=True,
)
