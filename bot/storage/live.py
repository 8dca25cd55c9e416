"""Live rounds: their progress, their questions, and what the message has to show. A unique key allows one per
channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, update

from bot.shards import Shards
from bot.storage import posts
from bot.storage.posts import NUMBERS_WAIT, PostKind
from bot.storage.rows import columns_of, from_row
from bot.storage.sql import insert, own
from bot.storage.tables import ACTIVE, GOING_ON, live_players, live_questions, live_rounds
from bot.study.grading import Shown
from bot.study.live import Ending, LiveState

HISTORY = 2_000
"""How many of a server's latest questions decide which ones are new to it."""

JUMPED = timedelta(seconds=10)
"""No state begins this far in the future. If a state seems to, the clock has been set back since."""

_round = live_rounds.c


@dataclass(frozen=True, slots=True)
class LiveRound:
    """A live round. `asked` counts the questions so far; the current one has this number. `step` counts the states that
    the message has to show, and `shown_step` the states that it has shown."""

    id: int
    guild_id: int
    channel_id: int
    started_by: int
    section: str
    questions: int
    seconds: int
    seed: int
    created_at: datetime
    state: LiveState = LiveState.LOBBY
    ending: Ending | None = None
    asked: int = 0
    step: int = 1
    shown_step: int = 0
    message_id: int | None = None
    due_at: datetime | None = None
    opened_at: datetime | None = None
    again: bool = False

    @property
    def over(self) -> bool:
        return self.state is LiveState.OVER

    @property
    def on_show(self) -> bool:
        """Whether the channel shows its current state."""
        return self.shown_step == self.step


def add(tx: Connection, new: LiveRound, due_at: datetime) -> LiveRound | None:
    """Insert a round in its lobby; its id is ignored. None if its channel already has one."""
    row = tx.execute(
        insert(tx, live_rounds)
        .values({**columns_of(new, live_rounds, "id"), "due_at": due_at})
        .on_conflict_do_nothing()
        .returning(*live_rounds.c)
    ).one_or_none()
    return from_row(LiveRound, row)


def get(tx: Connection, live_id: int) -> LiveRound | None:
    row = tx.execute(select(live_rounds).where(_round.id == live_id)).one_or_none()
    return from_row(LiveRound, row)


def hold(tx: Connection, live_id: int) -> LiveRound | None:
    """Lock a round until the transaction ends, because what a member may do depends on its state."""
    row = tx.execute(select(live_rounds).where(_round.id == live_id).with_for_update(read=True)).one_or_none()
    return from_row(LiveRound, row)


def in_channel(tx: Connection, channel_id: int) -> LiveRound | None:
    """Return the unfinished round of a channel."""
    row = tx.execute(select(live_rounds).where(GOING_ON, _round.channel_id == channel_id)).one_or_none()
    return from_row(LiveRound, row)


def going_on(tx: Connection, guild_id: int) -> int:
    """Return how many unfinished rounds a server has."""
    return tx.execute(
        select(func.count()).select_from(live_rounds).where(GOING_ON, _round.guild_id == guild_id)
    ).scalar_one()


# -- the steps of a round


def _has_come(at: datetime) -> ColumnElement[bool]:
    """Return the condition that a state has ended: its time is up, or it seems to begin in the future because the clock
    has been set back since."""
    began = func.coalesce(_round.shown_at, _round.created_at)
    return or_(_round.due_at <= at, and_(_round.due_at.is_not(None), began > at + JUMPED))


def due_query(at: datetime, shards: Shards) -> Select[int]:
    due = select(_round.id).where(ACTIVE, GOING_ON, _has_come(at), own(shards, _round.guild_id))
    return due.order_by(_round.due_at, _round.id)


def due(tx: Connection, at: datetime, shards: Shards) -> list[int]:
    """Return rounds of our servers whose current state has ended."""
    return list(tx.execute(due_query(at, shards)).scalars())


def take_due(tx: Connection, live_id: int, at: datetime) -> LiveRound | None:
    """Lock a due round until the transaction ends; None if another process has it or was faster."""
    row = tx.execute(
        select(live_rounds)
        .where(ACTIVE, GOING_ON, _round.id == live_id, _has_come(at))
        .with_for_update(skip_locked=True)
    ).one_or_none()
    return from_row(LiveRound, row)


def move_on(tx: Connection, before: LiveRound, state: LiveState, due_at: datetime, at: datetime, *, asked: int) -> bool:
    """Move on to another state, which the message has yet to show; False if another process was faster."""
    return _step(tx, before, {"state": state, "due_at": due_at, "asked": asked}, at)


def ask_again(tx: Connection, before: LiveRound, due_at: datetime, at: datetime) -> bool:
    """Show the open question again, with a new clock. Answers given meanwhile are timed by the old clock."""
    return _step(tx, before, {"again": True, "due_at": due_at, "opened_at": before.opened_at}, at)


