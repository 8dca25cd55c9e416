"""Standings: each member's tally on each board in each period, kept with every attempt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, delete, func, or_, select
from sqlalchemy.dialects.sqlite import Insert

from bot.storage import seasons
from bot.storage.attempts import Attempt
from bot.storage.sql import Lookup, Many
from bot.storage.tables import members, standings
from bot.storage.tables.standings import ENOUGH_ANSWERS
from bot.study import periods
from bot.study.questions import ALL, boards_of
from bot.study.standings import By, Tally

_ONGOING = standings.c.period.not_like(periods.final_key("%"))
_KEY = (standings.c.guild_id, standings.c.period, standings.c.board, standings.c.user_id)
_NONE = Tally()

Where: TypeAlias = tuple[int, str, str, int]
"""One line of a board: server, period, board, member."""


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a board. `rank` counts from 1; nobody shares one, for the time decides."""

    rank: int
    user_id: int
    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Rival:
    """The member one place ahead, and by how many points; by none where the tie-break decides."""

    name: str
    lead: int


_GET_ALL = Lookup(
    select(*_KEY, standings.c.points, standings.c.correct, standings.c.answered, standings.c.reached_at), *_KEY
)


def _kept(insert: Callable[[Table], Insert]) -> Insert:
    statement = insert(standings)
    return statement.on_conflict_do_update(
        index_elements=_KEY, set_={name: statement.excluded[name] for name in _TALLY}
    )


_TALLY = ("points", "correct", "answered", "accuracy", "reached_at")
_KEEP = Many(_kept, *(column.name for column in _KEY), *_TALLY)


def count_all(tx: Connection, given: Iterable[Attempt]) -> None:
    """Add attempts, no two of one member in a server, to every board and period that each counts on. One that moves nothing
    writes nothing."""
    moving = [attempt for attempt in given if attempt.points or attempt.first]
    # Who is on no board in all time is on none.
    ever = _tallies(tx, [(one.guild_id, periods.ALL_TIME_KEY, ALL, one.user_id) for one in moving])
    firsts = {(one.guild_id, one.user_id) for one in moving} - {(key[0], key[3]) for key in ever}
    seasons.start_clocks(
        tx,
        {one.guild_id: (one.day, one.answered_at) for one in reversed(moving) if (one.guild_id, one.user_id) in firsts},
    )
    wanted = [
        (one.guild_id, period, board, one.user_id)
        for one in moving
        if (one.guild_id, one.user_id) not in firsts
        for period, board in keys_of(one)
    ]
    before = _tallies(tx, wanted)
    rows: list[tuple[object, ...]] = []
    for one in moving:
        fresh = _values(after(_NONE, one))
        for period, board in keys_of(one):
            line = (one.guild_id, period, board, one.user_id)
            known = before.get(line)
            rows.append((*line, *(fresh if known is None else _values(after(known, one)))))
    _KEEP.write(tx, rows)


def _tallies(tx: Connection, wanted: Iterable[Where]) -> dict[Where, Tally]:
    rows = _GET_ALL.rows(tx, wanted)
    return {(guild_id, period, board, user_id): Tally(*tally) for guild_id, period, board, user_id, *tally in rows}


def keys_of(attempt: Attempt) -> list[tuple[str, str]]:
    """The periods and boards that an attempt counts on."""
    return _keys_of(attempt.day, attempt.section)


@lru_cache(maxsize=1024)
def _keys_of(day: date, section: str) -> list[tuple[str, str]]:
    return [(period, board) for period in periods.keys(day) for board in boards_of(section)]


def after(tally: Tally, attempt: Attempt) -> Tally:
    return tally.plus(points=attempt.points, correct=attempt.correct, first=attempt.first, at=attempt.answered_at)


def _values(tally: Tally) -> tuple[object, ...]:
    return (tally.points, tally.correct, tally.answered, tally.accuracy, tally.reached_at)


def _tally(row: Row[tuple[object, ...]]) -> Tally:
    return Tally(row.points, row.correct, row.answered, row.reached_at)


def _on(guild_id: int, period: str, board: str, by: By) -> Select[tuple[object, ...]]:
    query = select(standings, func.coalesce(members.c.name, "").label("name")).join(
        members,
        and_(members.c.guild_id == standings.c.guild_id, members.c.user_id == standings.c.user_id),
        isouter=True,
    )
    return query.where(*_board(guild_id, period, board, by))


def _board(guild_id: int, period: str, board: str, by: By) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [
        standings.c.guild_id == guild_id,
        standings.c.period == period,
        standings.c.board == board,
    ]
    if by is By.ACCURACY:
        where.append(ENOUGH_ANSWERS)
    return where


def page_query(
    guild_id: int, period: str, board: str, by: By, *, offset: int, limit: int
) -> Select[tuple[object, ...]]:
    order = (
        (standings.c.points.desc(), standings.c.answered, standings.c.reached_at, standings.c.user_id)
        if by is By.POINTS
        else (standings.c.accuracy.desc(), standings.c.answered.desc(), standings.c.reached_at, standings.c.user_id)
    )
    return _on(guild_id, period, board, by).order_by(*order).offset(offset).limit(limit)


def page(tx: Connection, guild_id: int, period: str, board: str, by: By, *, offset: int, limit: int) -> list[Place]:
    rows = tx.execute(page_query(guild_id, period, board, by, offset=offset, limit=limit))
    return [Place(rank, row.user_id, row.name, _tally(row)) for rank, row in enumerate(rows, start=offset + 1)]


def size(tx: Connection, guild_id: int, period: str, board: str, by: By) -> int:
    return tx.execute(
        select(func.count()).select_from(standings).where(*_board(guild_id, period, board, by))
    ).scalar_one()


