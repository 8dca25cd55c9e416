"""Standings: each member's tally on each board in each period, kept with every attempt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, or_, select

from bot.storage import seasons
from bot.storage.attempts import Attempt
from bot.storage.sql import insert
from bot.storage.tables import members, standings
from bot.study import periods
from bot.study.questions import ALL, boards_of
from bot.study.standings import MIN_ANSWERS_FOR_ACCURACY, By, Tally

_ONGOING = standings.c.period.not_like(periods.final_key("%"))
_KEY = [standings.c.guild_id, standings.c.period, standings.c.board, standings.c.user_id]


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a board. `rank` counts from 1; nobody shares one, for the time decides."""

    rank: int
    user_id: int
    name: str
    tally: Tally


def count(tx: Connection, attempt: Attempt) -> None:
    """Add an attempt to every board and period that it counts on. One that moves nothing writes nothing."""
    if not attempt.points and not attempt.first:
        return
    keys = keys_of(attempt)
    before = {
        (row.period, row.board): _tally(row)
        for row in tx.execute(
            select(standings).where(
                standings.c.guild_id == attempt.guild_id,
                standings.c.user_id == attempt.user_id,
                or_(*(and_(standings.c.period == period, standings.c.board == board) for period, board in keys)),
            )
        )
    }
    if (periods.ALL_TIME_KEY, ALL) not in before:
        seasons.start_clock(tx, attempt.guild_id, attempt.day, attempt.answered_at)
    rows = [
        row_of(attempt.guild_id, period, board, attempt.user_id, after(before.get((period, board), Tally()), attempt))
        for period, board in keys
    ]
    statement = insert(tx, standings)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=_KEY,
            set_={
                name: statement.excluded[name] for name in ("points", "correct", "answered", "accuracy", "reached_at")
            },
        ),
        rows,
    )


def keys_of(attempt: Attempt) -> list[tuple[str, str]]:
    """The periods and boards that an attempt counts on."""
    return [(period, board) for period in periods.keys(attempt.day) for board in boards_of(attempt.section)]


def after(tally: Tally, attempt: Attempt) -> Tally:
    return tally.plus(points=attempt.points, correct=attempt.correct, first=attempt.first, at=attempt.answered_at)


def row_of(guild_id: int, period: str, board: str, user_id: int, tally: Tally) -> dict[str, object]:
    return {
        "guild_id": guild_id,
        "period": period,
        "board": board,
        "user_id": user_id,
        "points": tally.points,
        "correct": tally.correct,
        "answered": tally.answered,
        "accuracy": tally.accuracy,
        "reached_at": tally.reached_at,
    }


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
        where.append(standings.c.answered >= MIN_ANSWERS_FOR_ACCURACY)
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


def ahead_query(mine: Mapping[Any, Any], by: By) -> Select[int]:
    """Counts the members before one row of a board, along the board's own index."""
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
        bound = s.accuracy >= mine["accuracy"]
    return select(func.count()).where(
        s.guild_id == mine["guild_id"], s.period == mine["period"], s.board == mine["board"], bound, ahead
    )


def place_of(tx: Connection, guild_id: int, period: str, board: str, by: By, user_id: int) -> Place | None:
    """A member's own line; None if the board does not hold them."""
    row = tx.execute(_on(guild_id, period, board, by).where(standings.c.user_id == user_id)).one_or_none()
    if row is None:
        return None
    rank = tx.execute(ahead_query(row._asdict(), by)).scalar_one() + 1
    return Place(rank, row.user_id, row.name, _tally(row))


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
    if tallies:
        tx.execute(insert(tx, standings), [row_of(guild_id, *key, tally) for key, tally in tallies.items()])


def all_of(tx: Connection, guild_id: int) -> dict[tuple[str, str, int], Tally]:
    """Every standing of a server that may still move, by period, board and member."""
    rows = tx.execute(select(standings).where(standings.c.guild_id == guild_id, _ONGOING))
    return {(row.period, row.board, row.user_id): _tally(row) for row in rows}
