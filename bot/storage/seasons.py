"""Seasons: which month a server plays, when to look whether it has ended, and the months that are closed.

A closed season is a period of its own among the standings, under `study.periods.final_key`: a copy that nothing counts on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, func, literal, or_, select, update
from sqlalchemy import insert as plain_insert

from bot.shards import Shards
from bot.storage import guilds
from bot.storage.rows import from_row
from bot.storage.sql import Lookup, insert, own
from bot.storage.tables import season_clocks, seasons, standings
from bot.study.periods import final_key, season_of
from bot.study.questions import ALL

LONGEST = timedelta(days=33)
"""No season ends further ahead, not even where a zone went west by a day."""


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
    """A season that has ended. `players` had an answer in it that counted."""

    guild_id: int
    season: str
    players: int
    closed_at: datetime


def clock(tx: Connection, guild_id: int) -> SeasonClock | None:
    row = tx.execute(select(season_clocks).where(season_clocks.c.guild_id == guild_id)).one_or_none()
    return from_row(SeasonClock, row)


_RUNNING = Lookup(select(season_clocks.c.guild_id), season_clocks.c.guild_id)


def start_clocks(tx: Connection, firsts: Mapping[int, tuple[date, datetime]]) -> None:
    """From the first answer in a server that counts: by server, its date and time. The tick finds out when its season ends."""
    if not firsts:
        return
    running = {row.guild_id for row in _RUNNING.rows(tx, firsts)}
    for guild_id in firsts.keys() - running:
        start_clock(tx, guild_id, *firsts[guild_id])


def start_clock(tx: Connection, guild_id: int, day: date, at: datetime) -> None:
    guilds.ensure(tx, guild_id, at)
    tx.execute(
        insert(tx, season_clocks).values(guild_id=guild_id, season=season_of(day), due_at=at).on_conflict_do_nothing()
    )


def due(tx: Connection, at: datetime, limit: int, shards: Shards) -> list[int]:
    """Our servers whose season may have ended, or ends so far ahead that a clock that was ahead must have begun it."""
    rows = tx.execute(
        select(season_clocks.c.guild_id)
        .where(
            or_(season_clocks.c.due_at <= at, season_clocks.c.due_at > at + LONGEST),
            own(shards, season_clocks.c.guild_id),
        )
        .order_by(season_clocks.c.due_at, season_clocks.c.guild_id)
        .limit(limit)
    )
    return list(rows.scalars())


def set_clock(tx: Connection, guild_id: int, season: str, due_at: datetime) -> None:
    tx.execute(update(season_clocks).where(season_clocks.c.guild_id == guild_id).values(season=season, due_at=due_at))


def look_again(tx: Connection, guild_id: int, at: datetime) -> None:
    """The server's zone has changed, and with it the end of its season."""
    tx.execute(update(season_clocks).where(season_clocks.c.guild_id == guild_id).values(due_at=at))


def set_posts(tx: Connection, guild_id: int, *, posts: bool) -> None:
    tx.execute(update(season_clocks).where(season_clocks.c.guild_id == guild_id).values(posts=posts))


def set_channel(tx: Connection, guild_id: int, channel_id: int | None) -> None:
    tx.execute(update(season_clocks).where(season_clocks.c.guild_id == guild_id).values(channel_id=channel_id))


def close(tx: Connection, guild_id: int, season: str, at: datetime) -> Season | None:
    """Keep the final table of every board; None if the season is closed already."""
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
    return Season(guild_id, season, players, at)


def reopen(tx: Connection, guild_id: int, season: str) -> list[str]:
    """Take back the close of a season and of all later ones, with their final tables; their names."""
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
    """Put a member who no longer hides on the final tables again."""
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
    """The closed seasons in which anybody took part, newest first."""
    rows = tx.execute(
        select(seasons)
        .where(seasons.c.guild_id == guild_id, seasons.c.players > 0)
        .order_by(seasons.c.season.desc())
        .limit(limit)
    )
    return [from_row(Season, row) for row in rows]
