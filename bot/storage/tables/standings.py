"""The boards."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table

from bot.storage.tables.base import Instant, metadata, snowflake

standings = Table(
    "standings",
    metadata,
    snowflake("guild_id", primary_key=True, autoincrement=False),
    Column("period", String(10), primary_key=True),
    Column("board", String(16), primary_key=True),
    snowflake("user_id", primary_key=True, autoincrement=False),
    Column("points", Integer, nullable=False),
    Column("correct", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("accuracy", Float, nullable=False),
    Column("reached_at", Instant, nullable=False),
)
Index(
    "ix_standings_by_points",
    standings.c.guild_id, standings.c.period, standings.c.board,
    standings.c.points.desc(), standings.c.answered, standings.c.reached_at, standings.c.user_id,
)  # fmt: skip
Index(
    "ix_standings_by_accuracy",
    standings.c.guild_id, standings.c.period, standings.c.board,
    standings.c.accuracy.desc(), standings.c.answered.desc(), standings.c.reached_at, standings.c.user_id,
)  # fmt: skip
