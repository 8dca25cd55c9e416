"""Mock exams: their questions in order, what was answered and flagged, when each ends, and its result."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, exists, func, or_, select, update

from bot.shards import Shards
from bot.storage.rows import columns_of, from_row
from bot.storage.sql import insert, own
from bot.storage.tables import RUNNING, TOGETHER, exam_choices, exam_items, exams, members
from bot.study.exams import Length
from bot.study.grading import Answer, Shown

WAITED_FOR = timedelta(days=7)

_UNGRADED = and_(exams.c.submitted_at.is_not(None), exams.c.score.is_(None))


@dataclass(frozen=True, slots=True)
class ExamOutcome:
    """The result of an exam: `correct` of the `scored` questions."""

    submitted_at: datetime
    scored: int
    correct: int
    score: int


@dataclass(frozen=True, slots=True)
class Exam:
    id: int
    guild_id: int
    user_id: int
    pack: str
    length: Length
    started_at: datetime
    ends_at: datetime
    outcome: ExamOutcome | None = None
    """None until it is graded: at once or, for an evening's paper, when the evening is over."""
    submitted_at: datetime | None = None
    """None while it runs."""
    version: str = ""
    """The code of the exam version; empty if the pack describes none."""
    evening_id: int | None = None
    """The evening whose paper it is."""


@dataclass(frozen=True, slots=True)
class ExamItem:
    place: int
    question_id: str
    domain: str
    shown: Shown
    scored: bool
    flagged: bool = False
    answer: Answer | None = None
    correct: bool | None = None
    """None until the exam is graded, and for a question that was withdrawn before that."""


def _from_row(row: Row[tuple[object, ...]]) -> Exam:
    ended = from_row(ExamOutcome, row) if row.score is not None else None
    return from_row(Exam, row, outcome=ended)


def add(tx: Connection, exam: Exam, items: Sequence[ExamItem]) -> Exam:
    """Insert an exam; its id is ignored. Raises IntegrityError if this person already has one running."""
    row = tx.execute(insert(tx, exams).values(columns_of(exam, exams, "id")).returning(*exams.c)).one()
    if rows := [{"exam_id": row.id, **columns_of(item, exam_items)} for item in items]:
        tx.execute(insert(tx, exam_items), rows)
    return _from_row(row)


def get(tx: Connection, exam_id: int) -> Exam | None:
    row = tx.execute(select(exams).where(exams.c.id == exam_id)).one_or_none()
    return _from_row(row) if row is not None else None


def chosen_version(tx: Connection, user_id: int, pack: str) -> str | None:
    """Return the exam version that a person studies for."""
    return tx.execute(
        select(exam_choices.c.version).where(exam_choices.c.user_id == user_id, exam_choices.c.pack == pack)
    ).scalar()


def choose_version(tx: Connection, user_id: int, pack: str, version: str) -> None:
    tx.execute(
        insert(tx, exam_choices)
        .values(user_id=user_id, pack=pack, version=version)
        .on_conflict_do_update(index_elements=[exam_choices.c.user_id, exam_choices.c.pack], set_={"version": version})
    )


def running(tx: Connection, user_id: int) -> Exam | None:
    row = tx.execute(select(exams).where(RUNNING, exams.c.user_id == user_id)).one_or_none()
    return _from_row(row) if row is not None else None


def running_questions_in(tx: Connection, guild_id: int) -> set[str]:
    """Return the questions of all running exams of a server's members, wherever they take them."""
    return _running_questions(tx, exists().where(members.c.guild_id == guild_id, members.c.user_id == exams.c.user_id))


def running_questions_of(tx: Connection, user_ids: Collection[int]) -> set[str]:
    """Return the questions of all running exams of these members."""
    return _running_questions(tx, exams.c.user_id.in_(user_ids))


def _running_questions(tx: Connection, whose: ColumnElement[bool]) -> set[str]:
    running = select(exams.c.id).where(RUNNING, whose)
    return set(tx.execute(select(exam_items.c.question_id).where(exam_items.c.exam_id.in_(running))).scalars())


def of_evening(tx: Connection, evening_id: int, user_id: int) -> Exam | None:
    """Return a person's exam in an evening, running or submitted."""
    query = select(exams).where(exams.c.evening_id == evening_id, exams.c.user_id == user_id)
    row = tx.execute(query).one_or_none()
    return _from_row(row) if row is not None else None


def items(tx: Connection, exam_id: int) -> list[ExamItem]:
    rows = tx.execute(select(exam_items).where(exam_items.c.exam_id == exam_id).order_by(exam_items.c.place))
    return [from_row(ExamItem, row) for row in rows]


def set_answer(tx: Connection, exam_id: int, place: int, answer: Answer) -> None:
    tx.execute(update(exam_items).where(_item(exam_id, place)).values(answer=answer))


def set_flag(tx: Connection, exam_id: int, place: int, flagged: bool) -> None:
    tx.execute(update(exam_items).where(_item(exam_id, place)).values(flagged=flagged))


