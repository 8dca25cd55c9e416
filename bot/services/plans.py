"""Study plans: the date of an exam, and today's share of the work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from random import Random

from bot.services import cards
from bot.services.content import Content
from bot.services.open_questions import askable
from bot.services.quiz_outcomes import QuizTurn
from bot.services.quizzes import Quizzes
from bot.storage import exams, guilds, plans, reviews
from bot.storage.engine import Connection, Database
from bot.study.errors import NoPlan, Refusal, Refused
from bot.study.members import Member
from bot.study.plans import Plan, Portion, Standing, exam_day, portion, rebased, standing
from bot.study.questions import ALL, Pack, Question
from bot.study.quizzes import MAX_QUESTIONS
from bot.study.reviews import ReviewCard
from bot.study.scoring import Mode


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and its state. `portion` is None from the day of the exam on; `due` is how many reviews are also due
    today."""

    pack: Pack
    today: date
    plan: Plan
    portion: Portion | None
    due: int
    renewed: bool
    """Whether it was made for another exam version, and so continues from today."""


@dataclass(frozen=True, slots=True)
class Plans:
    db: Database
    content: Content
    quizzes: Quizzes

    async def make(self, member: Member, exam_date: str, *, at: datetime) -> Planned:
        """Make a plan for an exam, replacing any earlier one. Raises BadDate, WrongWeekday, Ambiguous, PastDate."""

        def work(tx: Connection) -> Planned:
            pack, today, held = self._learned(tx, member, at)
            exam_on = exam_day(exam_date, today, cards.study_zone(tx, member.guild_id, member.user_id))
            found = _standing(tx, member.user_id, pack, held, today)
            # Start from this morning's state, as on later days, so that a new plan is never behind.
            made = Plan(exam_on, today, found.at_dawn, code_of(pack), member.guild_id, found.questions)
            plans.save(tx, member.user_id, pack.name, made)
            return self._look(tx, member, pack, today, held)

        return await self.db.write(work)

    async def look(self, member: Member, *, at: datetime) -> Planned:
        """Return the plan. Raises NoPlan."""

        def work(tx: Connection, *, keep: bool = False) -> Planned:
            return self._look(tx, member, *self._learned(tx, member, at), keep=keep)

        planned = await self.db.read(work)
        return await self.db.write(partial(work, keep=True)) if planned.renewed else planned

    async def today(self, member: Member, *, at: datetime) -> date:
        """Return the date on which the member studies; `tomorrow` counts from it."""
        return await self.db.read(lambda tx: cards.study_day(tx, member.guild_id, member.user_id, at))

    async def drop(self, member: Member) -> None:
        """Delete the plan. Raises NoPlan."""

        def work(tx: Connection) -> None:
            if not plans.drop(tx, member.user_id, self.content.pack_for(tx, member.guild_id, member.user_id).name):
                raise NoPlan

        await self.db.write(work)

    async def start_portion(self, member: Member, *, rng: Random, at: datetime) -> QuizTurn | Planned:
        """Start a quiz on what is left of today's portion, at most 20 questions; return the plan if nothing is left.

        Raises NoPlan, OPEN_ELSEWHERE.
        """
        return await self.db.write(lambda tx: self.begin_portion(tx, member, rng=rng, at=at))

    def begin_portion(self, tx: Connection, member: Member, *, rng: Random, at: datetime) -> QuizTurn | Planned:
        """Do what `start_portion` does, within a transaction."""
        pack, today, held = self._learned(tx, member, at)
        planned = self._look(tx, member, pack, today, held)
        if planned.portion is None or planned.portion.finished:
            return planned
        held = cards.held(tx, member.user_id, planned.pack)
        waiting = [question for question in planned.pack.active if not _known(held.get(question.id))]
        chosen = _draw(askable(tx, member, waiting, at), planned.portion.left, held, rng)
        if not chosen:
            raise Refused(Refusal.OPEN_ELSEWHERE)
        return self.quizzes.begin(tx, member, chosen[:MAX_QUESTIONS], section=ALL, mode=Mode.QUIZ, rng=rng, at=at)

    def _learned(self, tx: Connection, member: Member, at: datetime) -> tuple[Pack, date, Mapping[str, ReviewCard]]:
        pack = self.content.pack_for(tx, member.guild_id, member.user_id)
        return (
            pack,
            cards.study_day(tx, member.guild_id, member.user_id, at),
            cards.held(tx, member.user_id, pack),
        )

    def _look(
        self,
        tx: Connection,
        member: Member,
        pack: Pack,
        today: date,
        held: Mapping[str, ReviewCard],
        *,
        keep: bool = True,
    ) -> Planned:
        planned = planned_for(tx, member, pack, held, today, keep=keep)
        if planned is None:
            raise NoPlan
        return planned


def planned_for(
    tx: Connection, member: Member, pack: Pack, held: Mapping[str, ReviewCard], today: date, *, keep: bool
) -> Planned | None:
    """Return a member's plan for a pack, given their cards. `pack` has the questions of the server where they study
    now; the plan is counted with the questions of the server where it was made.

    A plan made for another exam version continues from today. `keep` saves this; without it, the plan would start over
    each day.
    """
    before = plans.get(tx, member.user_id, pack.name)
    if before is None:
        return None
    if before.guild_id is not None and before.guild_id != member.guild_id:
        chosen = exams.chosen_version(tx, member.user_id, pack.name)
        there = guilds.get(tx, before.guild_id).exam_version
        # That server may have changed its pack since, and then `there` is a version of the new pack.
        seen = pack.seen_for(chosen or (there if there in pack.exams else None))
        held = held if seen is pack else cards.held(tx, member.user_id, seen)
        pack = seen
    found = _standing(tx, member.user_id, pack, held, today)
    plan = rebased(before, code_of(pack), found, today)
    renewed = plan != before
    if renewed and keep:
        plans.save(tx, member.user_id, pack.name, plan)
    share = portion(plan, found, pack.weights, today)
    # What was missed is already in the portion, so it is not counted again.
    due = sum(card.due_on <= today and _known(card) for card in held.values())
    return Planned(pack, today, plan, share, due, renewed)


def _standing(tx: Connection, user_id: int, pack: Pack, held: Mapping[str, ReviewCard], today: date) -> Standing:
    return standing(pack.active, held, today, reviews.known_before(tx, user_id, pack.name, today))


def code_of(pack: Pack) -> str:
    """Return the code of the pack's exam version; empty if the pack describes none."""
    return pack.version.code if pack.version else ""


def _known(card: ReviewCard | None) -> bool:
    return card is not None and card.known_since is not None


def _draw(
    questions: list[Question], wanted: Mapping[str, int], held: Mapping[str, ReviewCard], rng: Random
) -> list[Question]:
    """Draw this many questions from each section at random, new ones first."""
    chosen: list[Question] = []
    for section, count in wanted.items():
        within = [question for question in questions if question.section == section]
        rng.shuffle(within)
        within.sort(key=lambda question: question.id in held)
        chosen += within[:count]
    return chosen
