"""The league between servers: who is in it, their scores, and the closed months.

A server that removed the bot is hidden. It continues if it adds the bot again before its data is erased.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    Select,
    bindparam,
    cast,
    delete,
    func,
    literal,
    literal_column,
    select,
    update,
)

from bot.storage.rows import columns_of, from_row
from bot.storage.sql import insert
from bot.storage.tables import (
    attempts,
    guilds,
    league_places,
    league_seasons,
    leagues,
    season_clocks,
    seasons,
    server_questions,
    standings,
)
from bot.study.leagues import MIN_ANSWERS, Band, LeagueScore, Seat
from bot.study.periods import after_season, final_key, first_day
from bot.study.questions import ALL

SHOWN = 30
"""The maximum number of servers that are read for one division; the rules limit a division to half of this."""


@dataclass(frozen=True, slots=True)
class LeagueEntry:
    """A server in the league. `division` None means it is resting; `here` False means it removed the bot."""

    guild_id: int
    name: str
    band: Band
    division: int | None
    since: str
    unranked: int
    joined_at: datetime
    here: bool = True


@dataclass(frozen=True, slots=True)
class LeaguePlace:
    """How a server finished a month. `rank` None means not ranked; `name` is its current name."""

    guild_id: int
    season: str
    band: Band
    division: int
    rank: int | None
    ranked: int
    servers: int
    score: LeagueScore
    following: Seat
    name: str = ""


# -- servers in the league


def _entry(row: Row[tuple[object, ...]]) -> LeagueEntry:
    return from_row(LeagueEntry, row, here=row.left_at is None)


def _entries() -> Select[tuple[object, ...]]:
    return select(leagues, guilds.c.left_at).join(guilds, guilds.c.guild_id == leagues.c.guild_id)


def get(tx: Connection, guild_id: int) -> LeagueEntry | None:
    row = tx.execute(_entries().where(leagues.c.guild_id == guild_id)).one_or_none()
    return _entry(row) if row is not None else None


def put(tx: Connection, entry: LeagueEntry) -> None:
    """Add a server, or end its rest. Its row in `guilds` must exist."""
    values = columns_of(entry, leagues, "guild_id")
    statement = insert(tx, leagues).values(guild_id=entry.guild_id, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=[leagues.c.guild_id], set_=values))


def rename(tx: Connection, guild_id: int, name: str) -> None:
    tx.execute(update(leagues).where(leagues.c.guild_id == guild_id).values(name=name))


def remove(tx: Connection, guild_id: int) -> bool:
    """Delete everything that the league stores about a server, past places included; False if there was nothing."""
    return tx.execute(delete(leagues).where(leagues.c.guild_id == guild_id)).rowcount == 1


def seat_all(tx: Connection, seats: Mapping[int, tuple[Seat, int]]) -> None:
    """Store where servers play from now on, and for how many months they have not been ranked."""
    if not seats:
        return
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("band", "division", "unranked")}
    tx.execute(
        update(leagues).where(leagues.c.guild_id == bindparam("server")).values(values),
        [
            {"server": guild_id, "new_band": seat.band, "new_division": seat.division, "new_unranked": unranked}
            for guild_id, (seat, unranked) in seats.items()
        ],
    )


def lowest(tx: Connection, band: Band) -> tuple[int, int]:
    """Return the lowest division of a band and its number of servers; 0, 0 if there is none."""
    row = tx.execute(
        select(leagues.c.division, func.count().label("servers"))
        .where(leagues.c.band == band, leagues.c.division.is_not(None))
        .group_by(leagues.c.division)
        .order_by(leagues.c.division.desc())
        .limit(1)
    ).one_or_none()
    return (row.division, row.servers) if row is not None else (0, 0)


def of_division(tx: Connection, band: Band, division: int, season: str) -> list[LeagueEntry]:
    """Return the servers of a division that play this month."""
    rows = tx.execute(
        _entries()
        .where(
            leagues.c.band == band,
            leagues.c.division == division,
            leagues.c.since <= season,
            guilds.c.left_at.is_(None),
        )
        .limit(SHOWN)
    )
    return [_entry(row) for row in rows]


def sizes(tx: Connection, band: Band, divisions: Collection[int], season: str) -> dict[int, int]:
    """Return how many servers play this month, by division."""
    rows = tx.execute(
        select(leagues.c.division, func.count().label("servers"))
        .join(guilds, guilds.c.guild_id == leagues.c.guild_id)
        .where(
            leagues.c.band == band,
            leagues.c.division.in_(divisions),
            leagues.c.since <= season,
            guilds.c.left_at.is_(None),
        )
        .group_by(leagues.c.division)
    )
    return {row.division: row.servers for row in rows}


def seated(tx: Connection) -> list[LeagueEntry]:
    """Return every server that is not resting, ordered by band, division and time of joining."""
    rows = tx.execute(
        _entries()
        .where(leagues.c.division.is_not(None))
        .order_by(leagues.c.band, leagues.c.division, leagues.c.joined_at, leagues.c.guild_id)
    )
    return [_entry(row) for row in rows]


# -- scores


def scores(tx: Connection, season: str, guild_ids: Collection[int]) -> dict[int, LeagueScore]:
    """Return what each of these servers scored in a month, from its final table once its season is closed. Servers
    without active members are left out. A server's own questions count for nothing."""
    closed = set(
        tx.execute(
            select(seasons.c.guild_id).where(seasons.c.guild_id.in_(guild_ids), seasons.c.season == season)
        ).scalars()
    )
    found = _scores(tx, final_key(season), season, closed)
    return found | _scores(tx, season, season, set(guild_ids) - closed)


