"""What members have shared with a channel."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, Table, UniqueConstraint, text

from bot.storage.tables.base import EnumText, Instant, Serial, member_id, metadata, snowflake
from bot.study.exams import Length
from bot.study.shares import Shareable

shares = Table(
    "shares",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", nullable=False),
    member_id("user_id", nullable=False),
    # Where it is shared once: the server, or the channel where the bot is only a member's own app.
    snowflake("place_id", nullable=False),
    Column("what", EnumText(Shareable), nullable=False),
    # The daily, the exam, or the day of the streak as a number.
    Column("subject", BigInteger, nullable=False),
    Column("shared_at", Instant, nullable=False),
    # What the line says: figures only, so that it needs no question.
    Column("correct", Boolean),
    Column("days", Integer, nullable=False, server_default=text("0")),
    Column("day", Date),
    Column("length", EnumText(Length)),
    Column("score", Integer),
    Column("passing", Integer),
    UniqueConstraint("user_id", "what", "subject", "place_id"),
    Index("ix_shares_guild_id", "guild_id"),
    # Ids are never reused, because a post outlives the row that it is about.
    sqlite_autoincrement=True,
)
