"""What is to be posted in a channel beside the dailies: written with its cause, sent by a tick."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from bot.storage.tables.base import Instant, Serial, metadata, snowflake

UNSENT = text("state = 'waiting'")

announcements = Table(
    "announcements",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    snowflake("channel_id", nullable=False),
    Column("kind", String(16), nullable=False),
    # What it is about: a season, or the id of a contest or duel.
    Column("subject", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("lease_until", Instant, nullable=False),
    Column("first_tried_at", Instant),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    snowflake("message_id"),
    Column("trouble", String(32)),
    Column("trouble_told", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("guild_id", "kind", "subject"),
    Index("ix_announcements_unsent", "lease_until", sqlite_where=UNSENT, postgresql_where=UNSENT),
)
