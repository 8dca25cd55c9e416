"""Standings: each member's tally on each board and period, updated with every attempt."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, and_, delete, func, or_, select, tuple_
from sqlalchemy.dialects.sqlite import Insert

from bot.storage import ranks
from bot.storage.rows import from_row
from bot.storage.sql import Lookup, Many
from bot.storage.tables import members, standings
from bot.storage.tables.standings import ENOUGH_ANSWERS
from bot.study import periods
from bot.study.goals import GoalWeek
from bot.study.questions import ALL
from bot.study.standings import ORDER, By, Tally, Where

_ONGOING = standings.c.period.not_like(periods.final_key("%"))
_KEY = (standings.c.guild_id, standings.c.period, standings.c.board, standings.c.user_id)


@dataclass(frozen=True, slots=True)
class BoardPlace:
    """One row of a board. `rank` counts from 1 and is never shared, because the time decides ties."""

    rank: int
    user_id: int
    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Rival:
    """The member one place ahead, and the gap in points, which is 0 if the tie-break decides."""

    name: str
    lead: int


TALLIES = Lookup(
    select(*_KEY, standings.c.points, standings.c.correct, standings.c.answered, standings.c.reached_at),
    *_KEY,
    into=lambda rows: {tuple(row[:4]): Tally(*row[4:]) for row in rows},
)
"""Tallies by `Where`."""


def _kept(insert: Callable[[Table], Insert]) -> Insert:
    statement = insert(standings)
    return statement.on_conflict_do_update(
        index_elements=_KEY, set_={name: statement.excluded[name] for name in _TALLY}
    )


_TALLY = ("points", "correct", "answered", "accuracy", "reached_at")
_KEEP = Many(_kept, *(column.name for column in _KEY), *_TALLY)


def keep(tx: Connection, lines: Mapping[Where, Tally]) -> None:
    """Insert or replace tallies."""
    before = ranks.blocks_of(tx, lines.keys())
    _KEEP.write(tx, [(*line, *_values(tally)) for line, tally in lines.items()])
    if before:
        ranks.move(tx, before)


def _values(tally: Tally) -> tuple[object, ...]:
    return (tally.points, tally.correct, tally.answered, tally.accuracy, tally.reached_at)


def _on(guild_id: int, period: str, board: str, by: By) -> Select[tuple[object, ...]]:
    return _with_names(standings).where(*_board(guild_id, period, board, by))


def _with_names(lines: FromClause) -> Select[tuple[object, ...]]:
    """Select lines of standings, each with the name of its member; an empty name if the member is unknown."""
    return select(lines, func.coalesce(members.c.name, "").label("name")).join(
        members, and_(members.c.guild_id == lines.c.guild_id, members.c.user_id == lines.c.user_id), isouter=True
    )


def _board(guild_id: int, period: str, board: str, by: By) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [
        standings.c.guild_id == guild_id,
        standings.c.period == period,
        standings.c.board == board,
    ]
    if by is By.ACCURACY:
        where.append(ENOUGH_ANSWERS)
    return where


def _in_order(by: By, *, backwards: bool = False) -> list[ColumnElement[Any]]:
    return [
        standings.c[name].desc() if descending is not backwards else standings.c[name] for name, descending in ORDER[by]
    ]


def page_query(
    guild_id: int, period: str, board: str, by: By, *, offset: int, limit: int
) -> Select[tuple[object, ...]]:
    return _on(guild_id, period, board, by).order_by(*_in_order(by)).offset(offset).limit(limit)


def page(
    tx: Connection, guild_id: int, period: str, board: str, by: By, *, offset: int, limit: int
) -> list[BoardPlace]:
    rows = tx.execute(page_query(guild_id, period, board, by, offset=offset, limit=limit))
    return [
        BoardPlace(rank, row.user_id, row.name, from_row(Tally, row)) for rank, row in enumerate(rows, start=offset + 1)
    ]


def firsts(tx: Connection, guild_id: int, period: str) -> dict[str, BoardPlace]:
    """Return the first place by points of each board of a period, by board."""
    place = func.row_number().over(partition_by=standings.c.board, order_by=_in_order(By.POINTS)).label("place")
    ranked = select(standings, place).where(standings.c.guild_id == guild_id, standings.c.period == period).subquery()
    rows = tx.execute(_with_names(ranked).where(ranked.c.place == 1))
    return {row.board: BoardPlace(1, row.user_id, row.name, from_row(Tally, row)) for row in rows}


def size(tx: Connection, guild_id: int, period: str, board: str, by: By) -> int:
    return tx.execute(
        select(func.count()).select_from(standings).where(*_board(guild_id, period, board, by))
    ).scalar_one()


def ahead_query(mine: Any, by: By) -> Select[int]:
    """Build the query that counts the members ahead of one row of a board, using the board's index. `mine`: the row, by
    column name."""
    return select(func.count()).where(*_ahead(mine, by))


def _ahead(mine: Any, by: By) -> tuple[ColumnElement[bool], ...]:
    s = standings.c
    first, _ = ORDER[by][0]
    level: list[ColumnElement[bool]] = []
    ahead: list[ColumnElement[bool]] = []
    for name, descending in ORDER[by]:
        ahead.append(and_(*level, s[name] > mine[name] if descending else s[name] < mine[name]))
        level.append(s[name] == mine[name])
    # Without this bound, each alternative would read the index from its beginning.
    bound = [s[first] >= mine[first], *([ENOUGH_ANSWERS] if by is By.ACCURACY else [])]
    return s.guild_id == mine["guild_id"], s.period == mine["period"], s.board == mine["board"], *bound, or_(*ahead)


def place_of(tx: Connection, guild_id: int, period: str, board: str, by: By, user_id: int) -> BoardPlace | None:
    """Return a member's own row; None if they are not on the board."""
    row = tx.execute(_on(guild_id, period, board, by).where(standings.c.user_id == user_id)).one_or_none()
    if row is None:
        return None
    if by is By.POINTS:
        [rank] = ranks.RANKS.read(tx, [(guild_id, period, board, user_id)]).values()
    else:
        rank = tx.execute(ahead_query(row._asdict(), by)).scalar_one() + 1
    return BoardPlace(rank, row.user_id, row.name, from_row(Tally, row))


