"""Duels: the state of each, its two players, and its message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, select, update

from bot.shards import Shards
from bot.storage.rows import from_row, latest
from bot.storage.sql import WANTED, Lookup, entries, insert, own
from bot.storage.tables import (
    DUELING,
    PLAYING,
    UNTOLD,
    duel_players,
    duels,
    members,
    quiz_items,
    season_answers,
)
from bot.study.duels import OPEN, UNACCEPTED, DuelScore, DuelState, time_taken
from bot.study.periods import CLOCK_AHEAD


@dataclass(frozen=True, slots=True)
class Player:
    """A player. `name` is None if they have never used the bot in this server; `quiz_id` is None until the challenge is
    accepted."""

    user_id: int
    name: str | None
    challenger: bool
    quiz_id: int | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    answered: int = 0
    right: int = 0

    @property
    def score(self) -> DuelScore:
        if self.started_at is None or self.finished_at is None:
            return DuelScore(self.right, self.answered)
        return DuelScore(self.right, self.answered, time_taken(self.started_at, self.finished_at))


@dataclass(frozen=True, slots=True)
class Duel:
    """A duel. `players`: the challenger comes first; those who have erased their data are missing."""

    id: int
    guild_id: int
    section: str
    state: DuelState
    created_at: datetime
    expires_at: datetime
    channel_id: int
    players: tuple[Player, ...]
    ended_at: datetime | None = None
    message_id: int | None = None

    @property
    def open(self) -> bool:
        return self.state in OPEN

    def player(self, user_id: int) -> Player | None:
        return next((player for player in self.players if player.user_id == user_id), None)

    def other(self, user_id: int) -> Player | None:
        return next((player for player in self.players if player.user_id != user_id), None)


def add(
    tx: Connection,
    guild_id: int,
    section: str,
    channel_id: int,
    challenger_id: int,
    challenged_id: int,
    *,
    at: datetime,
    expires_at: datetime,
) -> int:
    """Add a challenge. Raises IntegrityError if the two already have an open duel in this server."""
    duel_id: int = tx.execute(
        insert(tx, duels)
        .values(
            guild_id=guild_id,
            section=section,
            state=DuelState.ASKED,
            created_at=at,
            expires_at=expires_at,
            channel_id=channel_id,
        )
        .returning(duels.c.id)
    ).scalar_one()
    tx.execute(
        insert(tx, duel_players),
        [
            {
                "duel_id": duel_id,
                "guild_id": guild_id,
                "user_id": user_id,
                "opponent_id": opponent_id,
                "challenger": user_id == challenger_id,
            }
            for user_id, opponent_id in ((challenger_id, challenged_id), (challenged_id, challenger_id))
        ],
    )
    return duel_id


def get(tx: Connection, duel_id: int, *, hold: bool = False) -> Duel | None:
    """Return a duel. `hold` locks it until the transaction ends; use it before any decision that depends on its
    state."""
    query = select(duels).where(duels.c.id == duel_id)
    row = tx.execute(query.with_for_update(of=duels) if hold else query).one_or_none()
    if row is None:
        return None
    players = tx.execute(
        select(duel_players, members.c.name)
        .outerjoin(
            members,
            and_(members.c.guild_id == duel_players.c.guild_id, members.c.user_id == duel_players.c.user_id),
        )
        .where(duel_players.c.duel_id == duel_id)
        .order_by(duel_players.c.challenger.desc())
    )
    return from_row(Duel, row, players=tuple(from_row(Player, player, right=player.correct) for player in players))


# -- finding them


def of_quiz(tx: Connection, quiz_id: int) -> int | None:
    """Return the duel that a quiz belongs to."""
    return tx.execute(select(duel_players.c.duel_id).where(duel_players.c.quiz_id == quiz_id)).scalar()


def open_between(tx: Connection, guild_id: int, user_id: int, other_id: int) -> int | None:
    return tx.execute(
        select(duel_players.c.duel_id).where(
            PLAYING,
            duel_players.c.user_id == user_id,
            duel_players.c.opponent_id == other_id,
            duel_players.c.guild_id == guild_id,
        )
    ).scalar()


def open_of(tx: Connection, user_id: int) -> list[int]:
    """Return a member's open duels, in any server."""
    rows = tx.execute(
        select(duel_players.c.duel_id)
        .where(PLAYING, duel_players.c.user_id == user_id)
        .order_by(duel_players.c.duel_id)
    )
    return list(rows.scalars())


