"""How often the exam score falls into the interval that readiness predicts, for synthetic members whose ability is
known.

    python benchmarks/readiness.py [--members 2000] [--seed 1]

The members are not simulated by the rule that is tested. Each knows some of the guide's facts, more of them in the
sections that suit them. They answer a question correctly if they know its facts, except for slips, or by a lucky guess.
They learn what they missed with a probability of their own, and forget it with a half-life that grows with each recall.
They study the bank as the bot serves it: due reviews first, then new questions. Then they take an exam of 50 questions
on other facts of the same sections, in the proportions of the domains, and their score is compared with the interval.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import fmean

import click

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.bank.loader import load_library
from bot.study.exams import version_of
from bot.study.questions import Pack, Question
from bot.study.readiness import Readiness, chance, estimate
from bot.study.reviews import ReviewCard, rating_of, review

START = date(2026, 11, 23)
SLIP = 0.05
TARGET = (0.75, 0.85)


@dataclass
class Member:
    """A synthetic member. `known`: the day until which each fact is remembered. `strength`: the half-life of each fact in
    days, which grows with each recall."""

    rng: Random
    pack: Pack
    level: float
    teachable: float
    half_life: float
    per_day: int
    days: int
    known: dict[str, float] = field(default_factory=dict)
    strength: dict[str, float] = field(default_factory=dict)
    cards: dict[str, ReviewCard] = field(default_factory=dict)

    def begin(self) -> None:
        lean = {section: self.rng.gauss(0, 0.7) for section in self.pack.leaves}
        for fact in self.pack.facts.values():
            if self.rng.random() < 1 / (1 + math.exp(-(self.level + lean[fact.section]))):
                # Prior knowledge was learned long ago and stays.
                self.known[fact.id], self.strength[fact.id] = math.inf, 1000.0

    def knows(self, facts: Sequence[str], day: float) -> bool:
        return all(self.known.get(fact, -1) >= day for fact in facts)

    def answers(self, question: Question, day: float) -> bool:
        if self.knows(question.covers, day):
            return self.rng.random() >= SLIP
        return self.rng.random() < chance(question)

    def study(self) -> None:
        for day in range(self.days):
            if self.rng.random() < 0.25:
                continue
            on = START + timedelta(days=day)
            due = sorted((card.due_on, id) for id, card in self.cards.items() if card.due_on <= on)
            fresh = [question for question in self.pack.active if question.id not in self.cards]
            self.rng.shuffle(fresh)
            asked = [self.pack.questions[id] for _, id in due][: self.per_day]
            asked += fresh[: max(0, self.per_day - len(asked))]
            for question in asked:
                right = self.answers(question, day)
                self.cards[question.id] = review(self.cards.get(question.id), rating_of(correct=right), on)
                self.learn(question, day)

    def learn(self, question: Question, day: float) -> None:
        """Read the explanation: known facts are remembered for longer, and others may be learned."""
        for fact in question.covers:
            if self.known.get(fact, -1) >= day:
                self.strength[fact] = self.strength[fact] * 2
            elif self.rng.random() < self.teachable:
                self.strength[fact] = self.half_life
            else:
                continue
            if self.known.get(fact) != math.inf:
                self.known[fact] = day + self.rng.expovariate(math.log(2) / self.strength[fact])

    def exam(self, day: float) -> tuple[int, int]:
        """Return the score of one exam, and the score of a very long exam, which is the ability itself."""
        facts = defaultdict(list)
        for fact in self.pack.facts.values():
            facts[fact.section].append(fact.id)
        sections = [section for domain in self.pack.domains for section in domain.sections]
        weights = [share for domain in self.pack.domains for share in domain.sections.values()]
        shapes = self.pack.active

        def item(section: str) -> bool:
            shape = self.rng.choice(shapes)
            covers = self.rng.sample(facts[section], min(len(shape.covers), len(facts[section])))
            if self.knows(covers, day):
                return self.rng.random() >= SLIP
            return self.rng.random() < chance(shape)

        def score(count: int) -> int:
            right = sum(item(section) for section in self.rng.choices(sections, weights, k=count))
            return round(100 + 900 * right / count)

        return score(version_of(self.pack).scored), score(4000)


@dataclass(frozen=True, slots=True)
class Sat:
    guess: Readiness
    score: int
    ability: int

    @property
    def inside(self) -> bool:
        return self.guess.low <= self.score <= self.guess.high


def a_member(pack: Pack, rng: Random) -> Member:
    return Member(
        rng=rng,
        pack=pack,
        level=rng.uniform(-1.5, 2.0),
        teachable=rng.uniform(0.2, 0.9),
        half_life=rng.uniform(8, 60),
        per_day=rng.choice([3, 6, 12, 25]),
        days=rng.choice([10, 20, 40, 80]),
    )


def sit(pack: Pack, seed: int) -> Sat | None:
    member = a_member(pack, Random(seed))
    member.begin()
    member.study()
    guess = estimate(pack, member.cards, START + timedelta(days=member.days))
    return Sat(guess, *member.exam(member.days)) if guess is not None else None


def table(title: str, sat: Sequence[Sat], band: Callable[[Sat], str]) -> None:
    groups: Mapping[str, list[Sat]] = defaultdict(list)
    for one in sat:
        groups[band(one)].append(one)
    print(f"\n{title:<24}{'members':>8}{'inside 80%':>12}{'mean error':>12}{'width':>8}")
    for name, members in sorted(groups.items()):
        inside = fmean(one.inside for one in members)
        error = fmean(one.guess.score - one.ability for one in members)
        width = fmean(one.guess.high - one.guess.low for one in members)
        print(f"{name:<24}{len(members):>8}{inside:>12.1%}{error:>+12.0f}{width:>8.0f}")


@click.command()
@click.option("--members", default=2000, show_default=True)
@click.option(
    "--seed", default=1, show_default=True, help="The constants were fitted with seed 0; any other seed is a test."
)
def main(members: int, seed: int) -> None:
    """Print the calibration; exit with 1 if the coverage is outside 75% to 85%."""
    pack = load_library(Path(__file__).resolve().parents[1] / "content")["aws-mla-c01"]
    sat = [one for number in range(members) if (one := sit(pack, seed * 1_000_000 + number)) is not None]
    table("all", sat, lambda one: "all")
    table("by ability", sat, lambda one: f"{one.ability // 150 * 150:>4} to {one.ability // 150 * 150 + 149}")
    table("by questions met", sat, lambda one: next(f"up to {n:>3}" for n in (60, 120, 240, 600) if one.guess.met <= n))
    coverage = fmean(one.inside for one in sat)
    low, high = TARGET
    print(
        f"\n{len(sat)} of {members} members had answered enough questions; {coverage:.1%} of exams fell inside the interval."
    )
    sys.exit(not low <= coverage <= high)


if __name__ == "__main__":
    main()
