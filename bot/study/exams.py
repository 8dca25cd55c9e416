"""Mock exams: their length, which questions they ask, and how the score is reckoned.

Length, time, scale and pass mark are those of AWS's exam guide for MLA-C01 ("Exam content" and "Exam results"); what AWS
keeps to itself, and what we do instead, stands in docs/decisions/0006-exam-score.md.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random
from statistics import fmean
from typing import TypeVar

from bot.study.errors import TooFewQuestions
from bot.study.questions import Domain, Kind, Pack, Question

T = TypeVar("T")

LOWEST, HIGHEST, PASS = 100, 1000, 720

KIND_MIX: Mapping[Kind, int] = {Kind.CHOICE: 65, Kind.RESPONSE: 19, Kind.ORDERING: 8, Kind.MATCHING: 8}
"""Percent. AWS names the kinds and publishes no shares; these are the shares that our bank is written to, the questions of
cases among them."""

_Z80 = 1.2815515655446004
"""The normal quantile of a two-sided 80% interval."""

_RECENT = 3
"""Exams on either side of a trend, at most."""


class Length(StrEnum):
    FULL = "full"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Form:
    """`scored` of the `questions` count; `cases` is how many scenarios are among them."""

    questions: int
    scored: int
    time: timedelta
    cases: int


FORMS: Mapping[Length, Form] = {
    Length.FULL: Form(questions=65, scored=50, time=timedelta(minutes=130), cases=2),
    # Two minutes a question and ten scored of thirteen, as in the full one.
    Length.SHORT: Form(questions=20, scored=15, time=timedelta(minutes=40), cases=1),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question in its place of an exam. `domain` is the one that it stands for: a section may serve two."""

    question: Question
    domain: str
    scored: bool


@dataclass(frozen=True, slots=True)
class Share:
    right: int
    total: int


# -- the questions


