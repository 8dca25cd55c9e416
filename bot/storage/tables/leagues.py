"""The league between servers: who is in it, which months are closed, and how they ended."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, text

from bot.storage.tables.base import EnumText, Instant, metadata, snowflake
from bot.study.leagues import Band

# Whoever has no row here is not in the league, and nothing of them is shown to anybody else.
leagues = Table(
    "leagues",
    metadata,
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    # As the managers want other servers to see it.
    Column("name", String(32), nullable=False),
    Column("band", EnumText(Band), nullable=False),
    # From 1, the highest; null: it rests.
    Column("division", Integer),
    # The first month that it plays.
    Column("since", String(7), nullable=False),
    # For how many months in a row it has closed without a rank.
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

# Frozen. They hold no names, and go with the row above: who opts out is gone from past tables too.
league_places = Table(
    "league_places",
    metadata,
    snowflake("guild_id", ForeignKey("leagues.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("season", String(7), primary_key=True),
    Column("band", EnumText(Band), nullable=False),
    Column("division", Integer, nullable=False),
    # Null: not ranked. `ranked` and `servers` are those of the whole division, whoever has left it since.
    Column("rank", Integer),
    Column("ranked", Integer, nullable=False),
    Column("servers", Integer, nullable=False),
    Column("active", Integer, nullable=False),
    Column("points", Integer, nullable=False),
    # Where it played on; no division: it rests.
    Column("next_band", EnumText(Band), nullable=False),
    Column("next_division", Integer),
    Index("ix_league_places_table", "season", "band", "division"),
)