def _scores(tx: Connection, period: str, season: str, guild_ids: set[int]) -> dict[int, LeagueScore]:
    if not guild_ids:
        return {}
    writers = set(
        tx.execute(
            select(server_questions.c.guild_id).where(server_questions.c.guild_id.in_(guild_ids)).distinct()
        ).scalars()
    )
    statements = [_boards_of(period, guild_id, season) for guild_id in sorted(writers)]
    if others := sorted(guild_ids - writers):
        statements.append(_boards(period, others))
    rows = [row for statement in statements for row in tx.execute(statement)]
    return {row.guild_id: LeagueScore(row.active, row.points) for row in rows}


def _boards(period: str, guild_ids: list[int]) -> Select[tuple[int, int, int]]:
    """Build the query for the servers' scores on the board of all sections: one index range for each server."""
    return (
        select(
            standings.c.guild_id,
            func.count().label("active"),
            cast(func.sum(standings.c.points), Integer).label("points"),
        )
        .where(
            standings.c.guild_id.in_(guild_ids),
            standings.c.period == period,
            standings.c.board == ALL,
            standings.c.answered >= MIN_ANSWERS,
        )
        .group_by(standings.c.guild_id)
    )


def _boards_of(period: str, guild_id: int, season: str) -> Select[tuple[int, int, int]]:
    """Build the query for the score of a server that has its own questions, without the points that these earned."""
    # With a plain GROUP BY member, SQLite would scan every answer of the server in member order.
    who = (attempts.c.user_id + literal_column("0")).label("who")
    mine = select(server_questions.c.question_id).where(server_questions.c.guild_id == guild_id)
    own = (
        select(
            who,
            func.sum(attempts.c.points).label("points"),
            func.sum(cast(attempts.c.first, Integer)).label("answered"),
        )
        .where(
            attempts.c.guild_id == guild_id,
            attempts.c.question_id.in_(mine),
            attempts.c.day >= first_day(season),
            attempts.c.day < first_day(after_season(season)),
        )
        .group_by(who)
        .subquery("own")
    )
    points = standings.c.points - func.coalesce(own.c.points, 0)
    return (
        select(standings.c.guild_id, func.count().label("active"), cast(func.sum(points), Integer).label("points"))
        .join(own, own.c.who == standings.c.user_id, isouter=True)
        .where(
            standings.c.guild_id == guild_id,
            standings.c.period == period,
            standings.c.board == ALL,
            standings.c.answered - func.coalesce(own.c.answered, 0) >= MIN_ANSWERS,
        )
        .group_by(standings.c.guild_id)
    )


