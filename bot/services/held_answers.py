"""Answers to a daily that are held: until its close, or while their author can answer the question elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.services.late_answers import look_again
from bot.services.open_questions import open_elsewhere
from bot.services.recording import Verdict, show_roles
from bot.storage import dailies, daily_counts, held_answers
from bot.storage.dailies import Daily
from bot.storage.engine import Connection
from bot.storage.held_answers import HeldAnswer
from bot.study.answering import Given
from bot.study.errors import StudyError
from bot.study.grading import Answer, fits
from bot.study.questions import Pack, Question


@dataclass(frozen=True, slots=True)
class DailyHeld:
    """An answer that is graded at the close and can be changed until then."""

    daily: Daily
    pack: Pack
    question: Question
    answer: Answer
    previous: Answer | None
    sealed: datetime | None = None
    """The latest time at which its author may still be able to answer the question elsewhere. A sealed answer cannot be
    changed. It is graded when the member answers again after that time, or at the close."""


def held_answer(question: Question, held: HeldAnswer | None) -> Answer | None:
    """Return the held answer, if it still fits the question."""
    return held.answer if held is not None and fits(question, held.answer, seen=held.answered_at) else None


def hold_sealed(
    tx: Connection,
    posted: Mapping[int, Daily],
    outcomes: Sequence[Verdict | DailyHeld | Given | StudyError],
    at: datetime,
) -> list[Verdict | DailyHeld | Given | StudyError]:
    """Hold each answer whose question the author can still answer in another server or in a duel, because the reply and
    the leaderboards would reveal whether the answer is right. `posted`: the dailies, by id."""
    answers = [_key(outcome) for outcome in outcomes if isinstance(outcome, Verdict | Given)]
    open_, held = open_elsewhere(tx, at, answers)
    first = [key for outcome in outcomes if isinstance(outcome, Given) and (key := _key(outcome)) not in held]
    daily_counts.add(tx, [daily_id for daily_id, _ in first])
    told: list[Verdict | DailyHeld | Given | StudyError] = []
    for outcome in outcomes:
        if not isinstance(outcome, Verdict | Given):
            told.append(outcome)
            continue
        daily_id, user_id = _key(outcome)
        until = open_.get((user_id, outcome.question.id))
        if isinstance(outcome, Verdict):
            told.append(replace(outcome, sealed=until))
        elif until is not None or (daily_id, user_id) in held:
            told.append(_hold(tx, posted[daily_id], outcome, until))
        else:
            told.append(outcome)
    return told


def _key(outcome: Verdict | Given) -> tuple[int, int]:
    """Return the daily and the author of an answer."""
    if isinstance(outcome, Given):
        daily_id, user_id = outcome.daily_id, outcome.member.user_id
    else:
        daily_id, user_id = outcome.attempt.daily_id, outcome.attempt.user_id
    assert daily_id is not None, "it answers a daily"
    return daily_id, user_id


def _hold(tx: Connection, daily: Daily, given: Given, until: datetime | None) -> DailyHeld | Given:
    """Hold an answer while it is sealed; afterwards, return it to be recorded. The first answer counts."""
    user_id, question = given.member.user_id, given.question
    earlier = held_answers.of_member(tx, daily.id, user_id)
    first = held_answer(question, earlier)
    if until is not None:
        if first is None:
            show_roles(tx, given.member, given.at)
            held_answers.hold(tx, daily.id, user_id, given.answer, given.at, since=question.since)
        return DailyHeld(daily, given.pack, question, first or given.answer, None, until)
    dailies.keep_open(tx, daily.id)
    held_answers.release(tx, daily.id, user_id)
    look_again(tx, daily.guild_id, given.at)
    if earlier is None or first is None:
        return given
    return replace(given, answer=first, at=earlier.answered_at)
