"""Partner streaks: who has asked whom, and which two are partners."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Table, text

from bot.storage.tables.base import EnumText, Instant, Serial, member_id, metadata, partial, snowflake
from bot.study.partners import PartnershipState

ENGAGED = text("engaged")

partnerships = Table(
    "partnerships",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    snowflake("channel_id", nullable=False),
    Column("state", EnumText(PartnershipState), nullable=False),
    Column("asked_at", Instant, nullable=False),
    # The local date on which it was accepted.
    Column("since", Date),
    Column("ended_at", Instant),
    Index("ix_partnerships_guild_id", "guild_id"),
)

partners = Table(
    "partners",
    metadata,
    Column(
        "partnership_id",
        Serial,
        ForeignKey("partnerships.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    member_id("user_id", primary_key=True, autoincrement=False),
    snowflake("guild_id", nullable=False),
    Column("asker", Boolean, nullable=False),
    # Whether this is the member's one partnership in the server: for the asker from the request on, for the other once
    # they accept.
    Column("engaged", Boolean, nullable=False),
    Index("ix_partners_user_id", "user_id"),
    partial("ix_partners_engaged", "guild_id", "user_id", unique=True, where=ENGAGED),
)