# -- the months


def last_closed(tx: Connection) -> str | None:
    return tx.execute(select(league_seasons.c.season).order_by(league_seasons.c.season.desc()).limit(1)).scalar()


def reopen(tx: Connection, season: str) -> list[str]:
    """Reopen a closed month and all later months, deleting their tables; return these months. Divisions stay as they
    are now."""
    tx.execute(delete(league_places).where(league_places.c.season >= season))
    closed = delete(league_seasons).where(league_seasons.c.season >= season)
    return list(tx.execute(closed.returning(league_seasons.c.season)).scalars())


def closed_at(tx: Connection, season: str) -> datetime | None:
    return tx.execute(select(league_seasons.c.closed_at).where(league_seasons.c.season == season)).scalar()


def first_since(tx: Connection) -> str | None:
    """Return the first month that any server in the league plays; None if the league is empty."""
    return tx.execute(select(leagues.c.since).order_by(leagues.c.since).limit(1)).scalar()


def unfinished(tx: Connection, season: str) -> bool:
    """Return whether a server that plays this month has not closed its own season yet."""
    found = tx.execute(
        select(literal(1))
        .select_from(leagues)
        .join(guilds, guilds.c.guild_id == leagues.c.guild_id)
        .join(season_clocks, season_clocks.c.guild_id == leagues.c.guild_id)
        .where(
            leagues.c.since <= season,
            leagues.c.division.is_not(None),
            season_clocks.c.season <= season,
            guilds.c.left_at.is_(None),
        )
        .limit(1)
    ).scalar()
    return found is not None


def close(tx: Connection, season: str, at: datetime) -> bool:
    """Close a month; False if it is already closed."""
    closed = tx.execute(insert(tx, league_seasons).values(season=season, closed_at=at).on_conflict_do_nothing())
    return closed.rowcount == 1


def keep(tx: Connection, places: Iterable[LeaguePlace]) -> None:
    rows = [
        {
            **columns_of(place, league_places),
            **columns_of(place.score, league_places),
            "next_band": place.following.band,
            "next_division": place.following.division,
        }
        for place in places
    ]
    if rows:
        tx.execute(insert(tx, league_places), rows)


def _place(row: Row[tuple[object, ...]]) -> LeaguePlace:
    return from_row(
        LeaguePlace, row, score=from_row(LeagueScore, row), following=Seat(row.next_band, row.next_division)
    )


def _places() -> Select[tuple[object, ...]]:
    return select(league_places, leagues.c.name).join(leagues, leagues.c.guild_id == league_places.c.guild_id)


def places_of(tx: Connection, guild_id: int, limit: int) -> list[LeaguePlace]:
    """Return how a server finished its months, newest first."""
    rows = tx.execute(
        _places().where(league_places.c.guild_id == guild_id).order_by(league_places.c.season.desc()).limit(limit)
    )
    return [_place(row) for row in rows]


def place(tx: Connection, guild_id: int, season: str) -> LeaguePlace | None:
    row = tx.execute(
        _places().where(league_places.c.guild_id == guild_id, league_places.c.season == season)
    ).one_or_none()
    return _place(row) if row is not None else None


def final_table(tx: Connection, season: str, band: Band, division: int) -> list[LeaguePlace]:
    """Return a division's final table for a month, without servers that have since left the league or removed the
    bot."""
    rows = tx.execute(
        _places()
        .join(guilds, guilds.c.guild_id == league_places.c.guild_id)
        .where(
            league_places.c.season == season,
            league_places.c.band == band,
            league_places.c.division == division,
            guilds.c.left_at.is_(None),
        )
        .limit(SHOWN)
    )
    # Unranked servers come last, in order of joining.
    return sorted(map(_place, rows), key=lambda place: (place.rank is None, place.rank or 0, place.guild_id))
