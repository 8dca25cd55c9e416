"""Exam evenings: when they are due, their paper, who has signed up, and their results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, literal, select, true, update

from bot.shards import Shards
from bot.storage import posts
from bot.storage.exams import ExamItem
from bot.storage.guilds import is_away
from bot.storage.members import hides
from bot.storage.posts import NUMBERS_WAIT, PostKind
from bot.storage.rows import columns_of, from_row, latest
from bot.storage.sql import WANTED, Lookup, entries, insert, own
from bot.storage.tables import EVENING_DUE, evening_items, evening_members, exam_evenings, exam_items, exams, members
from bot.storage.tables.base import Instant
from bot.study.evenings import TOO_LATE, EveningEnding, EveningState
from bot.study.exams import Length

_evening = exam_evenings.c
_GOING_ON = _evening.state != EveningState.OVER
_IN = and_(evening_members.c.left_at.is_(None), ~hides(_evening.guild_id, evening_members.c.user_id))
"""Selects visible members who have signed up."""


@dataclass(frozen=True, slots=True)
class Evening:
    """An exam evening. `version` is empty if the pack describes none."""

    id: int
    guild_id: int
    channel_id: int
    host_id: int
    pack: str
    length: Length
    seed: int
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    version: str = ""
    state: EveningState = EveningState.OPEN
    ending: EveningEnding | None = None
    due_at: datetime | None = None
    news: int = 0

    @property
    def over(self) -> bool:
        return self.state is EveningState.OVER


@dataclass(frozen=True, slots=True)
class EveningResult:
    """The result of a visible member. They have no exam before they begin, and no score before the evening is over, or if
    no question of their paper was left to score."""

    user_id: int
    name: str
    agrees: bool
    exam_id: int | None
    submitted: bool
    score: int | None


def add(tx: Connection, new: Evening) -> Evening:
    """Insert an evening; its id is ignored."""
    row = tx.execute(insert(tx, exam_evenings).values(columns_of(new, exam_evenings, "id")).returning(*_evening)).one()
    return from_row(Evening, row)


def get(tx: Connection, evening_id: int, *, hold: bool = False) -> Evening | None:
    """Return an evening. `hold` locks it until the transaction ends; use it before any decision that depends on its
    state."""
    query = select(exam_evenings).where(_evening.id == evening_id)
    return from_row(Evening, tx.execute(query.with_for_update(read=True) if hold else query).one_or_none())


def going_on(tx: Connection, guild_id: int) -> int:
    """Count the evenings of a server that are planned or running."""
    query = select(func.count()).select_from(exam_evenings).where(_GOING_ON, _evening.guild_id == guild_id)
    return tx.execute(query).scalar_one()


# -- the steps of an evening


def due_query(at: datetime, shards: Shards) -> Select[int]:
    # In a server that has removed the bot, the start waits, because the server may add the bot again in time.
    waits = and_(_evening.state == EveningState.OPEN, is_away(_evening.guild_id))
    due = select(_evening.id).where(EVENING_DUE, _evening.due_at <= at, own(shards, _evening.guild_id), ~waits)
    return due.order_by(_evening.due_at, _evening.id)


def due(tx: Connection, at: datetime, shards: Shards) -> list[int]:
    """Return evenings of our servers whose start or end is due."""
    return list(tx.execute(due_query(at, shards).where(_GOING_ON)).scalars())


def to_close(tx: Connection, at: datetime, shards: Shards) -> list[int]:
    """Return evenings of our servers that are over and whose papers are to be graded."""
    return list(tx.execute(due_query(at, shards).where(~_GOING_ON)).scalars())


def take_due(tx: Connection, evening_id: int, at: datetime) -> Evening | None:
    """Lock an evening whose start or end is due until the transaction ends; None if another process has it or was
    faster."""
    row = tx.execute(
        select(exam_evenings)
        .where(EVENING_DUE, _GOING_ON, _evening.id == evening_id, _evening.due_at <= at)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    return from_row(Evening, row)


def start(
    tx: Connection, evening: Evening, items: Sequence[ExamItem], starts_at: datetime, ends_at: datetime, at: datetime
) -> None:
    """Store the paper and mark the evening as running."""
    rows = [{"evening_id": evening.id, **columns_of(item, evening_items)} for item in items]
    tx.execute(insert(tx, evening_items), rows)
    changed = {"state": EveningState.RUNNING, "starts_at": starts_at, "ends_at": ends_at, "due_at": ends_at}
    tx.execute(update(exam_evenings).where(_evening.id == evening.id).values(changed))
    touch(tx, evening.id, at)


def move(tx: Connection, evening: Evening, starts_at: datetime, at: datetime) -> None:
    """Move an evening to another time."""
    length = evening.ends_at - evening.starts_at
    changed = {"starts_at": starts_at, "ends_at": starts_at + length, "due_at": starts_at}
    tx.execute(update(exam_evenings).where(_evening.id == evening.id).values(changed))
    touch(tx, evening.id, at)


def end(tx: Connection, evening: Evening, ending: EveningEnding, at: datetime) -> bool:
    """End an evening; False if it was already ended. If it was running, it stays due until its papers are graded."""
    due_at = case((_evening.state == EveningState.RUNNING, literal(at, Instant())), else_=None)
    ended = tx.execute(
        update(exam_evenings)
        .where(_evening.id == evening.id, _GOING_ON)
        .values(state=EveningState.OVER, ending=ending, due_at=due_at)
    )
    if ended.rowcount:
        touch(tx, evening.id, at)
    return ended.rowcount == 1


def missed_early(tx: Connection, at: datetime, shards: Shards) -> list[int]:
    """Return evenings of our servers whose start was missed before it came, because the clock was ahead."""
    early = _evening.ending.in_(TOO_LATE), _evening.starts_at > at
    return list(tx.execute(select(_evening.id).where(*early, own(shards, _evening.guild_id))).scalars())


def reopen(tx: Connection, evening_id: int, at: datetime) -> Evening | None:
    """Open an evening whose start was missed again; None if that is not why it is over."""
    row = tx.execute(
        update(exam_evenings)
        .where(_evening.id == evening_id, _evening.ending.in_(TOO_LATE))
        .values(state=EveningState.OPEN, ending=None, due_at=_evening.starts_at)
        .returning(*_evening)
    ).one_or_none()
    if row is not None:
        touch(tx, evening_id, at)
    return from_row(Evening, row)


def wait(tx: Connection, evening_id: int, due_at: datetime | None) -> None:
    """Set when to check an evening again; None for never."""
    tx.execute(update(exam_evenings).where(_evening.id == evening_id, EVENING_DUE).values(due_at=due_at))


def next_news(tx: Connection, evening: Evening) -> int:
    """Return the number of the next announcement that pings those who signed up. It supersedes earlier ones."""
    query = update(exam_evenings).where(_evening.id == evening.id).values(news=_evening.news + 1)
    return int(tx.execute(query.returning(_evening.news)).scalar_one())


def touch(tx: Connection, evening_id: int, at: datetime, *, numbers: bool = False) -> None:
    """Mark the post of an evening as dirty; `numbers`: only its numbers changed, so the edit can wait."""
    posts.touch(tx, PostKind.EVENING, evening_id, at, patience=NUMBERS_WAIT if numbers else timedelta())


def touch_names(tx: Connection, evening_id: int, at: datetime) -> None:
    """Mark every message that names members of an evening as dirty: its post and its pings."""
    touch(tx, evening_id, at)
    if (evening := get(tx, evening_id)) is not None:
        for number in range(1, evening.news + 1):
            posts.touch(tx, PostKind.EVENING_NEWS, f"{evening_id}.{number}", at)


# -- who has signed up


def sign_up(tx: Connection, evening_id: int, user_id: int, at: datetime) -> bool:
    """Sign up a new or returning member; False if they are already signed up."""
    written = tx.execute(
        insert(tx, evening_members)
        .values(evening_id=evening_id, user_id=user_id, joined_at=at)
        .on_conflict_do_update(
            index_elements=[evening_members.c.evening_id, evening_members.c.user_id],
            set_={"left_at": None},
            where=evening_members.c.left_at.is_not(None),
        )
    )
    return written.rowcount == 1


def leave(tx: Connection, evening_id: int, user_id: int, at: datetime) -> bool:
    """Remove a member; False if they were not signed up."""
    left = update(evening_members).where(_member(evening_id, user_id), evening_members.c.left_at.is_(None))
    return tx.execute(left.values(left_at=at)).rowcount == 1


def agree(tx: Connection, evening_id: int, user_id: int, *, agrees: bool) -> bool:
    """Set whether the table may show a member's score; False if they are not signed up."""
    theirs = update(evening_members).where(_member(evening_id, user_id), evening_members.c.left_at.is_(None))
    return tx.execute(theirs.values(agrees=agrees)).rowcount == 1