def ahead_query(mine: Any, by: By) -> Select[int]:
    """Counts the members before one row of a board, by the names of its columns, along the board's own index."""
    return select(func.count()).where(*_ahead(mine, by))


def _ahead(mine: Any, by: By) -> tuple[ColumnElement[bool], ...]:
    s = standings.c
    if by is By.POINTS:
        ahead = or_(
            s.points > mine["points"],
            and_(s.points == mine["points"], s.answered < mine["answered"]),
            and_(s.points == mine["points"], s.answered == mine["answered"], s.reached_at < mine["reached_at"]),
            and_(
                s.points == mine["points"],
                s.answered == mine["answered"],
                s.reached_at == mine["reached_at"],
                s.user_id < mine["user_id"],
            ),
        )
        bound = s.points >= mine["points"]
    else:
        ahead = or_(
            s.accuracy > mine["accuracy"],
            and_(s.accuracy == mine["accuracy"], s.answered > mine["answered"]),
            and_(s.accuracy == mine["accuracy"], s.answered == mine["answered"], s.reached_at < mine["reached_at"]),
            and_(
                s.accuracy == mine["accuracy"],
                s.answered == mine["answered"],
                s.reached_at == mine["reached_at"],
                s.user_id < mine["user_id"],
            ),
        )
        bound = and_(ENOUGH_ANSWERS, s.accuracy >= mine["accuracy"])
    return s.guild_id == mine["guild_id"], s.period == mine["period"], s.board == mine["board"], bound, ahead


def place_of(tx: Connection, guild_id: int, period: str, board: str, by: By, user_id: int) -> Place | None:
    """A member's own line; None if the board does not hold them."""
    row = tx.execute(_on(guild_id, period, board, by).where(standings.c.user_id == user_id)).one_or_none()
    if row is None:
        return None
    rank = tx.execute(ahead_query(row._asdict(), by)).scalar_one() + 1
    return Place(rank, row.user_id, row.name, _tally(row))


_ME = standings.alias("me")
_RANKS = Lookup(
    select(
        _ME.c.guild_id,
        _ME.c.period,
        _ME.c.board,
        _ME.c.user_id,
        ahead_query(_ME.c, By.POINTS).correlate(_ME).scalar_subquery() + 1,
    ),
    *(_ME.c[column.name] for column in _KEY),
)


def ranks(tx: Connection, wanted: Iterable[Where]) -> dict[Where, int]:
    """Where members stand by points; those whom the board does not hold are left out."""
    return {(guild, period, board, user): rank for guild, period, board, user, rank in _RANKS.rows(tx, wanted)}


_NEXT = standings.alias("next")
_NEXT_UP = (
    select(standings.c.user_id)
    .where(*_ahead(_ME.c, By.POINTS))
    # The board's own index, read backwards from the member's line.
    .order_by(
        standings.c.points, standings.c.answered.desc(), standings.c.reached_at.desc(), standings.c.user_id.desc()
    )
    .limit(1)
    .correlate(_ME)
    .scalar_subquery()
)
_RIVALS = Lookup(
    select(
        _ME.c.guild_id, _ME.c.period, _ME.c.board, _ME.c.user_id,
        func.coalesce(members.c.name, ""), _NEXT.c.points - _ME.c.points,
    ).select_from(
        _ME.join(
            _NEXT,
            and_(
                _NEXT.c.guild_id == _ME.c.guild_id,
                _NEXT.c.period == _ME.c.period,
                _NEXT.c.board == _ME.c.board,
                _NEXT.c.user_id == _NEXT_UP,
            ),
        ).outerjoin(members, and_(members.c.guild_id == _NEXT.c.guild_id, members.c.user_id == _NEXT.c.user_id))
    ),
    *(_ME.c[column.name] for column in _KEY),
)  # fmt: skip


def rivals(tx: Connection, wanted: Iterable[Where]) -> dict[Where, Rival]:
    """Who stands one place ahead by points; nobody does of the first, nor of those whom the board does not hold."""
    return {
        (guild, period, board, user): Rival(name, lead)
        for guild, period, board, user, name, lead in _RIVALS.rows(tx, wanted)
    }


def of_member(tx: Connection, guild_id: int, period: str, user_id: int, boards: Iterable[str]) -> dict[str, Tally]:
    """A member's tallies on these boards; a board that does not hold them is left out."""
    rows = tx.execute(
        select(standings).where(
            standings.c.guild_id == guild_id,
            standings.c.period == period,
            standings.c.board.in_(list(boards)),
            standings.c.user_id == user_id,
        )
    )
    return {row.board: _tally(row) for row in rows}


# -- rebuilding


def guild_ids(tx: Connection) -> list[int]:
    return list(tx.execute(select(standings.c.guild_id).distinct().order_by(standings.c.guild_id)).scalars())


def replace(
    tx: Connection, guild_id: int, tallies: Mapping[tuple[str, str, int], Tally], user_id: int | None = None
) -> None:
    """Put these in the place of all standings of a server but the closed seasons', or of all of one member there; keys are
    period, board and member."""
    whose = standings.c.user_id == user_id if user_id is not None else _ONGOING
    tx.execute(delete(standings).where(standings.c.guild_id == guild_id, whose))
    _KEEP.write(tx, [(guild_id, *key, *_values(tally)) for key, tally in tallies.items()])


def all_of(tx: Connection, guild_id: int) -> dict[tuple[str, str, int], Tally]:
    """Every standing of a server that may still move, by period, board and member."""
    rows = tx.execute(select(standings).where(standings.c.guild_id == guild_id, _ONGOING))
    return {(row.period, row.board, row.user_id): _tally(row) for row in rows}
