"""Ranks by points, at a cost that does not grow with the size of the board.

A rank counts the members ahead. A long board is cut into blocks of neighboring members. Each block stores how many
members it has and its fence, the place where it begins. A rank is then the sum of all earlier blocks plus a count
within its own block.

Blocks are a cache of `standings`. They are created when a rank is read on a board that has become long, kept up to date
by `standings.keep`, and can be deleted at any time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from bot.storage.sql import WANTED, Lookup, Revision, entries
from bot.storage.tables import Instant, board_blocks, standings
from bot.study.standings import Where

Board: TypeAlias = tuple[int, str, str]
"""Server, period, board."""

LONG = 1_000
"""A board is cut into blocks once a rank beyond this is read: up to here, counting is as fast as using blocks."""
SIZE = 256
"""Members in a new block. A block of twice this size is split; a block of a quarter of this size is merged into the
block before it."""

_FIRST = 2**31 - 1, 0, datetime(1970, 1, 1, tzinfo=UTC)
"""The fence of the first block of each board. Nobody is ahead of it."""

_BOARD = ("guild_id", "period", "board")
_KEY = (*_BOARD, "user_id")
s, b = standings.c, board_blocks.c
_ME, _OWN = standings.alias("me"), board_blocks.alias("own")


def _place(of: Any) -> Any:
    return tuple_(of.answered, of.reached_at)


def _on_same(one: Any, other: Any, names: Iterable[str] = _BOARD) -> ColumnElement[bool]:
    return and_(*(one[name] == other[name] for name in names))


def _begins_by(me: Any) -> ColumnElement[bool]:
    """Return the condition for blocks of the same board whose fence is not after a place."""
    level = and_(b.points == me.points, _place(b) <= _place(me))
    # Without the bound, each alternative would read the index from its beginning.
    return and_(_on_same(b, me), b.points >= me.points, or_(b.points > me.points, level))


def _last(*conditions: ColumnElement[bool]) -> Any:
    """Return the query for the id of the last block of a board that meets some conditions."""
    backwards = b.points, b.answered.desc(), b.reached_at.desc()
    return select(b.id).where(*conditions).order_by(*backwards).limit(1)


_OWN_ID = _last(_begins_by(_ME.c)).correlate(_ME).scalar_subquery()
_BEFORE = select(func.sum(b.members)).where(_begins_by(_ME.c)).correlate(_ME).scalar_subquery()


def _counted(*conditions: ColumnElement[bool]) -> Any:
    """Return the subquery that counts members of a board that meet some conditions, by reading the index."""
    return select(func.count()).where(_on_same(s, _ME.c), *conditions).correlate(_ME, _OWN).scalar_subquery()


_same_points = _OWN.c.points == _ME.c.points
# Members with equal points are ordered by the tie-breakers, ascending. Each alternative is one range of the index.
_AHEAD_IN_BLOCK = (
    _counted(s.points > _ME.c.points, s.points < func.coalesce(_OWN.c.points, _FIRST[0]))
    + _counted(
        s.points == _ME.c.points,
        tuple_(s.answered, s.reached_at, s.user_id) < tuple_(_ME.c.answered, _ME.c.reached_at, _ME.c.user_id),
        _place(s) >= tuple_(case((_same_points, _OWN.c.answered), else_=-1), _OWN.c.reached_at),
    )
    + _counted(
        s.points == _OWN.c.points,
        _OWN.c.points > _ME.c.points,
        _place(s) >= _place(_OWN.c),
    )
)

RANKS = Lookup(
    select(
        *(_ME.c[name] for name in _KEY),
        func.coalesce(_BEFORE - _OWN.c.members, 0) + _AHEAD_IN_BLOCK + 1,
    ).select_from(_ME.outerjoin(_OWN, _OWN.c.id == _OWN_ID)),
    *(_ME.c[name] for name in _KEY),
    into=lambda rows: {tuple(which): rank for *which, rank in rows},
)
"""Ranks, by `Where`; members who are not on the board are left out."""

_CUT = Lookup(
    select(b.guild_id, b.period, b.board).where(b.points == _FIRST[0]),
    b.guild_id,
    into=lambda rows: set(map(tuple, rows)),
)
"""The boards of a server that have blocks."""

_WHERE = entries(*(s[name].type for name in _KEY))
_BLOCKS = Lookup(
    select(*(value.label(name) for name, value in zip(_KEY, _WHERE, strict=True)), _OWN_ID.label("block")).select_from(
        WANTED.outerjoin(_ME, and_(*(_ME.c[name] == value for name, value in zip(_KEY, _WHERE, strict=True))))
    ),
    into=lambda rows: {tuple(which): block for *which, block in rows},
)
"""The block that each member of a cut board is in, by `Where`; None for members who are not on the board."""

_ID, _MORE = entries(b.id.type, b.members.type)
_BY_ID = Lookup(select(board_blocks), b.id, into=lambda rows: [row._asdict() for row in rows])
_RESIZE = Revision(update(board_blocks).where(b.id == _ID).values(members=b.members + _MORE))


def blocks_of(tx: Connection, lines: Collection[Where]) -> dict[Where, int | None]:
    """Return the blocks of these lines on cut boards. Call it before and after a change."""
    cut = _CUT.read(tx, {guild_id for guild_id, *_ in lines}) if lines else ()
    found: dict[Where, int | None] = _BLOCKS.read(tx, [line for line in lines if line[:3] in cut]) if cut else {}
    return found


def move(tx: Connection, before: Mapping[Where, int | None]) -> None:
    """Update the member counts of blocks after these lines have changed. `before` is the block that each was in."""
    after: dict[Where, int] = _BLOCKS.read(tx, before)
    moved = Counter(after.values())
    moved.subtract(block for block in before.values() if block is not None)
    changed = {block: by for block, by in moved.items() if by}
    _RESIZE.write(tx, changed.items())
    if not changed:
        return
    for block in _BY_ID.read(tx, changed):
        if block["members"] >= 2 * SIZE:
            _split(tx, block)
        elif block["members"] <= SIZE // 4 and block["points"] < _FIRST[0]:
            _join(tx, block)


def _inside(block: Mapping[str, Any]) -> ColumnElement[bool]:
    """Return the condition for the places of a board from a block's fence on."""
    rest = _place(s) >= tuple_(block["answered"], literal(block["reached_at"], Instant()))
    return and_(
        _on_same(s, block),
        s.points <= block["points"],
        or_(s.points < block["points"], and_(s.points == block["points"], rest)),
    )


