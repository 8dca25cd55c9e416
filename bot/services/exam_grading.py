"""Read the paper of an exam, grade it once it is submitted, and sum up the result."""

from __future__ import annotations

from datetime import datetime

from bot.services.content import Content
from bot.services.exam_papers import ExamResult, Paper, PaperEntry
from bot.services.open_questions import open_questions
from bot.services.recording import record_all
from bot.storage import attempts, exams, guilds, members
from bot.storage.engine import Connection
from bot.storage.exams import Exam, ExamOutcome
from bot.study import grading
from bot.study.answering import Given
from bot.study.errors import Refusal, Refused
from bot.study.exams import domains_of, scaled, tally, version_of
from bot.study.members import Member
from bot.study.questions import Pack
from bot.study.scoring import Mode


def paper_of(tx: Connection, content: Content, exam: Exam) -> Paper:
    """Return an exam with its questions as the bank has them now. Raises EXAM_PACK_GONE."""
    entries: list[PaperEntry] = []
    left_out: set[int] = set()
    pack = _pack(tx, content, exam)
    for item in exams.items(tx, exam.id):
        found = content.among(pack, item.question_id)
        ungraded = exam.outcome is not None and item.correct is None
        if found is None or ungraded or not grading.fits(found[1], item.answer, item.shown, seen=exam.started_at):
            left_out.add(item.place)
            continue
        entries.append(
            PaperEntry(
                number=len(entries) + 1,
                place=item.place,
                question=found[1],
                domain=item.domain,
                shown=item.shown,
                scored=item.scored,
                flagged=item.flagged,
                answer=item.answer,
                correct=item.correct,
            )
        )
    return Paper(exam, pack, tuple(entries), frozenset(left_out))


def _pack(tx: Connection, content: Content, exam: Exam) -> Pack:
    """Return the exam's own pack, even if its server now studies another pack.

    Raises EXAM_PACK_GONE if that pack is missing: the exam waits for it, and is never scored with another pack.
    """
    pack = content.named(tx, exam.guild_id, exam.pack)
    if pack is None:
        raise Refused(Refusal.EXAM_PACK_GONE)
    return pack.seen_for(exam.version)


def grade(tx: Connection, content: Content, paper: Paper, at: datetime) -> None:
    """Grade an exam that is over and record every answer, dated no later than the end of the exam."""
    exam, answered_at = paper.exam, min(at, paper.exam.ends_at)
    name = members.names(tx, exam.guild_id, [exam.user_id]).get(exam.user_id, "")
    member = Member(exam.guild_id, exam.user_id, name)
    guild = guilds.get(tx, exam.guild_id)
    another_pack = content.is_another(guild, paper.pack)
    # A mark, points or the score would reveal the answer to a question that the member can still answer elsewhere.
    open_ = open_questions(tx, at, exam.user_id)
    entries = [entry for entry in paper.entries if entry.question.id not in open_]
    # Unanswered counts as wrong.
    marks = {entry.place: False for entry in entries}
    answered = [(entry, entry.answer) for entry in entries if entry.answer is not None]
    given = [
        Given(
            member, paper.pack, entry.question, entry.shown, answer, Mode.EXAM, guild.zone, answered_at,
            exam_id=exam.id, ranked=False, another_pack=another_pack,
        )
        for entry, answer in answered
    ]  # fmt: skip
    for (entry, _), verdict in zip(answered, record_all(tx, given), strict=True):
        marks[entry.place] = verdict.attempt.correct
    counted = [marks[entry.place] for entry in entries if entry.scored]
    score = scaled(sum(counted), len(counted), version_of(paper.pack))
    exams.grade(tx, exam.id, ExamOutcome(exam.submitted_at or answered_at, len(counted), sum(counted), score), marks)


def result_of(tx: Connection, paper: Paper, at: datetime) -> ExamResult:
    """Sum up a graded exam. Questions that its member can still answer elsewhere at `at` are left out of every
    figure."""
    outcome = paper.exam.outcome
    assert outcome is not None, "the exam is over"
    sealed = open_questions(tx, at, paper.exam.user_id)
    # A section may have only one or two questions, so its figure would reveal the answer to a question that is open
    # elsewhere.
    counted = [
        entry
        for entry in paper.entries
        if entry.scored and entry.correct is not None and entry.question.id not in sealed
    ]
    by_domain = tally((entry.domain, entry.correct is True) for entry in counted)
    by_section = tally((entry.question.section, entry.correct is True) for entry in counted)
    order = [domain.id for domain in domains_of(paper.pack)]
    return ExamResult(
        paper=paper,
        outcome=outcome,
        by_domain={name: by_domain[name] for name in sorted(by_domain, key=lambda name: _index(order, name))},
        by_section={name: by_section[name] for name in sorted(by_section)},
        points=attempts.points_of_exam(tx, paper.exam.id),
        sealed=sealed,
    )


def _index(order: list[str], name: str) -> int:
    return order.index(name) if name in order else len(order)
