"""Seasons: which month a server plays, when to check for its end, and the closed months.

A closed season is a period of its own among the standings, under `study.periods.final_key`: a copy to which no more
answers are added.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Select, delete, func, literal, or_, select, update
from sqlalchemy import insert as plain_insert

from bot.shards import Shards
from bot.storage import guilds, ranks
from bot.storage.rows import from_row
from bot.storage.sql import Lookup, insert, own
from bot.storage.tables import season_clocks, seasons, standings
from bot.study.periods import final_key, season_of
from bot.study.questions import ALL

LONGEST = timedelta(days=33)
"""How far ahead the end of a season can be, even if its zone moves a day west."""


@dataclass(frozen=True, slots=True)
class SeasonClock:
    guild_id: int
    season: str
    due_at: datetime
    channel_id: int | None = None
    """None: the channel of the daily."""
    posts: bool = True


@dataclass(frozen=True, slots=True)
class Season:
    """A season that has ended. `players` had at least one counted answer."""

    guild_id: int
    season: str
    players: int
    closed_at: datetime


def clock(tx: Connection, guild_id: int) -> SeasonClock | None:
    row = tx.execute(select(season_clocks).where(season_clocks.c.guild_id == guild_id)).one_or_none()
    return from_row(SeasonClock, row)


def clocks(tx: Connection, guild_ids: Collection[int]) -> dict[int, SeasonClock]:
    """Return the season clocks of servers, by server."""
    rows = tx.execute(select(season_clocks).where(season_clocks.c.guild_id.in_(guild_ids)))
    return {row.guild_id: from_row(SeasonClock, row) for row in rows}


_RUNNING = Lookup(select(season_clocks.c.guild_id), season_clocks.c.guild_id)


def start_clocks(tx: Connection, firsts: Mapping[int, tuple[date, datetime]]) -> None:
    """Start the season clock at a server's first counted answer: its date and time, by server."""
    if not firsts:
        return
    running = {row.guild_id for row in _RUNNING.read(tx, firsts)}
    for guild_id in firsts.keys() - running:
        start_clock(tx, guild_id, *firsts[guild_id])


def start_clock(tx: Connection, guild_id: int, day: date, at: datetime) -> None:
    guilds.ensure(tx, guild_id, at)
    tx.execute(
        insert(tx, season_clocks).values(guild_id=guild_id, season=season_of(day), due_at=at).on_conflict_do_nothing()
    )


def due_query(at: datetime, limit: int, shards: Shards) -> Select[int]:
    when = or_(season_clocks.c.due_at <= at, season_clocks.c.due_at > at + LONGEST)
    return (
        select(season_clocks.c.guild_id)
        .where(when, own(shards, season_clocks.c.guild_id))
        .order_by(season_clocks.c.due_at, season_clocks.c.guild_id)
        .limit(limit)
    )


def due(tx: Connection, at: datetime, limit: int, shards: Shards) -> list[int]:
    """Return our servers whose season may have ended, or whose end is so far ahead that the clock must have been
    wrong."""
    return list(tx.execute(due_query(at, limit, shards)).scalars())


def set_clock(tx: Connection, guild_id: int, season: str, due_at: datetime) -> None:
    tx.execute(update(season_clocks).where(season_clocks.c.guild_id == guild_id).values(season=season, due_at=due_at))


def look_again(tx: Connection, guild_id: int, at: datetime) -> None:
    """Check the end of the season again, because the server's zone has changed or a late answer has been counted."""
    tx.execute(update(season_clocks).where(season_clocks.c.guild_id == guild_id).values(due_at=at))


def set_posts(tx: Connection, guild_id: int, *, posts: bool) -> None:
    tx.execute(update(season_clocks).where(season_clocks.c.guild_id == guild_id).values(posts=posts))


def set_channel(tx: Connection, guild_id: int, channel_id: int | None) -> None:
    tx.execute(update(season_clocks).where(season_clocks.c.guild_id == guild_id).values(channel_id=channel_id))


def close(tx: Connection, guild_id: int, season: str, at: datetime) -> Season | None:
    """Close a season and keep the final table of every board; None if it is already closed."""
    players = tx.execute(
        select(func.count())
        .select_from(standings)
        .where(standings.c.guild_id == guild_id, standings.c.period == season, standings.c.board == ALL)
    ).scalar_one()
    closed = tx.execute(
        insert(tx, seasons)
        .values(guild_id=guild_id, season=season, players=players, closed_at=at)
        .on_conflict_do_nothing()
    )
    if closed.rowcount != 1:
        return None
    _keep(tx, guild_id, season)
    ranks.forget(tx, guild_id, season)
    return Season(guild_id, season, players, at)


def reopen(tx: Connection, guild_id: int, season: str) -> list[str]:
    """Reopen a closed season and all later seasons, deleting their final tables; return their names."""
    closed = delete(seasons).where(seasons.c.guild_id == guild_id, seasons.c.season >= season)
    names = list(tx.execute(closed.returning(seasons.c.season)).scalars())
    finals = list(map(final_key, names))
    tx.execute(delete(standings).where(standings.c.guild_id == guild_id, standings.c.period.in_(finals)))
    return names


def _keep(tx: Connection, guild_id: int, season: str, user_id: int | None = None) -> None:
    """Copy the standings of a season, or of one member in it, to its final tables."""
    names = [column.name for column in standings.columns]
    copied = [
        literal(final_key(season)).label("period") if column.name == "period" else column
        for column in standings.columns
    ]
    of_season = select(*copied).where(standings.c.guild_id == guild_id, standings.c.period == season)
    whose = of_season if user_id is None else of_season.where(standings.c.user_id == user_id)
    tx.execute(plain_insert(standings).from_select(names, whose))


def restore(tx: Connection, guild_id: int, user_id: int) -> None:
    """Put a member who is no longer hidden back into the final tables."""
    for season in tx.execute(select(seasons.c.season).where(seasons.c.guild_id == guild_id)).scalars().all():
        tx.execute(
            delete(standings).where(
                standings.c.guild_id == guild_id,
                standings.c.period == final_key(season),
                standings.c.user_id == user_id,
            )
        )
        _keep(tx, guild_id, season, user_id)


def get(tx: Connection, guild_id: int, season: str) -> Season | None:
    row = tx.execute(select(seasons).where(seasons.c.guild_id == guild_id, seasons.c.season == season)).one_or_none()
    return from_row(Season, row)


def played(tx: Connection, guild_id: int, limit: int) -> list[Season]:
    """Return closed seasons with at least one player, newest first."""
    rows = tx.execute(
        select(seasons)
        .where(seasons.c.guild_id == guild_id, seasons.c.players > 0)
        .order_by(seasons.c.season.desc())
        .limit(limit)
    )
    return [from_row(Season, row) for row in rows]
