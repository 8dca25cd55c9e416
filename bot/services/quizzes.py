"""Series on demand. They live in the database: after a restart their buttons go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.services.content import Content
from bot.services.recording import Member, Verdict, recall, record
from bot.storage import attempts, dailies, guilds, members, quizzes
from bot.storage.attempts import Attempt
from bot.storage.engine import Connection, Database
from bot.storage.quizzes import Item, Quiz
from bot.study import grading
from bot.study.errors import NoQuestions, NotYours, UnknownQuiz, UnknownSection
from bot.study.grading import Shown, parse_answer
from bot.study.questions import Pack, Question
from bot.study.quizzes import select
from bot.study.scoring import Mode


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a series has come."""

    total: int
    answered: int
    right: int
    points: int


@dataclass(frozen=True, slots=True)
class Turn:
    """The question that a series asks now. `place` counts from 0."""

    quiz_id: int
    place: int
    pack: Pack
    question: Question
    shown: Shown
    progress: Progress


@dataclass(frozen=True, slots=True)
class Answered:
    quiz_id: int
    place: int
    verdict: Verdict
    progress: Progress

    @property
    def finished(self) -> bool:
        return self.progress.answered == self.progress.total


@dataclass(frozen=True, slots=True)
class Summary:
    quiz_id: int
    pack: Pack
    section: str
    progress: Progress
    missed: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Quizzes:
    db: Database
    content: Content

    async def start(
        self, member: Member, *, section: str, count: int, difficulty: int | None, rng: Random, at: datetime
    ) -> Turn:
        """Raises UnknownSection, NoQuestions."""

        def work(tx: Connection) -> Turn:
            pack = self.content.pack(tx, member.guild_id)
            if section not in pack.boards:
                raise UnknownSection(section)
            pool = [question for question in pack.within(section) if difficulty in (None, question.difficulty)]
            # What is open as a daily is not asked here: its key would be told before it is answered.
            if not member.alone and (daily := dailies.open_for(tx, member.guild_id, at)) is not None:
                pool = [question for question in pool if question.id != daily.question_id]
            if not pool:
                raise NoQuestions
            right = attempts.last_right(tx, member.guild_id, member.user_id)
            chosen = select(pool, right, pack.weights, count=count, rng=rng)
            items = [Item(question.id, grading.shuffled(question, rng)) for question in chosen]
            members.see(tx, member.guild_id, member.user_id, member.name)
            quiz = quizzes.add(tx, member.guild_id, member.user_id, section, difficulty, items, at)
            first = self._turn(tx, quiz, {})
            assert first is not None, "a series has a question"
            return first

        return await self.db.write(work)

    async def answer(self, quiz_id: int, place: int, member: Member, text: str, *, at: datetime) -> Answered:
        """Answer one question of a series, whichever is asked. Raises UnknownQuiz, NotYours, UnknownOption."""

        def work(tx: Connection) -> Answered:
            quiz = self._quiz(tx, quiz_id, member)
            if place >= len(quiz.items):
                raise UnknownQuiz
            item = quiz.items[place]
            pack, question = self._question(tx, quiz, item)
            owner = Member(quiz.guild_id, member.user_id, member.name)
            done = attempts.of_quiz(tx, quiz.id)
            zone = guilds.get(tx, quiz.guild_id).zone
            if (earlier := done.get(question.id)) is not None:
                verdict = recall(tx, owner, pack, question, item.shown, earlier, zone=zone, at=at)
            else:
                verdict = record(
                    tx, owner, pack, question, item.shown, parse_answer(question, text, item.shown),
                    mode=Mode.QUIZ, zone=zone, at=at, quiz_id=quiz.id,
                )  # fmt: skip
                done[question.id] = verdict.attempt
            return Answered(quiz.id, place, verdict, _progress(quiz, done))

        return await self.db.write(work)

    async def turn_at(self, quiz_id: int, place: int, member: Member) -> Turn:
        """One question of a series, for its form. Raises UnknownQuiz, NotYours."""

        def work(tx: Connection) -> Turn:
            quiz = self._quiz(tx, quiz_id, member)
            if place >= len(quiz.items):
                raise UnknownQuiz
            item = quiz.items[place]
            done = attempts.of_quiz(tx, quiz.id)
            return Turn(quiz.id, place, *self._question(tx, quiz, item), item.shown, _progress(quiz, done))

        return await self.db.read(work)

    async def next(self, quiz_id: int, member: Member) -> Turn | Summary:
        """The first question without an answer; when there is none left, the summary. Raises UnknownQuiz, NotYours."""

        def work(tx: Connection) -> Turn | Summary:
            quiz = self._quiz(tx, quiz_id, member)
            done = attempts.of_quiz(tx, quiz.id)
            if (turn := self._turn(tx, quiz, done)) is not None:
                return turn
            missed = tuple(
                self._question(tx, quiz, item)[1] for item in quiz.items if not done[item.question_id].correct
            )
            pack = self.content.pack(tx, quiz.guild_id)
            return Summary(quiz.id, pack, quiz.section, _progress(quiz, done), missed)

        return await self.db.read(work)

    def _turn(self, tx: Connection, quiz: Quiz, done: dict[str, Attempt]) -> Turn | None:
        for place, item in enumerate(quiz.items):
            if item.question_id not in done:
                return Turn(quiz.id, place, *self._question(tx, quiz, item), item.shown, _progress(quiz, done))
        return None

    def _quiz(self, tx: Connection, quiz_id: int, member: Member) -> Quiz:
        quiz = quizzes.get(tx, quiz_id)
        if quiz is None:
            raise UnknownQuiz
        if quiz.user_id != member.user_id:
            raise NotYours
        return quiz

    def _question(self, tx: Connection, quiz: Quiz, item: Item) -> tuple[Pack, Question]:
        found = self.content.find(tx, quiz.guild_id, item.question_id)
        if found is None:
            raise UnknownQuiz
        return found


def _progress(quiz: Quiz, done: dict[str, Attempt]) -> Progress:
    answers = [done[item.question_id] for item in quiz.items if item.question_id in done]
    return Progress(
        total=len(quiz.items),
        answered=len(answers),
        right=sum(attempt.correct for attempt in answers),
        points=sum(attempt.points for attempt in answers),
    )
