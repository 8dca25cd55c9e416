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
    # Where it can be shared only once: the server, or the channel if the bot is there only as a member's own app.
    snowflake("place_id", nullable=False),
    Column("what", EnumText(Shareable), nullable=False),
    # The id of the daily or exam, or the day of the streak as a number.
    Column("subject", BigInteger, nullable=False),
    Column("shared_at", Instant, nullable=False),
    # What the line says: only figures, so that it does not depend on the question.
    Column("correct", Boolean),
    Column("days", Integer, nullable=False, server_default=text("0")),
    Column("day", Date),
    Column("length", EnumText(Length)),
    Column("score", Integer),
    Column("passing", Integer),
    UniqueConstraint("user_id", "what", "subject", "place_id"),
    Index("ix_shares_guild_id", "guild_id"),
    # Ids are never reused, because a post outlives this row.
    sqlite_autoincrement=True,
)