def count_begun(tx: Connection, guild_id: int, user_id: int) -> int:
    """Return how many open duels a member has started in a server."""
    return tx.execute(
        select(func.count()).where(
            PLAYING,
            duel_players.c.user_id == user_id,
            duel_players.c.guild_id == guild_id,
            duel_players.c.challenger.is_(True),
        )
    ).scalar_one()


def unaccepted(tx: Connection, guild_id: int, user_id: int, other_id: int, since: datetime) -> list[datetime]:
    """Return the times of challenges that another member did not accept, oldest first. Challenges that were never
    posted do not count."""
    rows = tx.execute(
        select(duels.c.created_at)
        .join(duel_players, duel_players.c.duel_id == duels.c.id)
        .where(
            duel_players.c.user_id == user_id,
            duel_players.c.opponent_id == other_id,
            duel_players.c.challenger.is_(True),
            duels.c.guild_id == guild_id,
            duels.c.created_at > since,
            duels.c.message_id.is_not(None),
            duels.c.state.in_(UNACCEPTED),
        )
        .order_by(duels.c.created_at)
    )
    return list(rows.scalars())


[_USER] = entries(duel_players.c.user_id.type)
OPEN_QUESTIONS = Lookup(
    select(duel_players.c.user_id, quiz_items.c.question_id, duels.c.expires_at)
    .select_from(
        WANTED.join(duel_players, duel_players.c.user_id == _USER)
        .join(quiz_items, quiz_items.c.quiz_id == duel_players.c.quiz_id)
        .join(duels, duels.c.id == duel_players.c.duel_id)
    )
    .where(PLAYING)
)
"""Members' questions in open duels, with the times until which the keys stay secret."""


def open_questions_in(tx: Connection, guild_id: int) -> dict[str, datetime]:
    """Return when each question's duel expires, for all open duels of a server's members, wherever they play."""
    seen = exists().where(members.c.guild_id == guild_id, members.c.user_id == duel_players.c.user_id)
    playing = select(duel_players.c.quiz_id, duels.c.expires_at).join(duels, duels.c.id == duel_players.c.duel_id)
    until = {row[0]: row[1] for row in tx.execute(playing.where(PLAYING, seen)) if row[0] is not None}
    asked = select(quiz_items.c.quiz_id, quiz_items.c.question_id).where(quiz_items.c.quiz_id.in_(list(until)))
    return latest((row[1], until[row[0]]) for row in tx.execute(asked))


def open_anywhere(tx: Connection) -> set[str]:
    """Return the questions of all open duels, in any server."""
    playing = select(duel_players.c.quiz_id).where(PLAYING)
    return set(tx.execute(select(quiz_items.c.question_id).where(quiz_items.c.quiz_id.in_(playing))).scalars())


def met_in_season(tx: Connection, guild_id: int, user_ids: Iterable[int], season: str) -> set[str]:
    """Return the questions that any of these members has answered this season."""
    rows = tx.execute(
        select(season_answers.c.question_id).where(
            season_answers.c.guild_id == guild_id,
            season_answers.c.user_id.in_(list(user_ids)),
            season_answers.c.season == season,
        )
    )
    return set(rows.scalars())


# -- changing their state


def start(tx: Connection, duel_id: int, expires_at: datetime) -> None:
    """Mark a duel as accepted; `set_series` sets the quizzes."""
    tx.execute(update(duels).where(duels.c.id == duel_id).values(state=DuelState.RUNNING, expires_at=expires_at))


