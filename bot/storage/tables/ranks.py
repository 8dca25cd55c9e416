"""Blocks of neighboring members on long boards."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from bot.storage.tables.base import Instant, Serial, metadata, snowflake

board_blocks = Table(
    "board_blocks",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", nullable=False),
    Column("period", String(10), nullable=False),
    Column("board", String(16), nullable=False),
    # The fence: every place from here on to the next fence is in this block, and every place before it in an earlier
    # one.
    Column("points", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("reached_at", Instant, nullable=False),
    Column("members", Integer, nullable=False),
)
Index(
    "ix_board_blocks_fence",
    board_blocks.c.guild_id, board_blocks.c.period, board_blocks.c.board,
    board_blocks.c.points.desc(), board_blocks.c.answered, board_blocks.c.reached_at,
    unique=True,
)  # fmt: skip
