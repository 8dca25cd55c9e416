"""Duels and their two players."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from bot.storage.tables.base import EnumText, Instant, Serial, member_id, metadata, partial, snowflake
from bot.study.duels import DuelState

# These indexes hold only unfinished rows, and the queries use exactly the same condition (see `tables.dailies`).
DUELING = text("state IN ('asked', 'running')")
PLAYING = text("playing")
UNTOLD = text("untold")

duels = Table(
    "duels",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    Column("section", String(16), nullable=False),
    Column("state", EnumText(DuelState), nullable=False),
    Column("created_at", Instant, nullable=False),
    # When the current state ends automatically, while it is open.
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    # The message with the challenge.
    snowflake("channel_id", nullable=False),
    snowflake("message_id"),
    partial("ix_duels_due", "expires_at", where=DUELING),
)

duel_players = Table(
    "duel_players",
    metadata,
    Column("duel_id", Serial, ForeignKey("duels.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    member_id("user_id", primary_key=True, autoincrement=False),
    snowflake("guild_id", nullable=False),
    member_id("opponent_id", nullable=False),
    Column("challenger", Boolean, nullable=False),
    # The player's quiz; NULL until the challenge is accepted.
    Column("quiz_id", Serial, ForeignKey("quizzes.id", ondelete="CASCADE"), unique=True),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("answered", Integer, nullable=False, server_default=text("0")),
    Column("correct", Integer, nullable=False, server_default=text("0")),
    # Whether the duel is open: the same two members can have only one at a time in a server.
    Column("playing", Boolean, nullable=False, server_default=text("true")),
    # Whether the result could not be posted, and the player has yet to be notified.
    Column("untold", Boolean, nullable=False, server_default=text("false")),
    partial(
        "ix_duel_players_playing",
        "user_id",
        "opponent_id",
        "guild_id",
        unique=True,
        where=PLAYING,
    ),
    Index("ix_duel_players_opponent_id_user_id", "opponent_id", "user_id"),
    partial("ix_duel_players_untold", "user_id", where=UNTOLD),
)