def set_series(tx: Connection, duel_id: int, user_id: int, quiz_id: int) -> None:
    tx.execute(update(duel_players).where(_player(duel_id, user_id)).values(quiz_id=quiz_id))


def note_started(tx: Connection, duel_id: int, user_id: int, at: datetime) -> None:
    tx.execute(update(duel_players).where(_player(duel_id, user_id)).values(started_at=at))


def note_answers(tx: Connection, duel_id: int, user_id: int, *, answered: int, right: int) -> None:
    tx.execute(update(duel_players).where(_player(duel_id, user_id)).values(answered=answered, correct=right))


def note_finished(tx: Connection, duel_id: int, user_id: int, at: datetime) -> None:
    """Record when a player gave their last answer. This writes the duel's row unchanged, to force a conflict: if both
    players finish at once in two processes, one of these retries and sees the other's answers."""
    tx.execute(update(duel_players).where(_player(duel_id, user_id)).values(finished_at=at))
    tx.execute(update(duels).where(duels.c.id == duel_id).values(state=duels.c.state))


def close(tx: Connection, duel_id: int, state: DuelState, at: datetime) -> None:
    tx.execute(update(duels).where(duels.c.id == duel_id).values(state=state, ended_at=at))
    tx.execute(update(duel_players).where(duel_players.c.duel_id == duel_id).values(playing=False))


def lapsed_early(tx: Connection, at: datetime, shards: Shards) -> list[int]:
    """Return challenges of our servers that lapsed too early, because the clock was ahead."""
    early = duels.c.state == DuelState.LAPSED, duels.c.expires_at > at + CLOCK_AHEAD
    return list(tx.execute(select(duels.c.id).where(*early, own(shards, duels.c.guild_id))).scalars())


def reopen(tx: Connection, duel_id: int) -> None:
    """Open a lapsed challenge again."""
    tx.execute(update(duels).where(duels.c.id == duel_id).values(state=DuelState.ASKED, ended_at=None))
    tx.execute(update(duel_players).where(duel_players.c.duel_id == duel_id).values(playing=True))


def due_query(at: datetime, limit: int, shards: Shards) -> Select[int]:
    return (
        select(duels.c.id)
        .where(DUELING, duels.c.expires_at <= at, own(shards, duels.c.guild_id))
        .order_by(duels.c.expires_at, duels.c.id)
        .limit(limit)
    )


def due(tx: Connection, at: datetime, limit: int, shards: Shards) -> list[int]:
    """Return open duels of our servers whose time is up, longest overdue first."""
    return list(tx.execute(due_query(at, limit, shards)).scalars())


# -- the message


def note_message(tx: Connection, duel_id: int, message_id: int) -> None:
    tx.execute(update(duels).where(duels.c.id == duel_id).values(message_id=message_id))


def set_unreported(tx: Connection, duel_id: int, user_ids: Iterable[int]) -> None:
    """Record that the result could not be posted, so that these players are notified privately."""
    tx.execute(
        update(duel_players)
        .where(duel_players.c.duel_id == duel_id, duel_players.c.user_id.in_(list(user_ids)))
        .values(untold=True)
    )


def take_unreported(tx: Connection, guild_id: int, user_id: int) -> list[int]:
    """Return the duels whose results a player has not been notified of yet, and mark them as reported."""
    mine = and_(UNTOLD, duel_players.c.user_id == user_id, duel_players.c.guild_id == guild_id)
    found = list(tx.execute(select(duel_players.c.duel_id).where(mine).order_by(duel_players.c.duel_id)).scalars())
    if found:
        tx.execute(update(duel_players).where(mine).values(untold=False))
    return found


def _player(duel_id: int, user_id: int) -> ColumnElement[bool]:
    return and_(duel_players.c.duel_id == duel_id, duel_players.c.user_id == user_id)
