"""When and where a server wants its dailies."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Time, text

from bot.storage.tables.base import EnumText, Instant, WordList, member_id, metadata, snowflake
from bot.study.discussions import Discussion
from bot.study.schedules import Trouble

schedules = Table(
    "schedules",
    metadata,
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    # Counts from 1; a server has only a few.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(32), nullable=False, server_default=""),
    snowflake("channel_id", nullable=False),
    snowflake("role_id"),
    Column("at", Time, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("days", String(7), nullable=False),
    Column("sections", WordList(256), nullable=False, server_default=""),
    # The pack, and its exam version; NULL for what the server studies.
    Column("pack", String(64)),
    Column("exam_version", String(16)),
    # NULL: all difficulties.
    Column("difficulty", Integer),
    # Whether its questions lean towards what the group is weak in.
    Column("follows_group", Boolean, nullable=False, server_default=text("false")),
    Column("seed", BigInteger, nullable=False),
    member_id("set_by", nullable=False),
    Column("discussion", EnumText(Discussion), nullable=False, server_default=Discussion.OFF.value),
    # NULL: discussions are threads in the channel of the daily.
    snowflake("forum_id"),
    # What prevented the last discussion, once a manager has been notified.
    Column("discussion_trouble", EnumText(Trouble, 32)),
    Column("paused_at", Instant),
    Column("next_day", Date),
    Column("next_post_at", Instant),
    Column("trouble", EnumText(Trouble, 32)),
    Column("trouble_at", Instant),
    Column("trouble_told", Boolean, nullable=False, server_default=text("false")),
    Index("ix_schedules_next_post_at", "next_post_at"),
)
