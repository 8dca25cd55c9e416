"""Mock exams: their length, which questions they ask, and how they are scored.

Length, time, scale, passing score and question types come from the pack (`study.questions.ExamVersion`).
docs/decisions/0006-exam-score.md explains what publishers keep secret, and what we do instead.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random
from statistics import fmean
from typing import TypeAlias, TypeVar

from bot.study.errors import TooFewQuestions
from bot.study.exam_versions import UNSTATED
from bot.study.questions import Domain, ExamVersion, Kind, Pack, Question

T = TypeVar("T")

_Z80 = 1.2815515655446004
"""The normal quantile of a two-sided 80% interval."""

_RECENT = 3
"""The maximum number of exams on either side of the comparison for a trend."""


class Length(StrEnum):
    FULL = "full"
    SHORT = "short"


SHORT = 20
"""The maximum number of questions in a short exam."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an exam. `scored` of the `questions` count; `cases` is the number of scenarios; `kinds` are shares in
    percent."""

    questions: int
    scored: int
    time: timedelta
    cases: int
    kinds: Mapping[Kind, int]


def form_of(version: ExamVersion, length: Length) -> Form:
    """Return the form of this version. A short form has the same pace and shares, and at least one case if the full
    form has any."""
    if length is Length.FULL or version.questions <= SHORT:
        return Form(version.questions, version.scored, timedelta(minutes=version.minutes), version.cases, version.kinds)
    scored = round(SHORT * version.scored / version.questions)
    minutes = round(SHORT * version.minutes / version.questions)
    return Form(SHORT, scored, timedelta(minutes=minutes), min(1, version.cases), version.kinds)


def version_of(pack: Pack) -> ExamVersion:
    """Return the version that a pack is limited to, else the default version; UNSTATED if the pack describes no
    exam."""
    return pack.version or next(iter(pack.exams.values()), UNSTATED)


def is_judged(pack: Pack) -> bool:
    """Return whether the pack still has the exam version of a mock exam, and so its name and passing score."""
    return not pack.lost_version


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question in an exam, with the `domain` that it counts for, because a section may belong to two domains."""

    question: Question
    domain: str
    scored: bool


@dataclass(frozen=True, slots=True)
class Share:
    right: int
    total: int


# -- the questions


