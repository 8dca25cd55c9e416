"""Planned pauses of streaks."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Table

from bot.storage.tables.base import member_id, metadata, snowflake

pauses = Table(
    "pauses",
    metadata,
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    member_id("user_id", primary_key=True, autoincrement=False),
    Column("first_day", Date, primary_key=True),
    Column("last_day", Date, nullable=False),
)