def apportion(weights: Mapping[T, int], seats: int) -> dict[T, int]:
    """Share out `seats` by weight, by largest remainder (Hamilton): every share is rounded down, and what is left goes to
    the largest remainders, among equals to the first. The shares add up to `seats`; some weight is above 0."""
    total = sum(weights.values())
    shares = {key: weight * seats // total for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: weights[key] * seats % total, reverse=True)
    for key in by_remainder[: seats - sum(shares.values())]:
        shares[key] += 1
    return shares


def domains_of(pack: Pack) -> tuple[Domain, ...]:
    """A pack that names no domains is one domain of all its sections."""
    sections = {name: max(1, pack.sections[name].weight) for name in pack.leaves}
    return pack.domains or (Domain("all", pack.title, 100, sections),)


def blueprint(domains: Sequence[Domain], questions: int) -> dict[tuple[str, str], int]:
    """How many questions each domain asks from each of its sections."""
    seats = apportion({domain.id: domain.weight for domain in domains}, questions)
    return {
        (domain.id, section): count
        for domain in domains
        for section, count in apportion(domain.sections, seats[domain.id]).items()
    }


def select(
    pool: Iterable[Question], domains: Sequence[Domain], form: Form, asked: Mapping[str, int], rng: Random
) -> tuple[Drawn, ...]:
    """The questions of an exam in their order; the same for the same arguments. Raises TooFewQuestions.

    Domains and sections come up exactly by their blueprint, kinds by `KIND_MIX` as far as the pool holds them. What has been
    `asked` least often in the member's earlier exams comes first. Questions of one case stand together, in their own order.
    """
    plan = blueprint(domains, form.questions)
    draw = _Draw(pool, plan, form, asked, rng)
    draw.take_cases(form.cases)
    draw.take_kinds()
    draw.fill()
    questions = [question for block in draw.blocks for question in block]
    domain_of = _assign_domains(questions, plan, rng)
    scored = _choose_scored(domain_of, [domain.id for domain in domains], form, rng)
    rng.shuffle(draw.blocks)
    return tuple(
        Drawn(question, domain_of[question.id], question.id in scored) for block in draw.blocks for question in block
    )


class _Draw:
    """What has been taken and what is still wanted, while questions are drawn."""

    def __init__(
        self,
        pool: Iterable[Question],
        plan: Mapping[tuple[str, str], int],
        form: Form,
        asked: Mapping[str, int],
        rng: Random,
    ) -> None:
        self.rng = rng
        self.blocks: list[list[Question]] = []
        self.sections: Counter[str] = Counter()
        for (_, section), count in plan.items():
            self.sections[section] += count
        self.kinds = Counter(apportion(KIND_MIX, form.questions))
        self.singles: dict[tuple[str, Kind], list[Question]] = defaultdict(list)
        self.cases: dict[str, list[Question]] = defaultdict(list)
        questions = sorted(pool, key=lambda question: question.id)
        for question in questions:
            if question.case is not None:
                self.cases[question.case].append(question)
        rng.shuffle(questions)
        questions.sort(key=lambda question: asked.get(question.id, 0))
        for question in questions:
            if question.case is None:
                self.singles[question.section, question.kind].append(question)
        self.case_order = sorted(self.cases)
        rng.shuffle(self.case_order)
        self.case_order.sort(key=lambda case: sum(asked.get(question.id, 0) for question in self.cases[case]))

    def take_cases(self, count: int) -> None:
        """Scenarios with as many of their questions as their section has room for, and at least two."""
        for case in self.case_order:
            if count == 0:
                return
            whole = self.cases[case]
            size = min(len(whole), self.sections[whole[0].section])
            part = sorted(self.rng.sample(range(len(whole)), size))
            block = [whole[place] for place in part]
            if size >= 2 and not Counter(question.kind for question in block) - self.kinds:
                self._take(block)
                count -= 1

    def take_kinds(self) -> None:
        """The rarer kinds, each spread over the sections by the room that they have left."""
        for kind in sorted(KIND_MIX, key=lambda kind: KIND_MIX[kind])[:-1]:
            while self.kinds[kind] > 0:
                room = {name: left for name, left in self.sections.items() if left and self.singles[name, kind]}
                if not room:
                    break
                section = self.rng.choices(list(room), weights=list(room.values()))[0]
                self._take([self.singles[section, kind].pop(0)])

    def fill(self) -> None:
        """What is left of each section: the most common kind, or whatever there is. Raises TooFewQuestions."""
        by_share = sorted(KIND_MIX, key=lambda kind: -KIND_MIX[kind])
        for section, missing in self.sections.items():
            rest = [question for kind in by_share for question in self.singles[section, kind]]
            if len(rest) < missing:
                raise TooFewQuestions(section, missing - len(rest))
            for question in rest[:missing]:
                self.blocks.append([question])

    def _take(self, block: list[Question]) -> None:
        self.blocks.append(block)
        self.sections[block[0].section] -= len(block)
        self.kinds.subtract(question.kind for question in block)


def _assign_domains(questions: Iterable[Question], plan: Mapping[tuple[str, str], int], rng: Random) -> dict[str, str]:
    """Which domain each question stands for, so that every cell of the plan is filled."""
    places: dict[str, list[str]] = defaultdict(list)
    for (domain, section), count in plan.items():
        places[section] += [domain] * count
    for waiting in places.values():
        rng.shuffle(waiting)
    return {question.id: places[question.section].pop() for question in questions}


def _choose_scored(domain_of: Mapping[str, str], domains: Sequence[str], form: Form, rng: Random) -> set[str]:
    """The questions that count: drawn at random, in each domain by its share."""
    members = {domain: sorted(id for id, of in domain_of.items() if of == domain) for domain in domains}
    quota = apportion({domain: len(ids) for domain, ids in members.items()}, form.scored)
    return {chosen for domain, ids in members.items() for chosen in rng.sample(ids, quota[domain])}


# -- the score


def scaled(right: int, scored: int) -> int:
    """An estimate of AWS's scaled score, 100 to 1,000: in proportion to the share of scored questions that is right."""
    return LOWEST + round((HIGHEST - LOWEST) * right / scored) if scored else LOWEST


def right_to_pass(scored: int) -> int:
    """The fewest right answers whose scaled score reaches the pass mark."""
    return next(right for right in range(scored + 1) if scaled(right, scored) >= PASS)


def likely_range(right: int, scored: int) -> tuple[int, int]:
    """An 80% interval for the scaled score of somebody who got `right` of `scored` this time: the luck of the draw alone.

    Source: E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
    """
    if not scored:
        return LOWEST, HIGHEST
    share, weight = right / scored, _Z80 * _Z80 / scored
    center = (share + weight / 2) / (1 + weight)
    spread = _Z80 * math.sqrt(share * (1 - share) / scored + weight / (4 * scored)) / (1 + weight)
    low, high = (LOWEST + (HIGHEST - LOWEST) * bound for bound in (center - spread, center + spread))
    return round(low), round(high)


def tally(marks: Iterable[tuple[str, bool]]) -> dict[str, Share]:
    """How many were right by domain, section or whatever the marks are keyed by, in the order in which the keys come up."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for key, correct in marks:
        right[key] += correct
        total[key] += 1
    return {key: Share(right[key], total[key]) for key in total}


def trend(scores: Sequence[int]) -> int | None:
    """By how much the latest scores lie above those before them, on the mean of up to three each, oldest first; None for
    fewer than two."""
    count = min(_RECENT, len(scores) // 2)
    if not count:
        return None
    return round(fmean(scores[-count:]) - fmean(scores[-2 * count : -count]))
