"""Simulated members who study, without Discord."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from bot.services.quiz_outcomes import QuizTurn
from bot.storage import reviews
from bot.study.dailies import Feedback
from bot.study.grading import letters_of
from bot.study.members import Member
from tests.journeys.student import a_mistake
from tests.services.conftest import School

GUILD, ELSEWHERE = 10, 20
ANA = Member(GUILD, 1, "ana")
BEN = Member(GUILD, 2, "ben")
PACK = "aws-mla-c01"


async def study(services, member, *, at, right=True, section="all", questions=1, seed=0):
    """Take a quiz to its end; return the ids of its questions."""
    turn = await services.quizzes.start(
        member, section=section, count=questions, difficulty=None, rng=Random(seed), at=at
    )
    return await finish(services, member, turn, at=at, right=right)


async def finish(services, member, turn, *, at, right=True):
    asked = []
    while isinstance(turn, QuizTurn):
        await answer(services, member, turn, at=at, right=right)
        asked.append(turn.question.id)
        turn = await services.quizzes.next(turn.quiz_id, member, at=at)
    return asked


async def answer(services, member, turn, *, at, right=True):
    letters = letters_for(turn, right=right)
    return await services.quizzes.answer(turn.quiz_id, turn.place, member, letters, at=at)


def letters_for(turn, *, right=True):
    """Return the letters of a right or a wrong answer to a quiz question."""
    question = turn.question
    return letters_of(question, question.correct if right else a_mistake(question), turn.shown)


async def review(services, member, *, at, section="all"):
    return await services.reviews.start(member, section=section, rng=Random(0), at=at)


async def cards(services, member):
    return await services.db.read(lambda tx: reviews.of_member(tx, member.user_id, PACK))


async def a_daily(services, guild_id, *, at, feedback=Feedback.AT_ONCE):
    """Schedule a server's first daily for `at`, in UTC, and post it."""
    school = School(services, guild_id)
    await school.schedule(at - timedelta(minutes=1), time=at.time())
    await services.schedules.set_feedback(guild_id, feedback, at=at)
    return await school.post(at)
