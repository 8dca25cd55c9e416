"""Members of a server."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, text

from bot.storage.tables.base import member_id, metadata, snowflake

members = Table(
    "members",
    metadata,
    snowflake("guild_id", primary_key=True, autoincrement=False),
    member_id("user_id", primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("hidden", Boolean, nullable=False, server_default=text("false")),
    Column("streak_days", Integer, nullable=False, server_default=text("0")),
    Column("streak_freezes", Integer, nullable=False, server_default=text("0")),
    Column("streak_best", Integer, nullable=False, server_default=text("0")),
    Column("streak_last_day", Date),
    Column("streak_broken_on", Date),
    Index("ix_members_user_id", "user_id"),
    sqlite_with_rowid=False,
)
