"""Readiness: what a member would score if the exam were today, with an interval. Method:
docs/decisions/0008-readiness.md.

An exam asks about the guide's facts in questions that the member has not seen. How well a seen fact is known follows
from its last answer and FSRS; for other facts, the only evidence is the past share of right first answers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.study.exams import version_of
from bot.study.questions import ExamVersion, Kind, Pack, Question
from bot.study.reviews import GENERAL, Parameters, ReviewCard, retrievability

ENOUGH = 30
"""The minimum number of seen questions for an estimate: with fewer, the interval would include nearly every score."""
LEARNED = 0.5
"""How well a fact is known after a wrong answer and its explanation, as a share of what FSRS expects."""
SLIP = 0.05
"""How often a question about a known fact is answered wrong anyway."""
PRIOR_KNOWN, PRIOR_WEIGHT = 0.5, 4.0
"""The prior: half of the facts are known, with the weight of four answers."""
SECTION_WEIGHT = 6.0
"""How many answers in a section weigh as much as the member's overall level."""
NOISE = 1.7
"""How much the chance of a lucky guess raises the variance of first answers: 1 / ((1 - 0.2) (1 - SLIP))²."""
STRUCTURE = 0.045
"""The standard deviation that remains after any number of answers: bank and exam differ, and so do FSRS and memory."""

_Z80 = 1.2815515655446004
"""The normal quantile of a two-sided 80% interval."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Scores on the exam version's scale. Four exams in five would end between `low` and `high`."""

    score: int
    low: int
    high: int
    domains: Mapping[str, float]
    """The expected share of right answers in each domain, 0 to 1."""
    met: int
    """How many questions the estimate is based on."""


@dataclass(frozen=True, slots=True)
class _Level:
    """The share of unseen facts that is known, and how many first answers it is based on."""

    known: float
    answers: int


@dataclass(frozen=True, slots=True)
class _Share:
    """A section's expected share of right answers, its variance, and how strongly it depends on the overall level."""

    right: float
    variance: float
    slope: float


def estimate(
    pack: Pack, cards: Mapping[str, ReviewCard], day: date, parameters: Parameters = GENERAL
) -> Readiness | None:
    """Estimate readiness; None if too few questions have been seen or the pack names no domains."""
    version = version_of(pack)
    met = [question for question in pack.active if question.id in cards]
    weights = _weights(pack)
    if len(met) < ENOUGH or not weights:
        return None
    facts = _known_facts(met, cards, day, parameters)
    overall, levels = _levels(met, cards)
    shares = {
        section: _share(pack.within(section), facts, levels.get(section, _Level(0.0, 0)), overall.known)
        for section in weights
    }
    mean = sum(weight * shares[section].right for section, weight in weights.items())
    # Section errors are independent, except that all depend on the member's overall level.
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
    """Return the facts that a question tests; a question that names none counts as a fact itself."""
    return question.covers or (question.id,)


def _known_facts(
    met: Iterable[Question], cards: Mapping[str, ReviewCard], day: date, parameters: Parameters
) -> dict[str, float]:
    """Return the chance that each seen fact is known, from the last answer about it; of several answers on one day, the
    worst counts."""
    last: dict[str, tuple[date, bool, float]] = {}
    for question in met:
        card = cards[question.id]
        right = card.known_since is not None
        found = (card.reviewed_on, not right, retrievability(card, day, parameters) * (1 if right else LEARNED))
        for fact in facts_of(question):
            if fact not in last or found[:2] > last[fact][:2]:
                last[fact] = found
    return {fact: known for fact, (_, _, known) in last.items()}


def _levels(met: Iterable[Question], cards: Mapping[str, ReviewCard]) -> tuple[_Level, dict[str, _Level]]:
    """Return the overall level and each section's own, from first answers about new facts.

    Answers are corrected for guessing, so a wrong one counts as slightly less than zero.
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
    """Return the expected share of right answers to a section's questions. `own.known`: a sum over `own.answers`, not a
    share."""
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
    """Return how often a blind guess is entirely right."""
    options, asked = len(question.options), len(question.correct)
    match question.kind:
        case Kind.CHOICE | Kind.RESPONSE:
            return 1 / math.comb(options, asked)
        case Kind.ORDERING:
            return 1 / math.factorial(asked)
        case Kind.MATCHING:
            return 1 / math.perm(options, asked) if asked <= options else 1 / options**asked


def _weights(pack: Pack) -> dict[str, float]:
    """Return each section's share of the exam over all domains; they add up to 1."""
    whole = sum(share for domain in pack.domains for share in domain.sections.values())
    weights: dict[str, float] = defaultdict(float)
    for domain in pack.domains:
        for section, share in domain.sections.items():
            weights[section] += share / whole
    return dict(weights)


def _spread_of(share: float, answers: float) -> float:
    """Return the variance of a share based on this many answers: that of a Beta distribution."""
    return share * (1 - share) / (answers + 1)


def _share_of(value: float) -> float:
    return min(0.98, max(0.02, value))


def _scaled(share: float, version: ExamVersion) -> int:
    return round(version.lowest + (version.highest - version.lowest) * min(1.0, max(0.0, share)))
