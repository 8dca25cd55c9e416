"""Quizzes, reviews, and the two quizzes of a duel. They live in the database, so their buttons survive a restart."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from bot.services import cards, duel_scenes
from bot.services.content import Content
from bot.services.duel_scenes import DuelScene
from bot.services.open_questions import askable, open_questions, require_unsealed
from bot.services.quiz_outcomes import Answered, QuizHeld, QuizProgress, QuizTurn, Recall, SetAside, Summary
from bot.services.recording import Verdict, recall, record_all, show_roles
from bot.storage import attempts, guilds, members, quizzes, reviews
from bot.storage.engine import Connection, Database
from bot.storage.quizzes import Quiz, QuizItem
from bot.study import grading
from bot.study.answering import Given
from bot.study.attempts import Attempt
from bot.study.errors import NoQuestions, QuestionChanged, Refusal, Refused
from bot.study.grading import parse_answer
from bot.study.members import Member
from bot.study.packs import read_section
from bot.study.questions import Pack, Question
from bot.study.quizzes import MAX_QUESTIONS, cases_together, select
from bot.study.reviews import Forecast, Rating, forecast
from bot.study.scoring import Mode

RIGHT = (Rating.Hard, Rating.Good, Rating.Easy)
"""The ratings that a right answer can get."""


@dataclass(frozen=True, slots=True)
class Quizzes:
    db: Database
    content: Content

    async def start(
        self, member: Member, *, section: str, count: int, difficulty: int | None, rng: Random, at: datetime
    ) -> QuizTurn:
        """Start a quiz. Raises UnknownSection, NoQuestions, ALL_OPEN."""
        return await self.db.write(
            lambda tx: self.begin_new(tx, member, section=section, count=count, difficulty=difficulty, rng=rng, at=at)
        )

    def begin_new(
        self,
        tx: Connection,
        member: Member,
        *,
        section: str,
        count: int,
        rng: Random,
        at: datetime,
        difficulty: int | None = None,
    ) -> QuizTurn:
        """Start a quiz on questions that are new to the member or were answered wrong. Raises UnknownSection,
        NoQuestions, ALL_OPEN."""
        pack = self.content.pack_for(tx, member.guild_id, member.user_id)
        section = read_section(pack, section)
        pool = [question for question in pack.within(section) if difficulty in (None, question.difficulty)]
        if pool and not (pool := askable(tx, member, pool, at)):
            raise Refused(Refusal.ALL_OPEN)
        right = attempts.last_right(tx, member.guild_id, member.user_id)
        chosen = select(pool, right, pack.weights, count=count, rng=rng)
        turn = self.begin(tx, member, chosen, section=section, mode=Mode.QUIZ, difficulty=difficulty, rng=rng, at=at)
        return replace(turn, first=not reviews.any_of(tx, member.user_id))

    async def retry(self, quiz_id: int, member: Member, *, rng: Random, at: datetime) -> QuizTurn:
        """Start a quiz on the wrong answers of an earlier one. Raises UNKNOWN_QUIZ, NOT_YOUR_QUIZ, NOTHING_TO_RETRY,
        ALL_OPEN."""

        def work(tx: Connection) -> QuizTurn:
            quiz = self._quiz(tx, quiz_id, member)
            missed = self._missed(tx, quiz, attempts.of_quiz(tx, quiz.id))
            return self.begin_again(tx, _owner(quiz, member), missed, section=quiz.section, rng=rng, at=at)

        return await self.db.write(work)

    def begin_again(
        self, tx: Connection, member: Member, missed: Sequence[Question], *, section: str, rng: Random, at: datetime
    ) -> QuizTurn:
        """Start a quiz on questions that were answered wrong, without those retired since or open elsewhere. Raises
        NOTHING_TO_RETRY, ALL_OPEN."""
        if all(question.retired for question in missed):
            raise Refused(Refusal.NOTHING_TO_RETRY)
        if not (chosen := askable(tx, member, missed, at)[:MAX_QUESTIONS]):
            raise Refused(Refusal.ALL_OPEN)
        return self.begin(tx, member, chosen, section=section, mode=Mode.QUIZ, rng=rng, at=at)

    def begin(
        self,
        tx: Connection,
        member: Member,
        questions: Sequence[Question],
        *,
        section: str,
        mode: Mode,
        rng: Random,
        at: datetime,
        difficulty: int | None = None,
    ) -> QuizTurn:
        """Start a quiz on these questions, keeping questions of the same case together. Raises NoQuestions if there are
        none."""
        if not questions:
            raise NoQuestions
        items = [QuizItem(question.id, grading.shuffled(question, rng)) for question in cases_together(questions)]
        members.see(tx, member.guild_id, member.user_id, member.name)
        quiz = quizzes.add(tx, member.guild_id, member.user_id, section, mode, difficulty, items, at)
        first = self._turn(tx, quiz, {})
        if first is None:
            raise NoQuestions  # another server's questions must not be found here
        return first

    async def answer(
        self, quiz_id: int, place: int, member: Member, text: str, *, at: datetime
    ) -> Answered | QuizHeld | SetAside:
        """Answer any question of a quiz, current or not. Raises UNKNOWN_QUIZ, NOT_YOUR_QUIZ, UnknownOption, DUEL_OVER,
        KeySealed."""

        def work(tx: Connection) -> Answered | QuizHeld | SetAside:
            quiz, item = self.item(tx, quiz_id, place, member)
            if quiz.mode is Mode.DUEL:
                return self._answer_held(tx, quiz, place, member, text, at)
            if item.question_id in attempts.of_quiz(tx, quiz.id):
                require_unsealed(tx, member.user_id, item.question_id, at)
                return self.answered(tx, quiz, place, member, at)
            if item.question_id in open_questions(tx, at, member.user_id) or self._known(tx, quiz, item) is None:
                return SetAside(self._go_on(tx, quiz, at))
            verdict = self._record(tx, quiz, item, member, text, at)
            return self._outcome(tx, quiz, place, verdict, at)

        return await self.db.write(work)

    async def explain(self, quiz_id: int, place: int, member: Member, *, at: datetime) -> Answered:
        """Return full feedback on an earlier answer, as if it had just been given. Raises UNKNOWN_QUIZ, NOT_YOUR_QUIZ,
        DUEL_OVER, KeySealed, QuestionChanged."""

        def work(tx: Connection) -> Answered:
            quiz, item = self.item(tx, quiz_id, place, member)
            if quiz.mode is Mode.DUEL:
                raise Refused(Refusal.UNKNOWN_QUIZ)  # a duel reveals answers when it is over
            require_unsealed(tx, member.user_id, item.question_id, at)
            answered = self.answered(tx, quiz, place, member, at)
            return replace(answered, verdict=replace(answered.verdict, repeated=False))

        return await self.db.read(work)

    def _record(self, tx: Connection, quiz: Quiz, item: QuizItem, member: Member, text: str, at: datetime) -> Verdict:
        pack, question = self._question(tx, quiz, item)
        guild = guilds.get(tx, quiz.guild_id)
        given = Given(
            _owner(quiz, member), pack, question, item.shown, parse_answer(question, text, item.shown),
            quiz.mode, guild.zone, at, quiz_id=quiz.id,
            asks_confidence=guild.asks_confidence, another_pack=self.content.is_another(guild, pack),
        )  # fmt: skip
        [verdict] = record_all(tx, [given])
        return verdict

    def _answer_held(self, tx: Connection, quiz: Quiz, place: int, member: Member, text: str, at: datetime) -> QuizHeld:
        """Hold an answer in a duel until the duel is over."""
        item = quiz.items[place]
        if item.question_id not in duel_scenes.answered(tx, quiz):
            duel_scenes.require_asking(tx, self.content, quiz.id, quiz.user_id, at)
            if (known := self._known(tx, quiz, item)) is not None:
                quizzes.hold(tx, quiz.id, place, parse_answer(known[1], text, item.shown), at)
                show_roles(tx, _owner(quiz, member), at)
                quiz = self._quiz(tx, quiz.id, member)
            duel_scenes.note_answers(tx, self.content, quiz.id, quiz.user_id, answered=len(self._done(tx, quiz)), at=at)
        return QuizHeld(self.next_in_duel(tx, quiz.id, member, at=at))

    def answered(self, tx: Connection, quiz: Quiz, place: int, member: Member, at: datetime) -> Answered:
        """Return the feedback on an answered item. Raises UNKNOWN_QUIZ if it is not answered."""
        item = quiz.items[place]
        attempt, known = attempts.of_quiz(tx, quiz.id).get(item.question_id), self._known(tx, quiz, item)
        if attempt is None:
            raise Refused(Refusal.UNKNOWN_QUIZ)
        if known is None:
            raise QuestionChanged(correct=attempt.correct, points=attempt.points)
        pack, question = known
        guild = guilds.get(tx, quiz.guild_id)
        verdict = recall(tx, _owner(quiz, member), pack, question, item.shown, attempt, guild=guild, at=at)
        return self._outcome(tx, quiz, place, verdict, at)

    def _outcome(self, tx: Connection, quiz: Quiz, place: int, verdict: Verdict, at: datetime) -> Answered:
        recalled = self._recalled(tx, quiz, verdict, at) if quiz.mode is Mode.REVIEW else None
        return Answered(quiz.id, place, verdict, _progress(quiz, attempts.of_quiz(tx, quiz.id)), quiz.mode, recalled)

    def _recalled(self, tx: Connection, quiz: Quiz, verdict: Verdict, at: datetime) -> Recall | None:
        key = cards.key_of(tx, quiz.user_id, verdict.question.id, verdict.attempt.answered_at)
        if key is None:
            return None
        rating, results = cards.ratings(tx, key, verdict.attempt.answered_at)
        today = cards.study_day(tx, quiz.guild_id, quiz.user_id, at)
        days = {other: (card.due_on - today).days for other, card in results.items()}
        right = {other: days[other] for other in RIGHT} if rating is not Rating.Again else {}
        return Recall(rating, days[rating], right)

    async def turn_at(
        self, quiz_id: int, place: int, member: Member, *, at: datetime
    ) -> QuizTurn | QuizHeld | SetAside:
        """Return one question of a quiz for its form, or its replacement if it can no longer be asked.

        Raises UNKNOWN_QUIZ, NOT_YOUR_QUIZ, DUEL_OVER.
        """

        def work(tx: Connection) -> QuizTurn | QuizHeld | SetAside:
            quiz, item = self.item(tx, quiz_id, place, member)
            if quiz.mode is Mode.DUEL:
                duel_scenes.require_asking(tx, self.content, quiz.id, quiz.user_id, at)
            if self._known(tx, quiz, item) is None:
                duel = quiz.mode is Mode.DUEL
                return (
                    QuizHeld(self.next_in_duel(tx, quiz.id, member, at=at))
                    if duel
                    else SetAside(self._go_on(tx, quiz, at))
                )
            return self._turn_at(tx, quiz, place, item, self._done(tx, quiz))

        return await self.db.read(work)

    async def next(self, quiz_id: int, member: Member, *, at: datetime) -> QuizTurn | Summary | DuelScene:
        """Return the first unanswered question; if none is left, the summary or the state of the duel.

        Raises UNKNOWN_QUIZ, NOT_YOUR_QUIZ.
        """

        def work(tx: Connection) -> QuizTurn | Summary | DuelScene:
            quiz = self._quiz(tx, quiz_id, member)
            if quiz.mode is Mode.DUEL:
                return self.next_in_duel(tx, quiz.id, member, at=at)
            return self._go_on(tx, quiz, at)

        return await self.db.read(work)

    def _go_on(self, tx: Connection, quiz: Quiz, at: datetime) -> QuizTurn | Summary:
        done = attempts.of_quiz(tx, quiz.id)
        # Check this each time, because a daily may have opened or closed since the quiz started.
        open_ = open_questions(tx, at, quiz.user_id)
        if (turn := self._turn(tx, quiz, done, open_)) is not None:
            return turn
        answered = [item for item in quiz.items if item.question_id in done]
        missed = self._missed(tx, quiz, done)
        pack = self.content.pack_for(tx, quiz.guild_id, quiz.user_id)
        coming = self._coming(tx, quiz, pack, at) if quiz.mode is Mode.REVIEW else None
        aside = len(quiz.items) - len(answered)
        return Summary(
            quiz.id, pack, quiz.section, _progress(quiz, done), missed, quiz.mode, coming, aside, quiz.guild_id
        )

    def _missed(self, tx: Connection, quiz: Quiz, done: Mapping[str, Attempt]) -> tuple[Question, ...]:
        return tuple(
            known[1]
            for item in quiz.items
            if item.question_id in done
            and not done[item.question_id].correct
            and (known := self._known(tx, quiz, item)) is not None
        )

    def next_in_duel(self, tx: Connection, quiz_id: int, member: Member, *, at: datetime) -> QuizTurn | DuelScene:
        """Return the next question while the member's clock runs, else the state of the duel."""
        quiz = self._quiz(tx, quiz_id, member)
        scene = duel_scenes.scene_of_quiz(tx, self.content, quiz.id, member.user_id)
        turn = self._turn(tx, quiz, self._done(tx, quiz)) if duel_scenes.is_asking(scene, at) else None
        return turn if turn is not None else scene

    def _done(self, tx: Connection, quiz: Quiz) -> dict[str, Attempt | None]:
        """Return the answered questions with their attempts; in a duel, with None, because answers are not graded
        before the duel is over."""
        if quiz.mode is Mode.DUEL:
            return dict.fromkeys(duel_scenes.answered(tx, quiz))
        return {**attempts.of_quiz(tx, quiz.id)}

    def _coming(self, tx: Connection, quiz: Quiz, pack: Pack, at: datetime) -> Forecast:
        today = cards.study_day(tx, quiz.guild_id, quiz.user_id, at)
        return forecast((card.due_on for card in cards.held(tx, quiz.user_id, pack).values()), today)

    def item(self, tx: Connection, quiz_id: int, place: int, member: Member) -> tuple[Quiz, QuizItem]:
        """Return an item of the member's quiz. Raises UNKNOWN_QUIZ, NOT_YOUR_QUIZ."""
        quiz = self._quiz(tx, quiz_id, member)
        if place >= len(quiz.items):
            raise Refused(Refusal.UNKNOWN_QUIZ)
        return quiz, quiz.items[place]

    def _turn(
        self, tx: Connection, quiz: Quiz, done: Mapping[str, Attempt | None], open_: Collection[str] = ()
    ) -> QuizTurn | None:
        for place, item in enumerate(quiz.items):
            if item.question_id in done or item.question_id in open_:
                continue
            known = self._known(tx, quiz, item)
            # Both players of a duel are asked the same questions, even if some were retired since.
            if known is not None and (quiz.mode is Mode.DUEL or not known[1].retired):
                return self._turn_at(tx, quiz, place, item, done)
        return None

    def _turn_at(
        self, tx: Connection, quiz: Quiz, place: int, item: QuizItem, done: Mapping[str, Attempt | None]
    ) -> QuizTurn:
        pack, question = self._question(tx, quiz, item)
        return QuizTurn(quiz.id, place, pack, question, item.shown, _progress(quiz, done), quiz.mode)

    def _quiz(self, tx: Connection, quiz_id: int, member: Member) -> Quiz:
        quiz = quizzes.get(tx, quiz_id)
        if quiz is None:
            raise Refused(Refusal.UNKNOWN_QUIZ)
        if quiz.user_id != member.user_id:
            raise Refused(Refusal.NOT_YOUR_QUIZ)
        return quiz

    def _question(self, tx: Connection, quiz: Quiz, item: QuizItem) -> tuple[Pack, Question]:
        """Return a question. Raises UNKNOWN_QUIZ if it can no longer be asked."""
        found = self._known(tx, quiz, item)
        if found is None:
            raise Refused(Refusal.UNKNOWN_QUIZ)
        return found

    def _known(self, tx: Connection, quiz: Quiz, item: QuizItem) -> tuple[Pack, Question] | None:
        """Return a question; None if it is gone, or if its options have changed since the quiz started."""
        return duel_scenes.known(tx, self.content, quiz, item)


def _owner(quiz: Quiz, member: Member) -> Member:
    """Return the member in the server where the quiz started: an answer counts there, wherever the button was
    pressed."""
    return replace(member, guild_id=quiz.guild_id)


def _progress(quiz: Quiz, done: Mapping[str, Attempt | None]) -> QuizProgress:
    answers = [done[item.question_id] for item in quiz.items if item.question_id in done]
    graded = [attempt for attempt in answers if attempt is not None]
    return QuizProgress(
        total=len(quiz.items),
        answered=len(answers),
        right=sum(attempt.correct for attempt in graded),
        points=sum(attempt.points for attempt in graded),
    )
