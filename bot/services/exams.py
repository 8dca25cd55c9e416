"""Mock exams. They live in the database: a restart changes nothing, the clock keeps running, and exams are submitted
when their time is up.

Every action checks the time first. An exam whose time is up is submitted on the spot, so even reading an exam may
write; a tick submits the exams of members who do not come back.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from random import Random

from bot.services.content import Content
from bot.services.each import write_each
from bot.services.exam_grading import grade, paper_of, result_of
from bot.services.exam_papers import (
    PAGE,
    ExamEnd,
    ExamResult,
    ExamReview,
    ExamTurn,
    HandedIn,
    History,
    Overview,
    Paper,
    PaperEntry,
)
from bot.services.open_questions import askable, open_questions
from bot.services.plans import code_of
from bot.services.quiz_outcomes import QuizTurn
from bot.services.quizzes import Quizzes
from bot.services.recording import show_roles
from bot.storage import evenings, exams
from bot.storage.engine import Connection, Database
from bot.storage.evenings import Evening
from bot.storage.exams import Exam, ExamItem
from bot.study import grading
from bot.study.errors import ExamRunning, ExamWithheld, NoExamRunning, Refusal, Refused, TooFewQuestions
from bot.study.exam_versions import read_version
from bot.study.exams import Drawn, Length, form_of, lengths_of, require_enough, select, version_of
from bot.study.grading import parse_answer
from bot.study.members import Member
from bot.study.questions import ALL, Pack

log = logging.getLogger(__name__)

BATCH = 50
LATEST = 20
"""How many past exams a trend uses."""


@dataclass(frozen=True, slots=True)
class Exams:
    db: Database
    content: Content
    quizzes: Quizzes

    # -- taking an exam

    async def start(
        self, member: Member, *, length: Length, version: str | None = None, rng: Random, at: datetime
    ) -> ExamTurn:
        """Start an exam. `version` None means the version that the member studies for. Raises ExamRunning,
        TooFewQuestions, EXAM_OPEN."""

        def work(tx: Connection) -> ExamTurn:
            self._none_running(tx, member, at)
            pack = self._seen(tx, member, version)
            form = form_of(version_of(pack), length)
            drawn = self._draw(tx, member, pack, length, rng, at)
            items = [
                ExamItem(place, one.question.id, one.domain, grading.shuffled(one.question, rng), one.scored)
                for place, one in enumerate(drawn)
            ]
            exam = exams.add(
                tx,
                Exam(0, member.guild_id, member.user_id, pack.name, length, at, at + form.time, version=code_of(pack)),
                items,
            )
            paper = paper_of(tx, self.content, exam)
            return ExamTurn(paper, paper.entries[0])

        turn = await self.db.write(work)
        log.info("exam started", extra={"exam": turn.paper.exam.id, "user": member.user_id})
        return turn

    async def check_free(self, member: Member, *, length: Length, version: str | None = None, at: datetime) -> Pack:
        """Return the pack of the exam that the member could start now.

        Raises ExamRunning, UnknownExamVersion, EXAM_OPEN, and TooFewQuestions if the pack could never fill such an exam.
        """

        def work(tx: Connection) -> Pack:
            self._none_running(tx, member, at)
            pack = self._seen(tx, member, version)
            self._draw(tx, member, pack, length, Random(0), at)
            return pack

        return await self.db.write(work)

    async def resume(self, member: Member, *, at: datetime) -> ExamTurn | Overview | ExamEnd:
        """Return the first unanswered question, or the overview if there is none; the result if the time has run out.

        Raises NoExamRunning.
        """

        def work(tx: Connection) -> ExamTurn | Overview | ExamEnd:
            exam = exams.running(tx, member.user_id)
            if exam is None:
                raise NoExamRunning(exams.last_submitted_at(tx, member.user_id))
            return self._resumed(tx, exam, at)

        return await self.db.write(work)

    async def turn(self, exam_id: int, place: int, member: Member, *, at: datetime) -> ExamTurn | ExamEnd:
        """Return one question, or the result if the exam is over. Raises UNKNOWN_EXAM and NOT_YOUR_EXAM, like the
        methods below."""

        def work(tx: Connection) -> ExamTurn | ExamEnd:
            paper = self._own_paper(tx, exam_id, member)
            return self._over(tx, paper, at) or ExamTurn(paper, paper.at(place))

        return await self.db.write(work)

    async def answer(self, exam_id: int, place: int, member: Member, text: str, *, at: datetime) -> ExamTurn | ExamEnd:
        """Answer a question, or change the answer, with the letters shown. Nothing is graded. Raises UnknownOption."""

        def work(tx: Connection) -> ExamTurn | ExamEnd:
            paper = self._own_paper(tx, exam_id, member)
            if (over := self._over(tx, paper, at)) is not None:
                return over
            entry = paper.at(place)
            answer = parse_answer(entry.question, text, entry.shown)
            exams.set_answer(tx, exam_id, place, answer)
            show_roles(tx, member, at)
            return _turn(paper, replace(entry, answer=answer))

        return await self.db.write(work)

    async def flag(
        self, exam_id: int, place: int, member: Member, *, flagged: bool, at: datetime
    ) -> ExamTurn | ExamEnd:
        """Flag a question for review, or remove the flag."""

        def work(tx: Connection) -> ExamTurn | ExamEnd:
            paper = self._own_paper(tx, exam_id, member)
            if (over := self._over(tx, paper, at)) is not None:
                return over
            entry = paper.at(place)
            exams.set_flag(tx, exam_id, place, flagged)
            return _turn(paper, replace(entry, flagged=flagged))

        return await self.db.write(work)

    async def overview(self, exam_id: int, place: int, member: Member, *, at: datetime) -> Overview | ExamEnd:
        def work(tx: Connection) -> Overview | ExamEnd:
            paper = self._own_paper(tx, exam_id, member)
            return self._over(tx, paper, at) or Overview(paper, paper.at(place))

        return await self.db.write(work)

    async def submit(self, exam_id: int, member: Member, *, at: datetime) -> ExamEnd:
        """Submit the exam. Its answers are graded and recorded at once or, for an evening's paper, when the evening is
        over. A second call returns the result again."""

        def work(tx: Connection) -> ExamEnd:
            paper = self._own_paper(tx, exam_id, member)
            return self._over(tx, paper, at) or self._submit(tx, paper, at)

        return await self.db.write(work)

    async def submit_due(self, at: datetime) -> None:
        """Submit exams whose time is up: one transaction each, so that other members can write in between."""
        await self._finish(await self.db.read(lambda tx: exams.due(tx, at, BATCH, self.db.shards)), at)

    async def grade_evening(self, evening_id: int, *, at: datetime) -> bool:
        """Grade the papers of an evening that is over. Return whether none is left."""
        await self._finish(await self.db.read(lambda tx: exams.ungraded(tx, evening_id)), at)
        return not await self.db.read(lambda tx: exams.ungraded(tx, evening_id))

    async def _finish(self, exam_ids: Sequence[int], at: datetime) -> None:
        await write_each(self.db, exam_ids, lambda tx, exam_id: self._finish_one(tx, exam_id, at))

    async def grade_waiting(self, at: datetime) -> None:
        """At startup, grade exams that were submitted while their pack was missing."""
        packs = set(self.content.packs)
        await self._finish(await self.db.read(lambda tx: exams.waiting_for_packs(tx, packs, self.db.shards)), at)

    def _finish_one(self, tx: Connection, exam_id: int, at: datetime) -> None:
        exam = exams.get(tx, exam_id)
        if exam is None:
            return  # the member was erased meanwhile
        if exam.pack in self.content.packs:
            self._over(tx, paper_of(tx, self.content, exam), at)
        elif exam.submitted_at is None:
            # The exam is graded once its pack is back. Until then, it must not keep its member from taking another
            # exam.
            self._hand_in(tx, exam, at)
            log.warning("exam submitted without its pack", extra={"exam": exam.id, "pack": exam.pack})

    # -- looking back

    async def result(self, exam_id: int, member: Member, *, at: datetime) -> ExamEnd:
        """Return the result. Raises ExamRunning while it runs."""
        return await self.db.write(lambda tx: self._ended(tx, exam_id, member, at))

    async def review(
        self, exam_id: int, place: int, member: Member, *, missed_only: bool = False, at: datetime
    ) -> ExamReview:
        """Return one question of a submitted exam. Raises ExamRunning while it runs."""

        def work(tx: Connection) -> ExamReview:
            result = self._told(tx, exam_id, member, at)
            return ExamReview(result, result.paper.at(place), missed_only)

        return await self.db.write(work)

    def look_back(self, tx: Connection, exam_id: int, member: Member, at: datetime) -> ExamResult:
        """Return a graded exam without writing anything. Raises UNKNOWN_EXAM, NOT_YOUR_EXAM, ExamRunning,
        ExamWithheld."""
        paper = self._own_paper(tx, exam_id, member)
        if (until := _evening_runs_until(tx, paper.exam)) is not None:
            raise ExamWithheld(until)
        if paper.exam.outcome is None:
            raise ExamRunning(paper.exam.ends_at)
        return result_of(tx, paper, at)

    async def history(self, member: Member, *, page: int = 1) -> History:
        """Return a member's exams on the pack studied here, wherever they took them, and their newest exams on other
        packs. Raises UNKNOWN_EXAM for a page past the end."""

        def work(tx: Connection) -> History:
            pack = self.content.pack_for(tx, member.guild_id, member.user_id)
            size = exams.count_past(tx, member.user_id, pack.name)
            pages = max(1, -(-size // PAGE))
            if not 1 <= page <= pages:
                raise Refused(Refusal.UNKNOWN_EXAM)
            past = partial(exams.past, tx, member.user_id, pack.name)
            others = exams.past_on_other_packs(tx, member.user_id, pack.name, limit=PAGE) if page == 1 else []
            return History(
                pack=pack,
                exams=tuple(past(offset=(page - 1) * PAGE, limit=PAGE)),
                latest=tuple(past(offset=0, limit=LATEST)),
                page=page,
                pages=pages,
                size=size,
                other_packs=tuple((exam, self.content.named(tx, exam.guild_id, exam.pack)) for exam in others),
                lengths=() if size else lengths_of(pack),
            )

        return await self.db.read(work)

    async def retry(self, exam_id: int, member: Member, *, rng: Random, at: datetime) -> QuizTurn:
        """Start a quiz on the questions of an exam that the member got wrong, at most 20. Raises UNKNOWN_EXAM,
        NOT_YOUR_EXAM, ExamRunning, NOTHING_TO_RETRY, ALL_OPEN."""

        def work(tx: Connection) -> QuizTurn:
            result = self._told(tx, exam_id, member, at)
            missed = [entry.question for entry in result.paper.missed]
            # Start the quiz where the exam's answers count, because a server may have its own questions.
            there = replace(member, guild_id=result.paper.exam.guild_id)
            return self.quizzes.begin_again(tx, there, missed, section=ALL, rng=rng, at=at)

        return await self.db.write(work)

    # -- within a transaction

    def _draw(
        self, tx: Connection, member: Member, pack: Pack, length: Length, rng: Random, at: datetime
    ) -> tuple[Drawn, ...]:
        """Draw a paper. Raises TooFewQuestions if the pack could never fill it, EXAM_OPEN if it could once the member
        has answered what is open elsewhere."""
        pool, asked = askable(tx, member, pack.active, at), exams.asked(tx, member.user_id)
        try:
            return select(pool, pack, form_of(version_of(pack), length), asked, rng)
        except TooFewQuestions:
            require_enough(pack, length)
            raise Refused(Refusal.EXAM_OPEN) from None

    def _none_running(self, tx: Connection, member: Member, at: datetime) -> None:
        exam = exams.running(tx, member.user_id)
        if exam is not None and self._over(tx, paper_of(tx, self.content, exam), at) is None:
            raise ExamRunning(exam.ends_at)

    def sit_together(
        self, tx: Connection, member: Member, evening: Evening, at: datetime
    ) -> ExamTurn | Overview | ExamEnd:
        """Begin or continue the member's exam in a running evening. Its time runs from the common start.

        Questions that they can still answer elsewhere are left out of their copy. Raises ExamRunning if another exam of
        theirs is running.
        """
        exam = exams.of_evening(tx, evening.id, member.user_id)
        if exam is None:
            self._none_running(tx, member, at)
            open_ = open_questions(tx, at, member.user_id, without=evening.id)
            paper = [item for item in evenings.items(tx, evening.id) if item.question_id not in open_]
            new = Exam(
                0, evening.guild_id, member.user_id, evening.pack, evening.length, evening.starts_at, evening.ends_at,
                version=evening.version, evening_id=evening.id,
            )  # fmt: skip
            exam = exams.add(tx, new, paper)
        return self._resumed(tx, exam, at)

    def _resumed(self, tx: Connection, exam: Exam, at: datetime) -> ExamTurn | Overview | ExamEnd:
        paper = paper_of(tx, self.content, exam)
        if (over := self._over(tx, paper, at)) is not None:
            return over
        if not paper.entries:
            return self._submit(tx, paper, at)
        return ExamTurn(paper, paper.open[0]) if paper.open else Overview(paper, paper.entries[0])

    def _own_paper(self, tx: Connection, exam_id: int, member: Member) -> Paper:
        exam = exams.get(tx, exam_id)
        if exam is None:
            raise Refused(Refusal.UNKNOWN_EXAM)
        if exam.user_id != member.user_id:
            raise Refused(Refusal.NOT_YOUR_EXAM)
        return paper_of(tx, self.content, exam)

    def _seen(self, tx: Connection, member: Member, version: str | None) -> Pack:
        """Return the member's pack for a version, or for the version they study for. Raises UnknownExamVersion."""
        pack = self.content.pack_for(tx, member.guild_id, member.user_id)
        return pack if version is None else pack.seen_for(read_version(pack, version))

    def _over(self, tx: Connection, paper: Paper, at: datetime) -> ExamEnd | None:
        """Return what a finished exam shows, submitting it if its time has just run out; None while it runs."""
        if paper.exam.submitted_at is None:
            return self._submit(tx, paper, at) if at >= paper.exam.ends_at else None
        if (until := _evening_runs_until(tx, paper.exam)) is not None:
            return HandedIn(paper.exam, until)
        return result_of(tx, paper, at) if paper.exam.outcome is not None else self._graded(tx, paper, at)

    def _submit(self, tx: Connection, paper: Paper, at: datetime) -> ExamEnd:
        """Submit an exam and grade it; while others may still take the same paper, only submit it."""
        exam = paper.exam
        evening = evenings.get(tx, exam.evening_id, hold=True) if exam.evening_id is not None else None
        log.info("exam submitted", extra={"exam": exam.id, "user": exam.user_id})
        if evening is None or evening.over:
            return self._graded(tx, paper, at)
        self._hand_in(tx, exam, at)
        return HandedIn(exam, evening.ends_at)

    def _hand_in(self, tx: Connection, exam: Exam, at: datetime) -> None:
        """Submit an exam that is graded later."""
        exams.submit(tx, exam.id, min(at, exam.ends_at))
        if exam.evening_id is not None:
            evenings.end_if_done(tx, exam.evening_id, at)
            evenings.touch(tx, exam.evening_id, at, numbers=True)

    def _graded(self, tx: Connection, paper: Paper, at: datetime) -> ExamResult:
        grade(tx, self.content, paper, at)
        if paper.exam.evening_id is not None:
            evenings.touch(tx, paper.exam.evening_id, at, numbers=True)
        graded = exams.get(tx, paper.exam.id)
        assert graded is not None, "a row that was just updated"
        return result_of(tx, paper_of(tx, self.content, graded), at)

    def _ended(self, tx: Connection, exam_id: int, member: Member, at: datetime) -> ExamEnd:
        paper = self._own_paper(tx, exam_id, member)
        over = self._over(tx, paper, at)
        if over is None:
            raise ExamRunning(paper.exam.ends_at)
        return over

    def _told(self, tx: Connection, exam_id: int, member: Member, at: datetime) -> ExamResult:
        over = self._ended(tx, exam_id, member, at)
        if isinstance(over, HandedIn):
            raise ExamWithheld(over.until)
        return over


def _evening_runs_until(tx: Connection, exam: Exam) -> datetime | None:
    """Return when the evening of an exam ends, if others may still take the same paper."""
    evening = evenings.get(tx, exam.evening_id) if exam.evening_id is not None else None
    return evening.ends_at if evening is not None and not evening.over else None


def _turn(paper: Paper, changed: PaperEntry) -> ExamTurn:
    entries = tuple(changed if entry.place == changed.place else entry for entry in paper.entries)
    return ExamTurn(replace(paper, entries=entries), changed)
