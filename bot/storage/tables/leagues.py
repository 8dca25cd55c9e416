"""The league between servers: who is in it, which months are closed, and how they ended."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, text

from bot.storage.tables.base import EnumText, Instant, metadata, snowflake
from bot.study.leagues import Band

# A server without a row here is not in the league, and is never shown to others.
leagues = Table(
    "leagues",
    metadata,
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    # The name that other servers see.
    Column("name", String(32), nullable=False),
    Column("band", EnumText(Band), nullable=False),
    # From 1, the highest; NULL while resting.
    Column("division", Integer),
    # The first month it plays.
    Column("since", String(7), nullable=False),
    # How many consecutive months it has finished without a rank.
    Column("unranked", Integer, nullable=False, server_default=text("0")),
    Column("joined_at", Instant, nullable=False),
    Index("ix_leagues_division", "band", "division"),
    Index("ix_leagues_since", "since"),
)

league_seasons = Table(
    "league_seasons",
    metadata,
    Column("season", String(7), primary_key=True),
    Column("closed_at", Instant, nullable=False),
)

# Frozen. Rows hold no names and are deleted with the server's row, so opting out also removes past places.
league_places = Table(
    "league_places",
    metadata,
    snowflake("guild_id", ForeignKey("leagues.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("season", String(7), primary_key=True),
    Column("band", EnumText(Band), nullable=False),
    Column("division", Integer, nullable=False),
    # NULL: not ranked. `ranked` and `servers` describe the whole division, including servers that have left since.
    Column("rank", Integer),
    Column("ranked", Integer, nullable=False),
    Column("servers", Integer, nullable=False),
    Column("active", Integer, nullable=False),
    Column("points", Integer, nullable=False),
    # The division it moved to; NULL if it rests.
    Column("next_band", EnumText(Band), nullable=False),
    Column("next_division", Integer),
    Index("ix_league_places_table", "season", "band", "division"),
)
