"""When a member wants to be reminded, by direct message."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, Time, text

from bot.storage.tables.base import Instant, member_id, metadata, partial, snowflake

UNSENT = text("send_until IS NOT NULL")

reminders = Table(
    "reminders",
    metadata,
    member_id("user_id", primary_key=True, autoincrement=False),
    # The member's own zone. It stays when reminders are switched off, because it also decides when a study day begins.
    Column("zone", String(64), nullable=False),
    Column("at", Time, nullable=False),
    # The server whose daily is covered; ALONE for none. No foreign key: the row belongs to the member, and outlives the
    # server.
    snowflake("daily_guild_id", nullable=False),
    Column("next_at", Instant),
    Column("sent_on", Date),
    # The time until which a claimed reminder that is not known to have been sent is retried, as `storage.leases`
    # describes.
    Column("send_until", Instant),
    Column("next_try_at", Instant),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("first_tried_at", Instant),
    # When a direct message was refused; NULL once the member has been notified.
    Column("refused_at", Instant),
    Index("ix_reminders_next_at", "next_at", "user_id"),
    partial("ix_reminders_unsent", "next_try_at", where=UNSENT),
)