def agrees(tx: Connection, evening_id: int, user_id: int) -> bool | None:
    """Return whether the table may show a member's score; None if they are not signed up."""
    query = select(evening_members.c.agrees).where(_member(evening_id, user_id), evening_members.c.left_at.is_(None))
    return tx.execute(query).scalar()


def _member(evening_id: int, user_id: int) -> ColumnElement[bool]:
    return and_(evening_members.c.evening_id == evening_id, evening_members.c.user_id == user_id)


def user_ids(tx: Connection, evening_id: int) -> list[int]:
    """Return everybody who has signed up, including hidden members, in order of signing up."""
    query = select(evening_members.c.user_id).where(
        evening_members.c.evening_id == evening_id, evening_members.c.left_at.is_(None)
    )
    return list(tx.execute(query.order_by(evening_members.c.joined_at, evening_members.c.user_id)).scalars())


def results(tx: Connection, evening_id: int) -> list[EveningResult]:
    """Return the results of all visible members who have signed up, in order of signing up."""
    rows = tx.execute(
        select(
            evening_members.c.user_id,
            members.c.name,
            evening_members.c.agrees,
            exams.c.id,
            exams.c.submitted_at.is_not(None),
            case((exams.c.scored > 0, exams.c.score)),
        )
        .select_from(evening_members)
        .join(exam_evenings, _evening.id == evening_members.c.evening_id)
        .join(members, and_(members.c.guild_id == _evening.guild_id, members.c.user_id == evening_members.c.user_id))
        .outerjoin(exams, and_(exams.c.evening_id == _evening.id, exams.c.user_id == evening_members.c.user_id))
        .where(_evening.id == evening_id, _IN)
        .order_by(evening_members.c.joined_at, evening_members.c.user_id)
    )
    return [EveningResult(*row) for row in rows]