def _split(tx: Connection, block: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Split a block after about SIZE members, and return the new block; None if it cannot be split, because members who
    are tied in all but their id stay together."""
    fence = (
        tx.execute(
            select(s.points, s.answered, s.reached_at)
            .where(_inside(block))
            .order_by(s.points.desc(), s.answered, s.reached_at, s.user_id)
            .offset(SIZE)
            .limit(1)
        )
        .mappings()
        .one()
    )
    rest = _place(s) < tuple_(fence["answered"], literal(fence["reached_at"], Instant()))
    ahead = or_(s.points > fence["points"], and_(s.points == fence["points"], rest))
    stay = tx.execute(select(func.count()).where(_inside(block), s.points >= fence["points"], ahead)).scalar_one()
    if not stay:
        return None
    _RESIZE.write(tx, [(block["id"], stay - block["members"])])
    new = {name: block[name] for name in _BOARD} | dict(fence)
    made = insert(board_blocks).values(**new, members=block["members"] - stay).returning(*board_blocks.c)
    return dict(tx.execute(made).mappings().one())


def _join(tx: Connection, block: Mapping[str, Any]) -> None:
    """Add a block's members to the block before it."""
    tx.execute(delete(board_blocks).where(b.id == block["id"]))
    at = literal(block["reached_at"], Instant())
    level = and_(b.points == block["points"], _place(b) < tuple_(block["answered"], at))
    earlier = b.points >= block["points"], or_(b.points > block["points"], level)
    before = tx.execute(_last(_on_same(b, block), *earlier)).scalar_one()
    _RESIZE.write(tx, [(before, block["members"])])


def cut_long(tx: Connection, places: Mapping[Where, int]) -> None:
    """Cut into blocks each board on which one of these places is far down, unless it is already cut."""
    long = {(guild_id, period, board) for (guild_id, period, board, _), rank in places.items() if rank > LONG}
    for board in long - (_CUT.read(tx, {guild_id for guild_id, *_ in long}) if long else set()):
        _cut(tx, board)


def _cut(tx: Connection, board: Board) -> None:
    whose = dict(zip(_BOARD, board, strict=True))
    members = tx.execute(select(func.count()).where(_on_same(s, whose))).scalar_one()
    fence = dict(zip(("points", "answered", "reached_at"), _FIRST, strict=True))
    first = insert(board_blocks).values(**whose, **fence, members=members).returning(*board_blocks.c)
    block: Mapping[str, Any] | None = dict(tx.execute(first).mappings().one())
    while block is not None and block["members"] >= 2 * SIZE:
        block = _split(tx, block)


def forget(tx: Connection, guild_id: int, period: str | None = None) -> None:
    """Delete the blocks of a server's boards, of one period or of all, because many lines change at once."""
    which = b.guild_id == guild_id if period is None else and_(b.guild_id == guild_id, b.period == period)
    tx.execute(delete(board_blocks).where(which))


def forget_of(tx: Connection, user_id: int) -> None:
    """Delete the blocks of all boards that a person is on, before the person is erased."""
    theirs = exists().where(_on_same(s, b), s.user_id == user_id)
    tx.execute(delete(board_blocks).where(theirs))
