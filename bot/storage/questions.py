"""A server's own questions, the questions it has retired, and unsaved form drafts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, select, update

from bot.storage.rows import columns_of, from_row
from bot.storage.sql import insert
from bot.storage.tables import question_drafts, retired_questions, server_cases, server_questions
from bot.study.packs import Additions
from bot.study.questions import Case, Kind, Option, Question


def additions(tx: Connection, guild_id: int) -> Additions:
    """Return everything that a server adds or retires: at most `bank.limits.OWN_QUESTIONS_MAX` questions."""
    rows = tx.execute(
        select(server_questions.c.question_id, server_questions.c.body)
        .where(server_questions.c.guild_id == guild_id)
        .order_by(server_questions.c.id)
    )
    cases = tx.execute(select(server_cases).where(server_cases.c.guild_id == guild_id).order_by(server_cases.c.case_id))
    return Additions(
        questions={row.question_id: decode(row.question_id, row.body) for row in rows},
        cases={row.case_id: Case(row.case_id, row.scenario) for row in cases},
        retired=retired(tx, guild_id),
    )


def retired(tx: Connection, guild_id: int) -> frozenset[str]:
    """Return the questions that a server has retired, its own and its pack's."""
    rows = tx.execute(select(retired_questions.c.question_id).where(retired_questions.c.guild_id == guild_id))
    return frozenset(rows.scalars())


def count(tx: Connection, guild_id: int) -> int:
    return tx.execute(
        select(func.count()).select_from(server_questions).where(server_questions.c.guild_id == guild_id)
    ).scalar_one()


def add(
    tx: Connection, guild_id: int, questions: Iterable[Question], cases: Iterable[Case], *, by: int, at: datetime
) -> None:
    """Insert questions and their cases; `retire` stores whether a question is retired. Raises IntegrityError if an id
    exists."""
    rows = [
        {"guild_id": guild_id, "question_id": question.id, "body": encode(question), "added_by": by, "added_at": at}
        for question in questions
    ]
    if rows:
        tx.execute(insert(tx, server_questions), rows)
    scenarios = [{"guild_id": guild_id, "case_id": case.id, "scenario": case.scenario} for case in cases]
    if scenarios:
        tx.execute(insert(tx, server_cases).on_conflict_do_nothing(), scenarios)


def correct(tx: Connection, guild_id: int, question: Question, at: datetime) -> None:
    """Replace the question with this id."""
    tx.execute(
        update(server_questions)
        .where(server_questions.c.guild_id == guild_id, server_questions.c.question_id == question.id)
        .values(body=encode(question, corrected_at=at))
    )


def corrected(tx: Connection, guild_id: int) -> dict[str, datetime]:
    """Return when each corrected question was last corrected."""
    rows = tx.execute(
        select(server_questions.c.question_id, server_questions.c.body).where(server_questions.c.guild_id == guild_id)
    )
    found = ((row.question_id, json.loads(row.body).get("corrected_at")) for row in rows)
    return {name: datetime.fromisoformat(at) for name, at in found if at}


def retire(tx: Connection, guild_id: int, question_id: str, *, by: int, at: datetime) -> bool:
    """Retire a question; False if it already was."""
    done = tx.execute(
        insert(tx, retired_questions)
        .values(guild_id=guild_id, question_id=question_id, retired_by=by, retired_at=at)
        .on_conflict_do_nothing()
    )
    return done.rowcount == 1


def restore(tx: Connection, guild_id: int, question_id: str) -> bool:
    """Restore a question; False if it was not retired."""
    done = tx.execute(
        delete(retired_questions).where(
            retired_questions.c.guild_id == guild_id, retired_questions.c.question_id == question_id
        )
    )
    return done.rowcount == 1


# -- as JSON


def encode(question: Question, *, corrected_at: datetime | None = None) -> str:
    """Encode a question. Its id is a column, and its retirement is a row of its own, so both are left out."""
    return json.dumps(
        {
            "section": question.section,
            "kind": question.kind.value,
            "difficulty": question.difficulty,
            "stem": question.stem,
            "options": [[option.text, option.rationale] for option in question.options],
            "correct": question.correct,
            "explanation": question.explanation,
            "sources": question.sources,
            "covers": question.covers,
            "exams": question.exams,
            "skills": question.skills,
            "checked": question.checked.isoformat(),
            "prompts": question.prompts,
            "case": question.case,
            **({"corrected_at": corrected_at.isoformat()} if corrected_at else {}),
            **({"since": question.since.isoformat()} if question.since else {}),
        },
        ensure_ascii=False,
    )


def decode(question_id: str, body: str) -> Question:
    kept = json.loads(body)
    return Question(
        id=question_id,
        section=kept["section"],
        kind=Kind(kept["kind"]),
        difficulty=kept["difficulty"],
        stem=kept["stem"],
        options=tuple(Option(text, rationale) for text, rationale in kept["options"]),
        correct=tuple(kept["correct"]),
        explanation=kept["explanation"],
        sources=tuple(kept["sources"]),
        covers=tuple(kept["covers"]),
        checked=date.fromisoformat(kept["checked"]),
        prompts=tuple(kept["prompts"]),
        case=kept["case"],
        # Questions that were stored before exam versions existed have neither of these two.
        exams=tuple(kept.get("exams", ())),
        skills=tuple(kept.get("skills", ())),
        since=datetime.fromisoformat(kept["since"]) if "since" in kept else None,
    )


# -- unsaved forms


@dataclass(frozen=True, slots=True)
class Typed:
    """A question as a manager typed it into the form, unchecked except for `section`."""

    section: str
    difficulty: int
    stem: str
    options: str
    """One option on each line. A right option begins with `*`; text after ` # ` is its rationale."""
    explanation: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    id: int
    guild_id: int
    user_id: int
    typed: Typed
    mends: str = ""
    """The id of the question that it edits in the pack's files; empty for a new question."""
    tags: str = ""
    """Facts, skills and exam versions, as typed."""


def keep_draft(
    tx: Connection, guild_id: int, user_id: int, typed: Typed, at: datetime, *, mends: str = "", tags: str = ""
) -> QuestionDraft:
    """Store a draft under a new id, replacing this member's earlier draft here."""
    tx.execute(
        delete(question_drafts).where(question_drafts.c.guild_id == guild_id, question_drafts.c.user_id == user_id)
    )
    draft_id: int = tx.execute(
        insert(tx, question_drafts)
        .values(
            guild_id=guild_id,
            user_id=user_id,
            **columns_of(typed, question_drafts),
            mends=mends,
            tags=tags,
            created_at=at,
        )
        .returning(question_drafts.c.id)
    ).scalar_one()
    return QuestionDraft(draft_id, guild_id, user_id, typed, mends, tags)


def draft(tx: Connection, draft_id: int) -> QuestionDraft | None:
    row = tx.execute(select(question_drafts).where(question_drafts.c.id == draft_id)).one_or_none()
    if row is None:
        return None
    return from_row(QuestionDraft, row, typed=from_row(Typed, row))


def drop_draft(tx: Connection, draft_id: int) -> None:
    tx.execute(delete(question_drafts).where(question_drafts.c.id == draft_id))
