"""Readiness: what a member would score, were the exam today, with its doubt. The method: docs/decisions/0008-readiness.md.

An exam asks the guide's facts in questions that nobody has met. A fact that was met is known as far as the last answer about it
and FSRS say; of a fact that was never met nothing is known but how often first answers were right before.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.study.exams import version_of
from bot.study.questions import ExamVersion, Kind, Pack, Question
from bot.study.reviews import ReviewCard, retrievability

ENOUGH = 30
"""Questions met, below which nothing is guessed: the interval would hold nearly every score there is."""
LEARNED = 0.5
"""How much of what was missed and explained is known afterwards, as a share of what FSRS expects."""
SLIP = 0.05
"""How often what is known is answered wrong all the same."""
PRIOR_KNOWN, PRIOR_WEIGHT = 0.5, 4.0
"""Before any answer: half is known, as sure as four answers make it."""
SECTION_WEIGHT = 6.0
"""How many answers in a section weigh as much as the member's level over all sections."""
NOISE = 1.7
"""By how much the chance of a lucky guess raises the variance of what first answers tell: 1 / ((1 - 0.2) (1 - SLIP))²."""
STRUCTURE = 0.045
"""Standard deviation of what no number of answers tells: how far the bank stands for the exam, and FSRS for a memory."""

_Z80 = 1.2815515655446004
"""The normal quantile of a two-sided 80% interval."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Scores are on the exam version's scale. Four exams in five would end between `low` and `high`."""

    score: int
    low: int
    high: int
    domains: Mapping[str, float]
    """The share right that is expected in each domain, 0 to 1."""
    met: int
    """How many questions the guess rests on."""


@dataclass(frozen=True, slots=True)
class _Level:
    """How much of what was never met is known, and how many first answers say so."""

    known: float
    answers: int


@dataclass(frozen=True, slots=True)
class _Share:
    """The share of a section that would be right; its variance by itself, and how much of it hangs on the level."""

    right: float
    variance: float
    slope: float


def estimate(pack: Pack, cards: Mapping[str, ReviewCard], day: date) -> Readiness | None:
    """None while too few questions have been met, or if the pack names no domains."""
    version = version_of(pack)
    met = [question for question in pack.active if question.id in cards]
    weights = _weights(pack)
    if len(met) < ENOUGH or not weights:
        return None
    facts = _known_facts(met, cards, day)
    overall, levels = _levels(met, cards)
    shares = {
        section: _share(pack.within(section), facts, levels.get(section, _Level(0.0, 0)), overall.known)
        for section in weights
    }
    mean = sum(weight * shares[section].right for section, weight in weights.items())
    # The sections err each for itself, but all of them together where they lean on the member's one level.
    leaning = sum(
        weight * shares[section].slope * SECTION_WEIGHT / (levels.get(section, _Level(0.0, 0)).answers + SECTION_WEIGHT)
        for section, weight in weights.items()
    )
    variance = (
        sum(weight * weight * shares[section].variance for section, weight in weights.items())
        + leaning * leaning * NOISE * _spread_of(overall.known, overall.answers + PRIOR_WEIGHT)
        + STRUCTURE * STRUCTURE
        + mean * (1 - mean) / version.scored
    )
    doubt = _Z80 * math.sqrt(variance)
    return Readiness(
        score=_scaled(mean, version),
        low=_scaled(mean - doubt, version),
        high=_scaled(mean + doubt, version),
        domains={
            domain.id: sum(weight * shares[section].right for section, weight in domain.sections.items())
            / sum(domain.sections.values())
            for domain in pack.domains
        },
        met=len(met),
    )


def facts_of(question: Question) -> tuple[str, ...]:
    """What it tests; a question that names no fact is one by itself."""
    return question.covers or (question.id,)


