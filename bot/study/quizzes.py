"""Choose the questions that a member gets on demand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from bot.study.questions import Question

MAX_QUESTIONS = 20


def select(
    questions: Sequence[Question],
    right: Iterable[str],
    weights: Mapping[str, int],
    *,
    count: int,
    rng: Random,
) -> tuple[Question, ...]:
    """Choose at most `count` questions: first unanswered or last answered wrong, then last answered right.

    `right`: the ids that the member last answered right. Within each group, sections come up by their share of the
    exam: a weighted draw without replacement (Efraimidis and Spirakis 2006, A-Res).
    """
    known = frozenset(right)
    sizes = Counter(question.section for question in questions)

    def draw(question: Question) -> tuple[bool, float]:
        weight = (weights.get(question.section, 1) or 1) / sizes[question.section]
        return question.id in known, -(rng.random() ** (1 / weight))

    return tuple(sorted(questions, key=draw)[:count])


def cases_together(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Move the questions of each case together, to where the first of them is."""
    first: dict[str, int] = {}
    for place, question in enumerate(questions):
        first.setdefault(question.case or question.id, place)
    return tuple(sorted(questions, key=lambda question: first[question.case or question.id]))