def has_running_exam(tx: Connection, evening_id: int) -> bool:
    """Return whether somebody is still taking the paper, including members who have left the evening."""
    query = select(exams.c.id).where(exams.c.evening_id == evening_id, exams.c.submitted_at.is_(None)).limit(1)
    return tx.execute(query).first() is not None


def end_if_done(tx: Connection, evening_id: int, at: datetime) -> None:
    """Make an evening's end due at once if everybody who has signed up has submitted. If everybody has left, the
    evening continues for latecomers."""
    handed_in = exists().where(
        exams.c.evening_id == evening_id,
        exams.c.user_id == evening_members.c.user_id,
        exams.c.submitted_at.is_not(None),
    )
    present = evening_members.c.evening_id == evening_id, evening_members.c.left_at.is_(None)
    running = and_(_evening.id == evening_id, _evening.state == EveningState.RUNNING, _evening.due_at > at)
    done = and_(exists().where(*present), ~exists().where(*present, ~handed_in))
    tx.execute(update(exam_evenings).where(running, done).values(due_at=at))


def of_person(tx: Connection, user_id: int, guild_id: int | None) -> list[int]:
    """Return the evenings that a person has signed up for, in one server or in all."""
    query = (
        select(_evening.id)
        .join(evening_members, evening_members.c.evening_id == _evening.id)
        .where(evening_members.c.user_id == user_id, _evening.guild_id == guild_id if guild_id is not None else true())
    )
    return list(tx.execute(query).scalars())


