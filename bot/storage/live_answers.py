"""The players of a live round, their answers, and the resulting scores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, delete, exists, func, select, update

from bot.shards import Shards
from bot.storage.live import LiveRound
from bot.storage.members import hides
from bot.storage.rows import from_row
from bot.storage.sql import insert, own
from bot.storage.tables import UNRECORDED, live_answers, live_players, live_rounds, members
from bot.study.grading import Answer
from bot.study.live import LiveScore

_player, _answer = live_players.c, live_answers.c


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """An answer. `points`: what it earned in the round; None until its question has closed."""

    id: int
    live_id: int
    number: int
    user_id: int
    answer: Answer
    answered_at: datetime
    time: timedelta
    points: int | None


def _from_row(row: Row[tuple[object, ...]]) -> LiveAnswer:
    return from_row(LiveAnswer, row, time=timedelta(milliseconds=row.milliseconds))


# -- players


def join(tx: Connection, live_id: int, user_id: int, at: datetime) -> bool:
    """Add a player, or bring a former player back; False if they are already in."""
    statement = insert(tx, live_players).values(live_id=live_id, user_id=user_id, joined_at=at)
    joined = tx.execute(
        statement.on_conflict_do_update(
            index_elements=[_player.live_id, _player.user_id],
            set_={"left_at": None},
            where=_player.left_at.is_not(None),
        )
    )
    return joined.rowcount == 1


def leave(tx: Connection, live_id: int, user_id: int, at: datetime) -> bool:
    """Record that a player has left; False if they are not in."""
    left = tx.execute(
        update(live_players)
        .where(_player.live_id == live_id, _player.user_id == user_id, _player.left_at.is_(None))
        .values(left_at=at)
    )
    return left.rowcount == 1


def players(tx: Connection, live_id: int) -> int:
    """Return the number of players."""
    return tx.execute(
        select(func.count()).select_from(live_players).where(_player.live_id == live_id, _player.left_at.is_(None))
    ).scalar_one()


def player_ids(tx: Connection, live_id: int) -> list[int]:
    """Return the ids of the players."""
    return list(
        tx.execute(select(_player.user_id).where(_player.live_id == live_id, _player.left_at.is_(None))).scalars()
    )


def names(tx: Connection, live: LiveRound, limit: int) -> list[str]:
    """Return the names of the first players who joined, excluding hidden ones."""
    rows = tx.execute(_named(live).order_by(_player.joined_at, _player.user_id).limit(limit))
    return list(rows.scalars())


def names_answered(tx: Connection, live: LiveRound, limit: int) -> list[str]:
    """Return the names of the first players who answered the latest question, excluding those who are hidden or
    have left."""
    rows = tx.execute(
        _named(live)
        .join(live_answers, and_(_answer.live_id == _player.live_id, _answer.user_id == _player.user_id))
        .where(_answer.number == live.asked)
        .order_by(_answer.answered_at, _answer.id)
        .limit(limit)
    )
    return list(rows.scalars())


def _named(live: LiveRound) -> Select[str]:
    """Build the query for the names of all visible players."""
    return (
        select(members.c.name)
        .join(live_players, members.c.user_id == _player.user_id)
        .where(
            members.c.guild_id == live.guild_id,
            members.c.hidden.is_(False),
            _player.live_id == live.id,
            _player.left_at.is_(None),
        )
    )


def has_unanswered(tx: Connection, live_id: int, number: int) -> bool:
    """Return whether any player has yet to answer this question."""
    answered = exists().where(_answer.live_id == live_id, _answer.number == number, _answer.user_id == _player.user_id)
    waiting = select(_player.user_id).where(_player.live_id == live_id, _player.left_at.is_(None), ~answered).limit(1)
    return tx.execute(waiting).first() is not None


# -- answers


def add(tx: Connection, live_id: int, number: int, user_id: int, answer: Answer, time: timedelta, at: datetime) -> bool:
    """Store an answer; False if the player already has an answer, which is kept."""
    added = tx.execute(
        insert(tx, live_answers)
        .values(
            live_id=live_id,
            number=number,
            user_id=user_id,
            answer=answer,
            answered_at=at,
            milliseconds=time // timedelta(milliseconds=1),
        )
        .on_conflict_do_nothing(index_elements=[_answer.live_id, _answer.number, _answer.user_id])
    )
    return added.rowcount == 1


def of_member(tx: Connection, live_id: int, user_id: int, numbers: Iterable[int]) -> dict[int, LiveAnswer]:
    """Return a member's answers to the questions of these numbers, by number."""
    rows = tx.execute(
        select(live_answers).where(
            _answer.live_id == live_id, _answer.number.in_(list(numbers)), _answer.user_id == user_id
        )
    )
    return {row.number: _from_row(row) for row in rows}


def answered(tx: Connection, live_id: int, number: int) -> int:
    """Return how many players have answered a question."""
    return tx.execute(
        select(func.count()).select_from(live_answers).where(_answer.live_id == live_id, _answer.number == number)
    ).scalar_one()


