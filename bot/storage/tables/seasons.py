"""The month that a server plays, and its closed months."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from bot.storage.tables.base import Instant, metadata, snowflake

season_clocks = Table(
    "season_clocks",
    metadata,
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("season", String(7), nullable=False),
    # When to check whether the season has ended: normally at its end, earlier after a change of zone.
    Column("due_at", Instant, nullable=False),
    snowflake("channel_id"),
    Column("posts", Boolean, nullable=False, server_default=text("true")),
    Index("ix_season_clocks_due_at", "due_at"),
)

seasons = Table(
    "seasons",
    metadata,
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("season", String(7), primary_key=True),
    Column("players", Integer, nullable=False),
    Column("closed_at", Instant, nullable=False),
)
