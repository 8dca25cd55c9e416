"""Mock exams, taken through the services."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from bot.services import Services
from bot.study.exams import Length
from bot.study.grading import describe
from bot.study.members import Member

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


GUILD = 77


ANA, BEN = Member(GUILD, 1, "ana"), Member(GUILD, 2, "ben")


def minutes(count):
    return AT + timedelta(minutes=count)


async def start(exams, member=ANA, *, length=Length.SHORT, seed=1, at=AT):
    return (await exams.start(member, length=length, rng=Random(seed), at=at)).paper


async def answer(exams, paper, entries, *, right=True, at=AT, member=ANA):
    for entry in entries:
        letters = describe(entry.question, entry.question.correct if right else a_mistake(entry), entry.shown)
        await exams.answer(paper.exam.id, entry.place, member, letters, at=at)


def a_mistake(entry):
    right = entry.question.correct
    if len(right) == len(entry.question.options) and not entry.question.prompts:
        return right[1:] + right[:1]
    other = next(index for index in range(len(entry.question.options)) if index not in right[:1])
    if entry.question.prompts:
        return (other, *right[1:])
    return (next(i for i in range(len(entry.question.options)) if i not in right), *right[1:])


def scored(paper):
    return [entry for entry in paper.entries if entry.scored]


async def letters(exams, paper):
    entry = paper.entries[0]
    return describe(entry.question, entry.question.correct, entry.shown)


def with_questions(services, packs, questions):
    """Return the exams service of a bot that was restarted with these questions."""
    pack = packs["aws-mla-c01"]
    return Services.over(services.db, {**packs, pack.name: replace(pack, questions=questions)}, pack.name).exams
