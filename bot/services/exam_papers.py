"""What a member sees of a mock exam: the paper while it runs; then the result, the review and the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

from bot.storage.exams import Exam, ExamOutcome
from bot.study.errors import Refusal, Refused
from bot.study.exams import Length, Share, trend
from bot.study.grading import Answer, Shown
from bot.study.questions import Pack, Question

PAGE = 10
"""How many past exams a page of the history shows."""


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """One question of an exam. `number` counts from 1, as members see it; `place` never changes."""

    number: int
    place: int
    question: Question
    domain: str
    shown: Shown
    scored: bool
    flagged: bool
    answer: Answer | None
    correct: bool | None


@dataclass(frozen=True)
class Paper:
    """An exam with its questions. Questions are left out if the bank has since dropped or changed them, or if the member
    could still answer them elsewhere when it was submitted."""

    exam: Exam
    pack: Pack
    entries: tuple[PaperEntry, ...]
    left_out: frozenset[int] = frozenset()
    """The places of the questions that were left out."""

    @cached_property
    def open(self) -> tuple[PaperEntry, ...]:
        return tuple(entry for entry in self.entries if entry.answer is None)

    @cached_property
    def flagged(self) -> tuple[PaperEntry, ...]:
        return tuple(entry for entry in self.entries if entry.flagged)

    @cached_property
    def missed(self) -> tuple[PaperEntry, ...]:
        return tuple(entry for entry in self.entries if entry.correct is False)

    def at(self, place: int) -> PaperEntry:
        """Return an entry. Raises LEFT_OUT for a question that was left out, UNKNOWN_EXAM for a place that never
        existed."""
        for entry in self.entries:
            if entry.place == place:
                return entry
        raise Refused(Refusal.LEFT_OUT if place in self.left_out else Refusal.UNKNOWN_EXAM)


@dataclass(frozen=True, slots=True)
class ExamTurn:
    """The current question of a running exam."""

    paper: Paper
    entry: PaperEntry


@dataclass(frozen=True, slots=True)
class Overview:
    """Every question at a glance; `entry`: the question to return to."""

    paper: Paper
    entry: PaperEntry


@dataclass(frozen=True, slots=True)
class ExamResult:
    """A graded exam. `sealed`: questions that the member can still answer elsewhere, with the times when their keys
    may be shown."""

    paper: Paper
    outcome: ExamOutcome
    by_domain: Mapping[str, Share]
    by_section: Mapping[str, Share]
    points: int
    sealed: Mapping[str, datetime]

    @property
    def timed_out(self) -> bool:
        return self.outcome.submitted_at >= self.paper.exam.ends_at

    def seals(self, entry: PaperEntry) -> bool:
        return entry.question.id in self.sealed


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A submitted paper of an evening. Nothing about it is shown before the evening is over, which is at `until` at the
    latest."""

    exam: Exam
    until: datetime


ExamEnd: TypeAlias = ExamResult | HandedIn
"""What a submitted exam shows."""


@dataclass(frozen=True, slots=True)
class ExamReview:
    """One question of a submitted exam, with its key. `missed_only`: the review skips questions that were answered
    right."""

    result: ExamResult
    entry: PaperEntry
    missed_only: bool


@dataclass(frozen=True, slots=True)
class History:
    """A page of past exams, newest first; `page` and `pages` count from 1. `latest` are the exams used for the trend.

    `other_packs`, on the first page: the newest exams on other packs, each with its pack; None if the pack is gone.
    `lengths`, if there are no past exams: those that the pack can fill."""

    pack: Pack
    exams: tuple[Exam, ...]
    latest: tuple[Exam, ...]
    page: int
    pages: int
    size: int
    other_packs: tuple[tuple[Exam, Pack | None], ...] = ()
    lengths: tuple[Length, ...] = ()

    @property
    def trend(self) -> int | None:
        return trend([exam.outcome.score for exam in reversed(self.latest) if exam.outcome])
