"""Spaced review: start a review of what is due, and let members rate how hard an answer was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from random import Random

from bot.services import cards
from bot.services.content import Content
from bot.services.open_questions import askable, require_unsealed
from bot.services.quiz_outcomes import Answered, QuizTurn
from bot.services.quizzes import Quizzes
from bot.storage import reviews
from bot.storage.engine import Connection, Database
from bot.study.errors import Refusal, Refused
from bot.study.members import Member
from bot.study.packs import read_section
from bot.study.questions import Pack
from bot.study.quizzes import MAX_QUESTIONS
from bot.study.reviews import CardKey, Rating, ReviewCard
from bot.study.scoring import Mode


@dataclass(frozen=True, slots=True)
class NothingDue:
    """No question is due. `next_on`: when the next question of the section comes back; None if none has ever been
    answered."""

    pack: Pack
    section: str
    today: date
    next_on: date | None
    met: int
    """How many questions of the section the member has answered."""
    open_elsewhere: int = 0
    """How many questions are due, but left out because they are open to the member as a daily or in a duel."""


@dataclass(frozen=True, slots=True)
class CardDifference:
    """A card that differed from what the log gives."""

    key: CardKey
    kept: ReviewCard | None
    replayed: ReviewCard | None


@dataclass(frozen=True, slots=True)
class Reviews:
    db: Database
    content: Content
    quizzes: Quizzes

    async def start(self, member: Member, *, section: str, rng: Random, at: datetime) -> QuizTurn | NothingDue:
        """Start a review of what is due, most overdue first, at most 20 at a time. Raises UnknownSection."""
        return await self.db.write(lambda tx: self.begin(tx, member, section=section, rng=rng, at=at))

    def begin(
        self, tx: Connection, member: Member, *, section: str, rng: Random, at: datetime
    ) -> QuizTurn | NothingDue:
        """Do what `start` does, within a transaction."""
        pack = self.content.pack_for(tx, member.guild_id, member.user_id)
        section = read_section(pack, section)
        today = cards.study_day(tx, member.guild_id, member.user_id, at)
        within = {question.id: question for question in pack.within(section)}
        due = [within[id] for id in reviews.due(tx, member.user_id, pack.name, today) if id in within]
        if chosen := askable(tx, member, due, at)[:MAX_QUESTIONS]:
            return self.quizzes.begin(tx, member, chosen, section=section, mode=Mode.REVIEW, rng=rng, at=at)
        met = [card for id, card in cards.held(tx, member.user_id, pack).items() if id in within]
        later = [card.due_on for card in met if card.due_on > today]
        return NothingDue(pack, section, today, min(later, default=None), len(met), len(due))

    async def rate(self, quiz_id: int, place: int, member: Member, rating: Rating, *, at: datetime) -> Answered:
        """Rate a right answer of a review as hard, good or easy. Raises UNKNOWN_QUIZ, NOT_YOUR_QUIZ, NOT_RATEABLE,
        KeySealed."""

        def work(tx: Connection) -> Answered:
            quiz, item = self.quizzes.item(tx, quiz_id, place, member)
            require_unsealed(tx, member.user_id, item.question_id, at)
            answered = self.quizzes.answered(tx, quiz, place, member, at)
            if answered.recall is None or rating not in answered.recall.choices:
                raise Refused(Refusal.NOT_RATEABLE)
            answered_at = answered.verdict.attempt.answered_at
            key = cards.key_of(tx, member.user_id, item.question_id, answered_at)
            assert key is not None, "a review that can be rated is in the log"
            cards.rerated(tx, key, answered_at, rating)
            rated = self.quizzes.answered(tx, quiz, place, member, at)
            # The member is looking at this answer, so it is not marked as repeated.
            return replace(rated, verdict=replace(rated.verdict, repeated=False))

        return await self.db.write(work)


async def rebuild(db: Database) -> list[CardDifference]:
    """Replay every log, member by member, correct the cards, and report differences."""
    differences: list[CardDifference] = []
    for user_id in await db.read(reviews.user_ids):
        differences += await db.write(partial(_rebuild, user_id=user_id))
    return differences


def _rebuild(tx: Connection, user_id: int) -> list[CardDifference]:
    kept, replayed = reviews.all_cards(tx, user_id), cards.replayed_all(tx, user_id)
    if kept == replayed:
        return []
    reviews.replace(tx, user_id, replayed)
    return [
        CardDifference(key, kept.get(key), replayed.get(key))
        for key in sorted(kept.keys() | replayed.keys(), key=lambda key: (key.pack, key.question_id))
        if kept.get(key) != replayed.get(key)
    ]