def _known_facts(met: Iterable[Question], cards: Mapping[str, ReviewCard], day: date) -> dict[str, float]:
    """For each fact that was met, the chance that it is known, by the last answer about it; of one day, the worst."""
    last: dict[str, tuple[date, bool, float]] = {}
    for question in met:
        card = cards[question.id]
        right = card.known_since is not None
        found = (card.reviewed_on, not right, retrievability(card, day) * (1 if right else LEARNED))
        for fact in facts_of(question):
            if fact not in last or found[:2] > last[fact][:2]:
                last[fact] = found
    return {fact: known for fact, (_, _, known) in last.items()}


def _levels(met: Iterable[Question], cards: Mapping[str, ReviewCard]) -> tuple[_Level, dict[str, _Level]]:
    """The level over all sections, and what each section says by itself, from first answers about facts that were new.

    A right answer is counted less by the chance of a guess, so that a wrong one may count below nothing.
    """
    first_met: dict[str, date] = {}
    questions = sorted(met, key=lambda question: cards[question.id].met_on)
    known: dict[str, float] = defaultdict(float)
    answers: dict[str, int] = defaultdict(int)
    for question in questions:
        card = cards[question.id]
        new = all(first_met.setdefault(fact, card.met_on) == card.met_on for fact in facts_of(question))
        if new:
            guess = chance(question)
            known[question.section] += (card.met_right / (1 - SLIP) - guess) / (1 - guess)
            answers[question.section] += 1
    total = sum(answers.values())
    level = (sum(known.values()) + PRIOR_KNOWN * PRIOR_WEIGHT) / (total + PRIOR_WEIGHT)
    return _Level(_share_of(level), total), {name: _Level(known[name], answers[name]) for name in answers}


def _share(questions: Iterable[Question], facts: Mapping[str, float], own: _Level, level: float) -> _Share:
    """What a section's questions, none of them met before, would bring. `own.known` is a sum over `own.answers`."""
    weight = own.answers + SECTION_WEIGHT
    base = _share_of((own.known + SECTION_WEIGHT * level) / weight)
    right = slope = luck = 0.0
    count = 0
    for question in questions:
        tested = facts_of(question)
        remembered = math.prod(facts[fact] for fact in tested if fact in facts)
        unmet = sum(fact not in facts for fact in tested) / len(tested)
        guess = chance(question)
        known = remembered * base**unmet
        right += known * (1 - SLIP) + (1 - known) * guess
        slope += unmet * known / base * (1 - SLIP - guess)
        luck += known * (1 - known) * (1 - unmet)
        count += 1
    if not count:
        return _Share(base, _spread_of(base, weight), 1.0)
    slope /= count
    return _Share(right / count, slope * slope * NOISE * _spread_of(base, weight) + luck / (count * count), slope)


def chance(question: Question) -> float:
    """How often a blind guess is wholly right."""
    options, asked = len(question.options), len(question.correct)
    match question.kind:
        case Kind.CHOICE | Kind.RESPONSE:
            return 1 / math.comb(options, asked)
        case Kind.ORDERING:
            return 1 / math.factorial(asked)
        case Kind.MATCHING:
            return 1 / math.perm(options, asked) if asked <= options else 1 / options**asked


def _weights(pack: Pack) -> dict[str, float]:
    """Each section's share of the exam over all domains; together 1."""
    whole = sum(share for domain in pack.domains for share in domain.sections.values())
    weights: dict[str, float] = defaultdict(float)
    for domain in pack.domains:
        for section, share in domain.sections.items():
            weights[section] += share / whole
    return dict(weights)


def _spread_of(share: float, answers: float) -> float:
    """The variance of a share that so many answers tell of: that of a Beta distribution."""
    return share * (1 - share) / (answers + 1)


def _share_of(value: float) -> float:
    return min(0.98, max(0.02, value))


def _scaled(share: float, version: ExamVersion) -> int:
    return round(version.lowest + (version.highest - version.lowest) * min(1.0, max(0.0, share)))
