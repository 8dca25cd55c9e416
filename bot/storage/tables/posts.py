"""Posts: what a channel must show, and what it shows."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from bot.storage.tables.base import EnumText, Instant, Serial, metadata, snowflake
from bot.study.schedules import Trouble

DIRTY = text("wanted_revision > shown_revision")

posts = Table(
    "posts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("kind", String(16), nullable=False),
    # What it is about: the id of a competition, say, or a month, which every server has.
    Column("subject", String(32), nullable=False),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    snowflake("channel_id", nullable=False),
    # NULL until it is sent, or found.
    snowflake("message_id"),
    Column("wanted_revision", Integer, nullable=False, server_default=text("1")),
    Column("shown_revision", Integer, nullable=False, server_default=text("0")),
    # When its turn comes at the latest: since when it is dirty, plus its patience. Those due first go first.
    Column("due_at", Instant, nullable=False),
    # Nobody takes it before: it is leased, or was edited just now, or is tried again then.
    Column("next_try_at", Instant, nullable=False),
    # The end of its lease, by which its holder is known; NULL where nobody has it.
    Column("lease_until", Instant),
    # Leases since it was last shown, and the first of those for a message that is not up yet.
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("first_tried_at", Instant),
    # A message that is not up by then is sent no more.
    Column("expires_at", Instant, nullable=False),
    Column("trouble", EnumText(Trouble, 32)),
    Column("trouble_reported", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("kind", "subject", "guild_id"),
    Index("ix_posts_dirty", "next_try_at", sqlite_where=DIRTY, postgresql_where=DIRTY),
    # No id is used twice, for the nonce of a message is made of it.
    sqlite_autoincrement=True,
)
