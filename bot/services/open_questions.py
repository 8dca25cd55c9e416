"""Questions that a member must not be asked for now, and whose keys they must not see. Every mode checks this."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import chain

from bot.storage import dailies, duels, evenings, live, members
from bot.storage.engine import Connection
from bot.storage.rows import latest
from bot.storage.sql import read_together
from bot.study.errors import KeySealed
from bot.study.members import Member
from bot.study.questions import Question


def open_questions(tx: Connection, at: datetime, *user_ids: int, without: int | None = None) -> dict[str, datetime]:
    """Return when the key of each question may be shown, for questions that one of these members can still answer.

    These are the unanswered dailies of every server that a member has been seen in, the questions of their open duels,
    and the papers of running evenings that they are in. `without`: an evening whose paper is left out.
    """
    found, _ = _open(tx, at, user_ids, without=without)
    return latest((question_id, until) for _, question_id, until in found)


def open_elsewhere(
    tx: Connection, at: datetime, answers: Collection[tuple[int, int]]
) -> tuple[dict[tuple[int, str], datetime], set[tuple[int, int]]]:
    """Return two things: when each key may be shown, by member and question, apart from the daily that each member is
    answering; and which of these answers are already held and cannot be changed. `answers`: pairs of daily and
    member."""
    found, held = _open(tx, at, [user_id for _, user_id in answers], answers=answers)
    return latest(((user_id, question_id), until) for user_id, question_id, until in found), held


def _open(
    tx: Connection,
    at: datetime,
    user_ids: Collection[int],
    *,
    answers: Collection[tuple[int, int]] = (),
    without: int | None = None,
) -> tuple[list[tuple[int, str, datetime]], set[tuple[int, int]]]:
    """Return what each member can still answer, and which daily holds an answer of which member."""
    in_dailies, in_duels, in_evenings = read_together(
        tx,
        (dailies.ANSWERABLE, dailies.lately(user_ids, at)),
        (duels.OPEN_QUESTIONS, user_ids),
        (evenings.OPEN_QUESTIONS, user_ids),
    )
    here, held = set(answers), {(row.id, row.user_id) for row in in_dailies if row.held}
    found = [
        (row.user_id, row.question_id, row.closes_at)
        for row in in_dailies
        if not row.held and row.closes_at > at and (row.id, row.user_id) not in here
    ]
    return [*found, *in_duels, *(row[:3] for row in in_evenings if row.evening_id != without)], held


def open_in_server(tx: Connection, guild_id: int, at: datetime, *user_ids: int) -> dict[str, datetime]:
    """Return when the key of each question may be shown in a server's channel, for questions that are still open there.

    These are what the given members can still answer, the server's dailies and running evenings, answered or not, and
    the open duels of the server's members.
    """
    return latest(
        chain(
            open_questions(tx, at, *user_ids).items(),
            dailies.answerable_in(tx, guild_id, at).items(),
            duels.open_questions_in(tx, guild_id).items(),
            evenings.running_questions_in(tx, guild_id).items(),
        )
    )


def askable(tx: Connection, member: Member, questions: Iterable[Question], at: datetime) -> list[Question]:
    """Return the questions that may be asked now: not retired, and not open elsewhere."""
    # Store the member first: this server's dailies count as open to them only if they have a row here.
    members.see(tx, member.guild_id, member.user_id, member.name)
    open_ = open_questions(tx, at, member.user_id)
    return [question for question in questions if not question.retired and question.id not in open_]


def require_unsealed(tx: Connection, user_id: int, question_id: str, at: datetime) -> None:
    """Raise KeySealed for a question whose key must stay secret for now."""
    until = open_questions(tx, at, user_id).get(question_id)
    if until is not None:
        raise KeySealed(until)


def open_to_anyone(tx: Connection, at: datetime) -> frozenset[str]:
    """Return the questions whose keys strangers must not see: of every open daily, duel, live round and evening."""
    open_ = dailies.open_anywhere(tx, at) | duels.open_anywhere(tx) | live.open_anywhere(tx)
    return frozenset(open_ | evenings.open_anywhere(tx))
