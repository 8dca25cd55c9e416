"""Questions that members suggest: a server's queue, and what became of each suggestion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, TextClause, and_, func, select, update

from bot.storage.questions import Typed
from bot.storage.rows import columns_of, from_row
from bot.storage.sql import Lookup, insert
from bot.storage.tables import CREDITED, UNDECIDED, UNSEEN, members, suggestions
from bot.study.suggestions import SuggestionState

QuestionKey = tuple[int, str]
"""A server, and the id of one of its own questions."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion as it was typed, by its author or by the manager who edited it."""

    id: int
    guild_id: int
    user_id: int
    typed: Typed
    state: SuggestionState
    word: str
    question_id: str | None
    created_at: datetime
    decided_at: datetime | None


def add(tx: Connection, guild_id: int, user_id: int, typed: Typed, at: datetime) -> None:
    tx.execute(
        insert(tx, suggestions).values(
            guild_id=guild_id,
            user_id=user_id,
            **columns_of(typed, suggestions),
            state=SuggestionState.WAITING,
            created_at=at,
        )
    )


def get(tx: Connection, guild_id: int, suggestion_id: int) -> Suggestion | None:
    """Return a suggestion of this server."""
    return next(iter(_select(tx, suggestions.c.id == suggestion_id, suggestions.c.guild_id == guild_id)), None)


def waiting(tx: Connection, guild_id: int) -> list[int]:
    """Return the ids of a server's pending suggestions, oldest first."""
    c = suggestions.c
    return list(tx.execute(select(c.id).where(UNDECIDED, c.guild_id == guild_id).order_by(c.id)).scalars())


def waiting_of(tx: Connection, guild_id: int, user_id: int) -> list[Suggestion]:
    """Return a member's pending suggestions, oldest first."""
    return _select(tx, UNDECIDED, suggestions.c.guild_id == guild_id, suggestions.c.user_id == user_id)


def newest_of(tx: Connection, guild_id: int, user_id: int, limit: int) -> list[Suggestion]:
    """Return a member's newest suggestions, newest first."""
    c = suggestions.c
    query = select(suggestions).where(c.guild_id == guild_id, c.user_id == user_id).order_by(c.id.desc()).limit(limit)
    return list(map(_suggestion, tx.execute(query)))


def unseen_of(tx: Connection, guild_id: int, user_id: int) -> list[Suggestion]:
    """Return a member's decided suggestions whose decision they have not been shown, oldest first."""
    return _select(tx, UNSEEN, suggestions.c.guild_id == guild_id, suggestions.c.user_id == user_id)


def set_seen(tx: Connection, guild_id: int, user_id: int, at: datetime) -> None:
    """Record that a member has been shown every decision so far."""
    c = suggestions.c
    tx.execute(update(suggestions).where(UNSEEN, c.guild_id == guild_id, c.user_id == user_id).values(seen_at=at))


def edit(tx: Connection, suggestion_id: int, typed: Typed) -> None:
    """Replace the text of a pending suggestion."""
    changed = update(suggestions).where(suggestions.c.id == suggestion_id, UNDECIDED)
    tx.execute(changed.values(**columns_of(typed, suggestions)))


def decide(
    tx: Connection,
    suggestion_id: int,
    state: SuggestionState,
    *,
    by: int,
    at: datetime,
    word: str = "",
    question_id: str | None = None,
) -> bool:
    """Decide a suggestion; False if it already was."""
    done = tx.execute(
        update(suggestions)
        .where(suggestions.c.id == suggestion_id, UNDECIDED)
        .values(state=state, decided_by=by, decided_at=at, word=word, question_id=question_id)
    )
    return done.rowcount == 1


_AUTHORS = Lookup(
    select(suggestions.c.guild_id, suggestions.c.question_id, members.c.name)
    .join_from(
        suggestions,
        members,
        and_(members.c.guild_id == suggestions.c.guild_id, members.c.user_id == suggestions.c.user_id),
    )
    .where(CREDITED, members.c.hidden.is_(False)),
    suggestions.c.guild_id,
    suggestions.c.question_id,
)


def authors(tx: Connection, wanted: Iterable[QuestionKey]) -> dict[QuestionKey, str]:
    """Return the names of members whose suggestions became these questions, excluding hidden members."""
    return {(guild_id, question_id): name for guild_id, question_id, name in _AUTHORS.read(tx, wanted)}


def questions_of(tx: Connection, user_id: int, guild_id: int | None = None) -> list[str]:
    """Return the questions that a member's suggestions became, in one server or in all."""
    c = suggestions.c
    within = [] if guild_id is None else [c.guild_id == guild_id]
    rows = tx.execute(select(c.question_id).where(CREDITED, c.user_id == user_id, *within))
    return list(rows.scalars())


def count_waiting(tx: Connection, guild_id: int) -> int:
    query = select(func.count()).select_from(suggestions).where(UNDECIDED, suggestions.c.guild_id == guild_id)
    return tx.execute(query).scalar_one()


def _select(tx: Connection, *conditions: ColumnElement[bool] | TextClause) -> list[Suggestion]:
    return list(map(_suggestion, tx.execute(select(suggestions).where(*conditions).order_by(suggestions.c.id))))


def _suggestion(row: Row[*tuple[Any, ...]]) -> Suggestion:
    return from_row(Suggestion, row, typed=from_row(Typed, row))