# -- the paper


def items(tx: Connection, evening_id: int) -> list[ExamItem]:
    query = select(evening_items).where(evening_items.c.evening_id == evening_id).order_by(evening_items.c.place)
    return [ExamItem(row.place, row.question_id, row.domain, row.shown, row.scored) for row in tx.execute(query)]


[_USER] = entries(evening_members.c.user_id.type)
_RUNNING = and_(EVENING_DUE, _evening.state == EveningState.RUNNING)
_RUNNING_QUESTIONS = (
    select(evening_items.c.question_id, _evening.ends_at)
    .join(exam_evenings, _evening.id == evening_items.c.evening_id)
    .where(_RUNNING)
)
OPEN_QUESTIONS = Lookup(
    select(evening_members.c.user_id, evening_items.c.question_id, _evening.ends_at, evening_items.c.evening_id)
    .select_from(
        WANTED.join(evening_members, evening_members.c.user_id == _USER)
        .join(exam_evenings, _evening.id == evening_members.c.evening_id)
        .join(evening_items, evening_items.c.evening_id == _evening.id)
    )
    .where(_RUNNING)
)
"""The questions of the running evenings that members are in, with the times when the evenings end. Members who have
left may come back, so they are included."""


def running_questions_in(tx: Connection, guild_id: int) -> dict[str, datetime]:
    """Return when the evening of each question ends, for a server's running papers, whose questions may still be
    asked."""
    rows = tx.execute(_RUNNING_QUESTIONS.where(_evening.guild_id == guild_id))
    return latest((row[0], row[1]) for row in rows)


def open_to(tx: Connection, user_ids: Select[int]) -> set[str]:
    """Return the questions of all running papers that one of these members has signed up for."""
    theirs = select(evening_members.c.evening_id).where(evening_members.c.user_id.in_(user_ids))
    return {row[0] for row in tx.execute(_RUNNING_QUESTIONS.where(_evening.id.in_(theirs)))}


def open_anywhere(tx: Connection) -> set[str]:
    """Return the questions of all running papers, in any server."""
    return {row[0] for row in tx.execute(_RUNNING_QUESTIONS)}


def asked(tx: Connection, guild_id: int) -> dict[str, int]:
    """Return how often the evenings of a server asked each question."""
    query = (
        select(evening_items.c.question_id, func.count())
        .join(exam_evenings, _evening.id == evening_items.c.evening_id)
        .where(_evening.guild_id == guild_id)
        .group_by(evening_items.c.question_id)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def marks(tx: Connection, evening_id: int) -> list[tuple[int, str, int, bool]]:
    """Return each mark of visible members who have signed up: exam, domain, place of the question, and whether
    it was right.

    Questions that do not count are left out.
    """
    rows = tx.execute(
        select(exams.c.id, exam_items.c.domain, exam_items.c.place, exam_items.c.correct)
        .select_from(evening_members)
        .join(exam_evenings, _evening.id == evening_members.c.evening_id)
        .join(exams, and_(exams.c.evening_id == _evening.id, exams.c.user_id == evening_members.c.user_id))
        .join(exam_items, exam_items.c.exam_id == exams.c.id)
        .where(_evening.id == evening_id, _IN, exam_items.c.correct.is_not(None), exam_items.c.scored)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]
