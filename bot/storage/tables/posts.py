"""Posts: what a channel should show, and what it shows."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, UniqueConstraint, text

from bot.storage.tables.base import EnumText, Instant, Serial, metadata, partial, snowflake
from bot.study.schedules import Trouble

DIRTY = text("wanted_revision > shown_revision")

posts = Table(
    "posts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("kind", String(16), nullable=False),
    # What the post is about, such as a competition's id or a month. A month is a subject in many servers.
    Column("subject", String(32), nullable=False),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    snowflake("channel_id", nullable=False),
    # The thread of that channel that holds its message; NULL without one, or until it is opened.
    snowflake("thread_id"),
    # NULL until it is sent or found.
    snowflake("message_id"),
    Column("wanted_revision", Integer, nullable=False, server_default=text("1")),
    Column("shown_revision", Integer, nullable=False, server_default=text("0")),
    # When it became dirty, plus its patience: posts with an earlier time are sent first.
    Column("due_at", Instant, nullable=False),
    # No process takes it before this time, because it is leased, was just edited, or waits for a retry.
    Column("next_try_at", Instant, nullable=False),
    # The end of its lease, which also identifies its holder; NULL if free.
    Column("lease_until", Instant),
    # The number of leases since it was last shown, and the time of the first lease of a message that is not up yet.
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("first_tried_at", Instant),
    # A message that is not up by this time is no longer sent.
    Column("expires_at", Instant, nullable=False),
    Column("trouble", EnumText(Trouble, 32)),
    Column("trouble_reported", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("kind", "subject", "guild_id"),
    partial("ix_posts_dirty", "next_try_at", where=DIRTY),
    # Ids are never reused, because a message's nonce is derived from it.
    sqlite_autoincrement=True,
)
