"""How sure members say they were of an answer. This is stored with the answer's review, and may change its rating."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.services import cards
from bot.services.answers import Answers, DailyExplained
from bot.services.open_questions import require_unsealed
from bot.services.quiz_outcomes import Answered
from bot.services.quizzes import Quizzes
from bot.storage import guilds, learners, reviews
from bot.storage.engine import Connection, Database
from bot.study.attempts import Attempt
from bot.study.confidence import Confidence, is_sayable, rerated
from bot.study.errors import Refusal, Refused
from bot.study.members import Member


@dataclass(frozen=True, slots=True)
class Confidences:
    db: Database
    answers: Answers
    quizzes: Quizzes

    async def say_of_daily(
        self, daily_id: int, member: Member, confidence: Confidence, *, at: datetime
    ) -> DailyExplained:
        """Store how sure a member was of their answer to a daily, replacing what they said before; return the feedback
        on that answer.

        Raises NEEDS_SERVER, UNKNOWN_DAILY, WRONG_SERVER, DailyStillOpen, KeySealed, TOO_LATE_TO_SAY.
        """

        def work(tx: Connection) -> DailyExplained:
            explained = self.answers.look_back(tx, daily_id, member, at)
            if explained.verdict is None:
                raise Refused(Refusal.TOO_LATE_TO_SAY)
            _say(tx, explained.verdict.attempt, confidence, at)
            return self.answers.look_back(tx, daily_id, member, at)

        return await self.db.write(work)

    async def say_of_quiz(
        self, quiz_id: int, place: int, member: Member, confidence: Confidence, *, at: datetime
    ) -> Answered:
        """Store how sure a member was of an answer in a quiz or review; return the feedback on that answer. Raises
        UNKNOWN_QUIZ, NOT_YOUR_QUIZ, KeySealed, TOO_LATE_TO_SAY."""

        def work(tx: Connection) -> Answered:
            quiz, item = self.quizzes.item(tx, quiz_id, place, member)
            require_unsealed(tx, member.user_id, item.question_id, at)
            answered = self.quizzes.answered(tx, quiz, place, member, at)
            _say(tx, answered.verdict.attempt, confidence, at)
            again = self.quizzes.answered(tx, quiz, place, member, at)
            # The member is looking at this answer, so it is not marked as repeated.
            return replace(again, verdict=replace(again.verdict, repeated=False))

        return await self.db.write(work)

    async def set_for_server(self, guild_id: int, *, asks: bool, at: datetime) -> None:
        """Set whether a server's members are asked how sure they were."""

        def work(tx: Connection) -> None:
            guilds.ensure(tx, guild_id, at)
            guilds.set_asks_confidence(tx, guild_id, asks=asks)

        await self.db.write(work)

    async def set_for_member(self, user_id: int, *, asks: bool) -> None:
        """Set whether a person is asked how sure they were, in direct messages and in every server, whatever the
        server's setting."""
        await self.db.write(lambda tx: learners.set_asks_confidence(tx, user_id, asks=asks))


def _say(tx: Connection, attempt: Attempt, said: Confidence, at: datetime) -> None:
    """Store a member's confidence with the review, and replay its card if the rating changes. Raises
    TOO_LATE_TO_SAY."""
    answered_at = attempt.answered_at
    key = cards.key_of(tx, attempt.user_id, attempt.question_id, answered_at)
    if key is None or not is_sayable(attempt.mode, answered_at, at):
        raise Refused(Refusal.TOO_LATE_TO_SAY)
    before = reviews.confidence_of(tx, attempt.user_id, attempt.question_id, answered_at)
    now = next(line.rating for when, line in reviews.history(tx, key) if when == answered_at)
    reviews.set_confidence(tx, key, answered_at, said)
    if (rating := rerated(now, before, said)) is not now:
        cards.rerated(tx, key, answered_at, rating)