def due_query(at: datetime, limit: int, shards: Shards) -> Select[int]:
    return (
        select(exams.c.id)
        .where(RUNNING, exams.c.ends_at <= at, own(shards, exams.c.guild_id))
        .order_by(exams.c.ends_at, exams.c.id)
        .limit(limit)
    )


def due(tx: Connection, at: datetime, limit: int, shards: Shards) -> list[int]:
    """Return running exams of our servers whose time is up, longest overdue first."""
    return list(tx.execute(due_query(at, limit, shards)).scalars())


def overdue_in(tx: Connection, guild_id: int, before: datetime, at: datetime) -> bool:
    """Return whether a server has an ungraded exam whose time ran out before an instant. Very old exams are ignored,
    because they wait for a pack that may never come back."""
    overdue = exams.c.guild_id == guild_id, exams.c.ends_at < before, exams.c.ends_at > at - WAITED_FOR
    kinds = (RUNNING,), (TOGETHER, _UNGRADED)
    return any(tx.execute(select(exams.c.id).where(*kind, *overdue).limit(1)).first() for kind in kinds)


def ungraded(tx: Connection, evening_id: int) -> list[int]:
    """Return the exams of an evening that are submitted but not graded."""
    query = select(exams.c.id).where(exams.c.evening_id == evening_id, _UNGRADED)
    return list(tx.execute(query).scalars())


def waiting_for_packs(tx: Connection, packs: Collection[str], shards: Shards) -> list[int]:
    """Return our servers' exams on these packs that were submitted while their pack was missing. Exams of evenings are
    left out, because evenings grade them."""
    alone = exams.c.evening_id.is_(None), exams.c.pack.in_(packs)
    query = select(exams.c.id).where(_UNGRADED, *alone, own(shards, exams.c.guild_id))
    return list(tx.execute(query.order_by(exams.c.id)).scalars())


def submit(tx: Connection, exam_id: int, at: datetime) -> None:
    """Submit an exam that is graded later."""
    tx.execute(update(exams).where(exams.c.id == exam_id).values(submitted_at=at))


def grade(tx: Connection, exam_id: int, outcome: ExamOutcome, marks: Mapping[int, bool]) -> None:
    """Store the result of an exam; `marks` says for each place whether the answer was right."""
    tx.execute(update(exams).where(exams.c.id == exam_id).values(columns_of(outcome, exams)))
    if marks:
        tx.execute(
            update(exam_items)
            .where(exam_items.c.exam_id == exam_id, exam_items.c.place == bindparam("at_place"))
            .values(correct=bindparam("right")),
            [{"at_place": place, "right": right} for place, right in marks.items()],
        )


def asked(tx: Connection, user_id: int) -> dict[str, int]:
    """Return how often each question appeared in the member's exams."""
    rows = tx.execute(
        select(exam_items.c.question_id, func.count())
        .join(exams, exams.c.id == exam_items.c.exam_id)
        .where(exams.c.user_id == user_id)
        .group_by(exam_items.c.question_id)
    )
    return {row[0]: row[1] for row in rows}


def past(tx: Connection, user_id: int, pack: str, *, offset: int, limit: int) -> list[Exam]:
    """Return graded exams on one pack, newest first. Exams in which no question was left to score are left out."""
    rows = tx.execute(
        select(exams)
        .where(exams.c.user_id == user_id, exams.c.pack == pack, exams.c.scored > 0)
        .order_by(exams.c.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return list(map(_from_row, rows))


def past_on_other_packs(tx: Connection, user_id: int, pack: str, *, limit: int) -> list[Exam]:
    """Return submitted exams on other packs, newest first, including exams that wait for their pack before they are
    graded."""
    told = or_(exams.c.scored > 0, and_(_UNGRADED, exams.c.evening_id.is_(None)))
    rows = tx.execute(
        select(exams)
        .where(exams.c.user_id == user_id, exams.c.pack != pack, told)
        .order_by(exams.c.id.desc())
        .limit(limit)
    )
    return list(map(_from_row, rows))


def count_past(tx: Connection, user_id: int, pack: str) -> int:
    return tx.execute(
        select(func.count()).where(exams.c.user_id == user_id, exams.c.pack == pack, exams.c.scored > 0)
    ).scalar_one()


def has_perfect(tx: Connection, user_id: int, pack: str) -> bool:
    """Return whether a member has submitted an exam in which every scored answer was right."""
    perfect = and_(exams.c.user_id == user_id, exams.c.pack == pack, exams.c.scored > 0)
    found = select(exams.c.id).where(perfect, exams.c.correct == exams.c.scored).limit(1)
    return tx.execute(found).first() is not None


def last_submitted_at(tx: Connection, user_id: int) -> datetime | None:
    return tx.execute(select(func.max(exams.c.submitted_at)).where(exams.c.user_id == user_id)).scalar()


def _item(exam_id: int, place: int) -> ColumnElement[bool]:
    return and_(exam_items.c.exam_id == exam_id, exam_items.c.place == place)