_ME = standings.alias("me")
_NEXT = standings.alias("next")


def _rest(of: Any) -> list[ColumnElement[Any]]:
    """Return the tie-breakers for equal points, ascending, so that they compare as one value."""
    return [of[name] for name, _ in ORDER[By.POINTS][1:]]


_level = standings.c.points == _ME.c.points, tuple_(*_rest(standings.c)) < tuple_(*_rest(_ME.c))


def _nearest(*ahead: ColumnElement[bool]) -> ColumnElement[int]:
    """Return the subquery that finds the member one place ahead, by reading the board's index backwards."""
    on_board = (standings.c[name] == _ME.c[name] for name in ("guild_id", "period", "board"))
    nearest = select(standings.c.user_id).where(*on_board, *ahead)
    return nearest.order_by(*_in_order(By.POINTS, backwards=True)).limit(1).correlate(_ME).scalar_subquery()


_NEXT_UP = func.coalesce(_nearest(*_level), _nearest(standings.c.points > _ME.c.points))
RIVALS = Lookup(
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
    into=lambda rows: {tuple(row[:4]): Rival(*row[4:]) for row in rows},
)  # fmt: skip
"""The member one place ahead by points, by `Where`; none for the first place, or for members who are not on the
board."""


def of_member(tx: Connection, guild_id: int, period: str, user_id: int, boards: Iterable[str]) -> dict[str, Tally]:
    """Return a member's tallies on these boards; boards without them are left out."""
    rows = tx.execute(
        select(standings).where(
            standings.c.guild_id == guild_id,
            standings.c.period == period,
            standings.c.board.in_(list(boards)),
            standings.c.user_id == user_id,
        )
    )
    return {row.board: from_row(Tally, row) for row in rows}


def of_members(
    tx: Connection, guild_id: int, period: str, user_ids: Collection[int], boards: Collection[str]
) -> dict[tuple[int, str], Tally]:
    """Return many members' tallies, by member and board; missing tallies are left out."""
    rows = tx.execute(
        select(standings).where(
            standings.c.guild_id == guild_id,
            standings.c.period == period,
            standings.c.board.in_(list(boards)),
            standings.c.user_id.in_(list(user_ids)),
        )
    )
    return {(row.user_id, row.board): from_row(Tally, row) for row in rows}


def totals(tx: Connection, guild_id: int, period: str, boards: Collection[str]) -> dict[str, tuple[int, int]]:
    """Return, for each board, how many of all members' first answers were right and how many there were; empty boards
    are left out."""
    rows = tx.execute(
        select(standings.c.board, func.sum(standings.c.correct), func.sum(standings.c.answered))
        .where(standings.c.guild_id == guild_id, standings.c.period == period, standings.c.board.in_(list(boards)))
        .group_by(standings.c.board)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


# -- rebuilding


def week_of(tx: Connection, guild_id: int, week: str, sections: Collection[str]) -> GoalWeek:
    """Return what the members on a week's boards have done together; only answers in `sections` count."""
    c = standings.c
    here = c.guild_id == guild_id, c.period == week, c.answered > 0
    members, answers, right = tx.execute(
        select(func.count(), func.coalesce(func.sum(c.answered), 0), func.coalesce(func.sum(c.correct), 0)).where(
            *here, c.board == ALL
        )
    ).one()
    touched = select(func.count(c.board.distinct())).where(*here, c.board.in_(list(sections)))
    return GoalWeek(members, int(answers), int(right), tx.execute(touched).scalar_one())


def guild_ids(tx: Connection) -> list[int]:
    return list(tx.execute(select(standings.c.guild_id).distinct().order_by(standings.c.guild_id)).scalars())


def replace(
    tx: Connection, guild_id: int, tallies: Mapping[tuple[str, str, int], Tally], user_id: int | None = None
) -> None:
    """Replace all standings of a server, or of one member there, except those of closed seasons. Keys are period, board
    and member."""
    whose = standings.c.user_id == user_id if user_id is not None else _ONGOING
    ranks.forget(tx, guild_id)
    tx.execute(delete(standings).where(standings.c.guild_id == guild_id, whose))
    keep(tx, {(guild_id, *key): tally for key, tally in tallies.items()})


def all_of(tx: Connection, guild_id: int) -> dict[tuple[str, str, int], Tally]:
    """Return every standing of a server that can still change, by period, board and member."""
    rows = tx.execute(select(standings).where(standings.c.guild_id == guild_id, _ONGOING))
    return {(row.period, row.board, row.user_id): from_row(Tally, row) for row in rows}
