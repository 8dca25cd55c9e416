"""Grade a submitted exam: its answers count on the boards, and its result is stored."""

from __future__ import annotations

from datetime import datetime

from bot.services.content import Content
from bot.services.exam_papers import Paper
from bot.services.open_questions import open_questions
from bot.services.recording import record_all
from bot.storage import exams, guilds, members
from bot.storage.engine import Connection
from bot.storage.exams import ExamOutcome
from bot.study.answering import Given
from bot.study.exams import scaled, version_of
from bot.study.members import Member
from bot.study.scoring import Mode


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
