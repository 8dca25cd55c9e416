"""The weekly post about what a server knows: when it is due, and the figures that it shows."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Table, Text

from bot.storage.tables.base import Instant, metadata, snowflake

# A server has a row if it wants the weekly post.
group_clocks = Table(
    "group_clocks",
    metadata,
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("due_at", Instant, nullable=False),
    Index("ix_group_clocks_due_at", "due_at"),
)

group_weeks = Table(
    "group_weeks",
    metadata,
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    # The Monday of the week in which it was posted.
    Column("monday", Date, primary_key=True),
    # A `study.groups.Mirror` as JSON, which names no members.
    Column("figures", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
)