def spread(tx: Connection, live_id: int, number: int) -> dict[Answer, int]:
    """Return how many visible players gave each answer."""
    rows = tx.execute(
        select(_answer.answer, func.count())
        .join(live_rounds, live_rounds.c.id == _answer.live_id)
        .where(_answer.live_id == live_id, _answer.number == number, ~hides(live_rounds.c.guild_id, _answer.user_id))
        .group_by(_answer.answer)
    )
    return {row[0]: row[1] for row in rows}


def forget_before(tx: Connection, live_id: int, number: int, since: datetime) -> None:
    """Delete answers from before a question's options changed, so that it can be answered again."""
    tx.execute(
        delete(live_answers).where(_answer.live_id == live_id, _answer.number == number, _answer.answered_at < since)
    )


def ungraded(tx: Connection, live_id: int, number: int) -> list[LiveAnswer]:
    rows = tx.execute(
        select(live_answers).where(_answer.live_id == live_id, _answer.number == number, _answer.points.is_(None))
    )
    return list(map(_from_row, rows))


def grade(tx: Connection, points: dict[int, int]) -> None:
    """Store what each answer earned, by its id."""
    if rows := [{"answer_id": id, "earned": earned} for id, earned in points.items()]:
        tx.execute(
            update(live_answers).where(_answer.id == bindparam("answer_id")).values(points=bindparam("earned")), rows
        )


def scores(tx: Connection, live: LiveRound) -> list[tuple[int, str, LiveScore, LiveScore]]:
    """Return id, name, score and the latest question's share of it for every visible player, unordered."""
    right, latest = _answer.points > 0, _answer.number == live.asked
    of_user = (
        select(
            _answer.user_id,
            func.sum(_answer.points).label("points"),
            func.count(case((right, 1))).label("right"),
            func.sum(case((right, _answer.milliseconds))).label("milliseconds"),
            func.sum(case((latest, _answer.points))).label("latest_points"),
            func.count(case((and_(latest, right), 1))).label("latest_right"),
            func.sum(case((and_(latest, right), _answer.milliseconds))).label("latest_milliseconds"),
        )
        .where(_answer.live_id == live.id, _answer.points.is_not(None))
        .group_by(_answer.user_id)
        .subquery()
    )
    rows = tx.execute(
        select(
            _player.user_id,
            members.c.name,
            of_user.c.points,
            of_user.c.right,
            of_user.c.milliseconds,
            of_user.c.latest_points,
            of_user.c.latest_right,
            of_user.c.latest_milliseconds,
        )
        .join(members, and_(members.c.guild_id == live.guild_id, members.c.user_id == _player.user_id))
        .join(of_user, of_user.c.user_id == _player.user_id, isouter=True)
        .where(_player.live_id == live.id, _player.left_at.is_(None), members.c.hidden.is_(False))
    )
    return [
        (
            row.user_id,
            row.name,
            _score(row.points, row.right, row.milliseconds),
            _score(row.latest_points, row.latest_right, row.latest_milliseconds),
        )
        for row in rows
    ]


def _score(points: int | None, right: int | None, milliseconds: int | None) -> LiveScore:
    # PostgreSQL returns a sum as a Decimal.
    return LiveScore(int(points or 0), int(right or 0), timedelta(milliseconds=int(milliseconds or 0)))


# -- answers that have yet to count as attempts


def unrecorded_query(limit: int, shards: Shards) -> Select[int]:
    # Use a subquery for each waiting answer: with a join, PostgreSQL would begin with all rounds, because it cannot
    # estimate how many servers are ours.
    guild = select(live_rounds.c.guild_id).where(live_rounds.c.id == _answer.live_id).scalar_subquery()
    return select(_answer.id).where(UNRECORDED, _answer.points.is_not(None), own(shards, guild)).limit(limit)


def unrecorded(tx: Connection, limit: int, shards: Shards) -> list[int]:
    """Return answers in our servers to closed questions, earliest first."""
    # Sort here and not in SQL, where SQLite would read every answer ever given to sort them.
    return sorted(tx.execute(unrecorded_query(limit, shards)).scalars())


def take_unrecorded(tx: Connection, answer_id: int) -> LiveAnswer | None:
    """Claim an answer for counting, permanently; None if another process was faster."""
    held = select(live_answers).where(UNRECORDED, _answer.id == answer_id, _answer.points.is_not(None))
    row = tx.execute(held.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    tx.execute(update(live_answers).where(_answer.id == answer_id).values(recorded=True))
    return _from_row(row)


def wait_for(tx: Connection, guild_id: int, before: datetime) -> bool:
    """Return whether answers given before an instant have yet to be counted."""
    row = tx.execute(
        select(_answer.id)
        .join(live_rounds, live_rounds.c.id == _answer.live_id)
        .where(UNRECORDED, live_rounds.c.guild_id == guild_id, _answer.answered_at < before)
        .limit(1)
    ).first()
    return row is not None