def end(tx: Connection, before: LiveRound, ending: Ending, at: datetime) -> bool:
    """End a round; its message has yet to show that."""
    return _step(tx, before, {"state": LiveState.OVER, "ending": ending, "due_at": None, "closed_at": at}, at)


def _step(tx: Connection, before: LiveRound, values: dict[str, object], at: datetime) -> bool:
    moved = tx.execute(
        update(live_rounds)
        .where(_round.id == before.id, _round.step == before.step, GOING_ON)
        .values({"opened_at": None, "again": False, **values, "step": before.step + 1})
    )
    if moved.rowcount:
        posts.touch(tx, PostKind.LIVE, before.id, at)
    return moved.rowcount == 1


def end_state(tx: Connection, before: LiveRound) -> None:
    """End the current state at once. This does not use the time of a press, because Discord's clock may differ from
    ours."""
    tx.execute(
        update(live_rounds)
        .where(_round.id == before.id, _round.step == before.step, _round.shown_step == before.step, GOING_ON)
        .values(due_at=_round.shown_at)
    )


def extend(tx: Connection, before: LiveRound, due_at: datetime) -> None:
    """Extend the current state."""
    tx.execute(update(live_rounds).where(_round.id == before.id, _round.step == before.step).values(due_at=due_at))


def found_at_start(tx: Connection, shards: Shards) -> list[LiveRound]:
    """Return the unfinished rounds of our servers."""
    rows = tx.execute(select(live_rounds).where(ACTIVE, own(shards, _round.guild_id)).order_by(_round.id))
    return [from_row(LiveRound, row) for row in rows]


# -- the message


def touch(tx: Connection, live_id: int, at: datetime) -> None:
    """Mark a round's message as dirty, because its numbers have changed."""
    posts.touch(tx, PostKind.LIVE, live_id, at, patience=NUMBERS_WAIT)


def of_person(tx: Connection, user_id: int, guild_id: int | None) -> list[int]:
    """Return the unfinished rounds that a person started or plays in; in one server, or in all."""
    played = select(live_players.c.live_id).where(live_players.c.user_id == user_id)
    theirs = and_(ACTIVE, or_(_round.started_by == user_id, _round.id.in_(played)))
    if guild_id is not None:
        theirs = and_(theirs, _round.guild_id == guild_id)
    return list(tx.execute(select(_round.id).where(theirs)).scalars())


def note_message(tx: Connection, live_id: int, message_id: int) -> None:
    tx.execute(update(live_rounds).where(_round.id == live_id).values(message_id=message_id))


def note_shown(
    tx: Connection, shown: LiveRound, due_at: datetime | None, opened_at: datetime | None, at: datetime
) -> None:
    """Record that the channel shows this step. Nothing happens if the round has moved on, or if this is already
    recorded."""
    tx.execute(
        update(live_rounds)
        .where(_round.id == shown.id, _round.step == shown.step, _round.shown_step < shown.step)
        .values(shown_step=shown.step, shown_at=at, due_at=due_at, opened_at=opened_at)
    )


# -- the questions


def ask(tx: Connection, live_id: int, number: int, question_id: str, shown: Shown) -> None:
    tx.execute(insert(tx, live_questions).values(live_id=live_id, number=number, question_id=question_id, shown=shown))


def question(tx: Connection, live_id: int, number: int) -> tuple[str, Shown] | None:
    row = tx.execute(
        select(live_questions).where(live_questions.c.live_id == live_id, live_questions.c.number == number)
    ).one_or_none()
    return (row.question_id, row.shown) if row is not None else None


def questions(tx: Connection, live_id: int) -> list[tuple[str, Shown]]:
    """Return the questions of a round in order; the first has number 1."""
    rows = tx.execute(
        select(live_questions).where(live_questions.c.live_id == live_id).order_by(live_questions.c.number)
    )
    return [(row.question_id, row.shown) for row in rows]


def open_anywhere(tx: Connection) -> set[str]:
    """Return the questions of all unfinished rounds, in any server."""
    going_on = select(_round.id).where(GOING_ON)
    asked = select(live_questions.c.question_id).where(live_questions.c.live_id.in_(going_on))
    return set(tx.execute(asked).scalars())


def open_in(tx: Connection, guild_id: int) -> set[str]:
    """Return the questions of a server's unfinished rounds."""
    going_on = select(_round.id).where(GOING_ON, _round.guild_id == guild_id)
    asked = select(live_questions.c.question_id).where(live_questions.c.live_id.in_(going_on))
    return set(tx.execute(asked).scalars())


def history(tx: Connection, guild_id: int) -> list[str]:
    """Return the questions that a server's rounds have asked, oldest first."""
    rows = tx.execute(
        select(live_questions.c.question_id)
        .join(live_rounds, _round.id == live_questions.c.live_id)
        .where(_round.guild_id == guild_id)
        .order_by(_round.id.desc(), live_questions.c.number.desc())
        .limit(HISTORY)
    )
    return list(rows.scalars())[::-1]
