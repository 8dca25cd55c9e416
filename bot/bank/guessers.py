"""Score test-wise guessers, who know the tricks of test taking but not the subject.

Each guesser scores every option and picks the highest; ties are broken at random, so a useless rule scores exactly at
chance level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.bank.words import ABSOLUTES, HEDGES, terms, words
from bot.study.questions import Kind, Pack, Question

Guesser: TypeAlias = Callable[[str, Sequence[str]], Sequence[float]]
"""Takes the question text and the options, and returns a score for each option."""


def _stem_words(stem: str, options: Sequence[str]) -> Sequence[float]:
    asked = terms(stem)
    return [len(terms(option) & asked) for option in options]


def _shared_terms(_: str, options: Sequence[str]) -> Sequence[float]:
    bags = [terms(option) for option in options]
    return [sum(len(bag & other) for other in bags if other is not bag) for bag in bags]


def _count(vocabulary: frozenset[str]) -> Guesser:
    return lambda _, options: [sum(word in vocabulary for word in words(option)) for option in options]


GUESSERS: Final[Mapping[str, Guesser]] = {
    "longest option": lambda _, options: [len(option) for option in options],
    "shortest option": lambda _, options: [-len(option) for option in options],
    "first option": lambda _, options: [-place for place in range(len(options))],
    "last option": lambda _, options: list(range(len(options))),
    "most words shared with the stem": _stem_words,
    "most terms shared with the other options": _shared_terms,
    "most hedged option": _count(HEDGES),
    "fewest absolute words": lambda stem, options: [-pull for pull in _count(ABSOLUTES)(stem, options)],
}


@dataclass(frozen=True, slots=True)
class GuesserScore:
    """How well a guesser does. `share`: the share of the `questions` that it gets right; `chance`: the same for blind
    guessing."""

    guesser: str
    questions: int
    share: float
    chance: float

    @property
    def excess(self) -> float:
        return self.share - self.chance


def asked(question: Question, pack: Pack) -> str:
    """Return what a member reads before the options: the scenario, if there is one, and the stem."""
    scenario = pack.cases[question.case].scenario if question.case and question.case in pack.cases else ""
    return f"{scenario} {question.stem}".strip()


def odds(guesser: str, question: Question, pack: Pack) -> float:
    """Return the probability that the guesser answers this choice question right."""
    pulls = GUESSERS[guesser](asked(question, pack), [option.text for option in question.options])
    best = [place for place, pull in enumerate(pulls) if pull == max(pulls)]
    return (question.correct[0] in best) / len(best)


def scores(questions: Iterable[Question], pack: Pack) -> list[GuesserScore]:
    """Score every guesser on the choice questions among `questions`; empty if there are none."""
    choices = [question for question in questions if question.kind is Kind.CHOICE]
    if not choices:
        return []
    chance = sum(1 / len(question.options) for question in choices) / len(choices)
    return [
        GuesserScore(name, len(choices), sum(odds(name, question, pack) for question in choices) / len(choices), chance)
        for name in GUESSERS
    ]