def apportion(weights: Mapping[T, int], seats: int) -> dict[T, int]:
    """Divide `seats` by weight, with the largest remainder method (Hamilton).

    Every share is rounded down, and the rest goes to the largest remainders; on a tie, the first one wins. The shares
    add up to `seats`. At least one weight must be above 0.
    """
    total = sum(weights.values())
    shares = {key: weight * seats // total for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: weights[key] * seats % total, reverse=True)
    for key in by_remainder[: seats - sum(shares.values())]:
        shares[key] += 1
    return shares


def domains_of(pack: Pack) -> tuple[Domain, ...]:
    """Return the pack's domains; a pack without domains gets one with all its sections."""
    sections = {name: max(1, pack.sections[name].weight) for name in pack.leaves}
    return pack.domains or (Domain("all", pack.title, 100, sections),)


def blueprint(domains: Sequence[Domain], questions: int) -> dict[tuple[str, str], int]:
    """Return how many questions each domain asks from each of its sections."""
    seats = apportion({domain.id: domain.weight for domain in domains}, questions)
    return {
        (domain.id, section): count
        for domain in domains
        for section, count in apportion(domain.sections, seats[domain.id]).items()
    }


def select(
    pool: Iterable[Question], pack: Pack, form: Form, asked: Mapping[str, int], rng: Random
) -> tuple[Drawn, ...]:
    """Return the questions of an exam, in order; the same for the same arguments. Raises TooFewQuestions.

    `pool`: the pack's questions that may be asked now. Domains and sections follow the blueprint exactly; question
    types follow the form's shares as far as the pool allows, without any other types. Questions that were `asked` least
    often in the member's earlier exams come first. Questions of one case stay together, in their order. In a version
    that lists skills, a question counts for the domain of its first skill; otherwise for any domain of its section.
    """
    domains = domains_of(pack)
    plan = blueprint(domains, form.questions)
    draw = _Draw(pool, plan, version_of(pack), form, asked, rng)
    draw.take_cases(form.cases)
    draw.take_kinds()
    draw.fill()
    questions = [question for block in draw.blocks for question in block]
    domain_of = draw.domain_of or _assign_domains(questions, plan, rng)
    scored = _choose_scored(
        {question.id: domain_of[question.id] for question in questions}, [domain.id for domain in domains], form, rng
    )
    rng.shuffle(draw.blocks)
    return tuple(
        Drawn(question, domain_of[question.id], question.id in scored) for block in draw.blocks for question in block
    )


def require_enough(pack: Pack, length: Length) -> None:
    """Raise TooFewQuestions for an exam that the pack cannot fill even with all of its questions."""
    try:
        _select_any(pack, length)
    except TooFewQuestions as few:
        short_fits = length is not Length.SHORT and Length.SHORT in lengths_of(pack)
        raise TooFewQuestions(few.section, few.missing, short_fits) from None


def lengths_of(pack: Pack) -> tuple[Length, ...]:
    """Return the lengths of exams that the pack can fill."""
    found = []
    for length in Length:
        with suppress(TooFewQuestions):
            _select_any(pack, length)
            found.append(length)
    return tuple(found)


def _select_any(pack: Pack, length: Length) -> None:
    select(pack.active, pack, form_of(version_of(pack), length), {}, Random(0))


Cell: TypeAlias = tuple[str, str]
"""A domain and a section. The domain is empty in versions without skills, where a section counts for all of its
domains."""


class _Draw:
    """State while questions are drawn: what has been taken, and what is still needed."""

    def __init__(
        self,
        pool: Iterable[Question],
        plan: Mapping[Cell, int],
        version: ExamVersion,
        form: Form,
        asked: Mapping[str, int],
        rng: Random,
    ) -> None:
        self.rng = rng
        self.kind_shares = form.kinds
        self.blocks: list[list[Question]] = []
        self.domain_of: dict[str, str] = {}
        self.cells: Counter[Cell] = Counter()
        for (domain, section), count in plan.items():
            self.cells[domain if version.skills else "", section] += count
        self.kinds = Counter(apportion(form.kinds, form.questions))
        self.singles: dict[tuple[Cell, Kind], list[Question]] = defaultdict(list)
        self.cases: dict[str, list[Question]] = defaultdict(list)
        questions = sorted((q for q in pool if q.kind in form.kinds), key=lambda question: question.id)
        if version.skills:
            for question in questions:
                self.domain_of[question.id] = version.domain_of(question) or self._any_domain(question.section)
        for question in questions:
            if question.case is not None:
                self.cases[question.case].append(question)
        rng.shuffle(questions)
        questions.sort(key=lambda question: asked.get(question.id, 0))
        for question in questions:
            if question.case is None:
                self.singles[self._cell(question), question.kind].append(question)
        self.case_order = sorted(self.cases)
        rng.shuffle(self.case_order)
        self.case_order.sort(key=lambda case: sum(asked.get(question.id, 0) for question in self.cases[case]))

    def take_cases(self, count: int) -> None:
        """Take scenarios, each with as many questions as its section has room for, but at least two."""
        for case in self.case_order:
            if count == 0:
                return
            whole = self.cases[case]
            size = min(len(whole), self.cells[self._cell(whole[0])])
            part = sorted(self.rng.sample(range(len(whole)), size))
            block = [whole[place] for place in part]
            if size >= 2 and not Counter(question.kind for question in block) - self.kinds:
                self._take(block, self._cell(whole[0]))
                count -= 1

    def take_kinds(self) -> None:
        """Take the rarer question types, each distributed over the cells by the room that they have left."""
        for kind in sorted(self.kind_shares, key=lambda kind: self.kind_shares[kind])[:-1]:
            while self.kinds[kind] > 0:
                room = {cell: left for cell, left in self.cells.items() if left and self.singles[cell, kind]}
                if not room:
                    break
                cell = self.rng.choices(list(room), weights=list(room.values()))[0]
                self._take([self.singles[cell, kind].pop(0)], cell)

    def fill(self) -> None:
        """Fill the rest of each cell, with the most common question type if possible.

        A cell without enough questions borrows from the other cells of its section, then of its domain. Raises
        TooFewQuestions.
        """
        by_share = sorted(self.kind_shares, key=lambda kind: -self.kind_shares[kind])
        short: list[Cell] = []
        for cell, missing in self.cells.items():
            rest = [(kind, question) for kind in by_share for question in self.singles[cell, kind]]
            for kind, question in rest[:missing]:
                self.blocks.append([question])
                self.singles[cell, kind].remove(question)
            short += [cell] * (missing - len(rest[:missing]))
        for domain, section in short:
            lenders = sorted(
                (cell for cell, kind in self.singles if domain and self.singles[cell, kind]),
                key=lambda cell: (cell[1] != section, cell[0] != domain, cell),
            )
            if not lenders or (lenders[0][1] != section and lenders[0][0] != domain):
                raise TooFewQuestions(section, short.count((domain, section)))
            kind = next(kind for kind in by_share if self.singles[lenders[0], kind])
            question = self.singles[lenders[0], kind].pop(0)
            self.domain_of[question.id] = domain
            self.blocks.append([question])

    def _cell(self, question: Question) -> Cell:
        return self.domain_of.get(question.id, ""), question.section

    def _any_domain(self, section: str) -> str:
        """Return a random domain of the section, weighted by share, for a question that names no skill."""
        shares = {domain: count for (domain, of), count in self.cells.items() if of == section and count}
        return self.rng.choices(list(shares), weights=list(shares.values()))[0] if shares else ""

    def _take(self, block: list[Question], cell: Cell) -> None:
        self.blocks.append(block)
        self.cells[cell] -= len(block)
        self.kinds.subtract(question.kind for question in block)


def _assign_domains(questions: Iterable[Question], plan: Mapping[tuple[str, str], int], rng: Random) -> dict[str, str]:
    """Decide which domain each question counts for, so that every cell of the plan is filled."""
    places: dict[str, list[str]] = defaultdict(list)
    for (domain, section), count in plan.items():
        places[section] += [domain] * count
    for waiting in places.values():
        rng.shuffle(waiting)
    return {question.id: places[question.section].pop() for question in questions}


def _choose_scored(domain_of: Mapping[str, str], domains: Sequence[str], form: Form, rng: Random) -> set[str]:
    """Choose the scored questions at random, in each domain by its share."""
    members = {domain: sorted(id for id, of in domain_of.items() if of == domain) for domain in domains}
    quota = apportion({domain: len(ids) for domain, ids in members.items()}, form.scored)
    return {chosen for domain, ids in members.items() for chosen in rng.sample(ids, quota[domain])}


# -- the score


def scaled(right: int, scored: int, version: ExamVersion) -> int:
    """Estimate the scaled score, in proportion to the share of scored questions answered right."""
    return version.lowest + round((version.highest - version.lowest) * right / scored) if scored else version.lowest


def right_to_pass(scored: int, version: ExamVersion) -> int:
    """Return how many right answers it takes for the scaled score to reach the passing score."""
    return next(right for right in range(scored + 1) if scaled(right, scored, version) >= version.passing)


def likely_range(right: int, scored: int, version: ExamVersion) -> tuple[int, int]:
    """Return an 80% interval for the scaled score of a person who answered `right` of the `scored` questions correctly,
    counting only the sampling error.

    Source: E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
    """
    if not scored:
        return version.lowest, version.highest
    share, weight = right / scored, _Z80 * _Z80 / scored
    center = (share + weight / 2) / (1 + weight)
    spread = _Z80 * math.sqrt(share * (1 - share) / scored + weight / (4 * scored)) / (1 + weight)
    width = version.highest - version.lowest
    low, high = (version.lowest + width * bound for bound in (center - spread, center + spread))
    return round(low), round(high)


def tally(marks: Iterable[tuple[str, bool]]) -> dict[str, Share]:
    """Count right answers by domain, section or any other key of the marks, in the order of the marks."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for key, correct in marks:
        right[key] += correct
        total[key] += 1
    return {key: Share(right[key], total[key]) for key in total}


def trend(scores: Sequence[int]) -> int | None:
    """Return by how much the mean of the latest scores exceeds the mean of those before, up to three each.

    `scores` are oldest first. None for fewer than two.
    """
    count = min(_RECENT, len(scores) // 2)
    if not count:
        return None
    return round(fmean(scores[-count:]) - fmean(scores[-2 * count : -count]))
