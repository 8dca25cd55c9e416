"""Members' reports about questions, and what answers reveal about a question, including a wrong key."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist, StatisticsError, correlation, median

from bot.study.grading import Answer
from bot.study.questions import Kind, Question

MAX_COMMENT = 300
"""The maximum length, in characters, of what a member may add to a report."""

MIN_ELSEWHERE = 10
"""How many other questions a member must have answered for their results to show how much they know."""
MIN_FOR_REVERSED = 30
"""The minimum number of answers for a correlation; with fewer, it is mostly chance."""
DOES_WELL = 0.5
"""The minimum share of right answers to other questions that makes a member count as strong."""
TOO_EASY = 0.95
"""With this share of right first answers, a question teaches hardly anyone anything."""
ALPHA = 0.05
"""The significance level: how often chance alone makes a sound question look suspicious."""


class Reason(StrEnum):
    WRONG_KEY = "wrong-key"
    OUTDATED = "outdated"
    UNCLEAR = "unclear"
    TYPO = "typo"


@dataclass(frozen=True, slots=True)
class Response:
    """The first answer of one member to a question, with their results on all others."""

    answer: Answer
    right: bool
    others: int = 0
    others_right: int = 0

    @property
    def known(self) -> bool:
        return self.others >= MIN_ELSEWHERE

    @property
    def skill(self) -> float:
        return self.others_right / self.others


@dataclass(frozen=True, slots=True)
class Figures:
    """How a question was answered. Each member counts once, by their first answer."""

    answered: int
    right: int
    by_option: tuple[int, ...]
    """Choice and response: how many chose each option. Empty for other question types."""
    by_answer: tuple[tuple[Answer, int], ...]
    """How many gave each complete answer, most frequent first."""


def figures(question: Question, responses: Sequence[Response]) -> Figures:
    # Ignore answers with options that the question no longer has.
    responses = [response for response in responses if all(index < len(question.options) for index in response.answer)]
    answers = Counter(response.answer for response in responses)
    chosen = Counter(index for response in responses for index in response.answer)
    by_option = question.kind in (Kind.CHOICE, Kind.RESPONSE)
    return Figures(
        answered=len(responses),
        right=sum(response.right for response in responses),
        by_option=tuple(chosen[index] for index in range(len(question.options))) if by_option else (),
        by_answer=tuple(sorted(answers.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


@dataclass(frozen=True, slots=True)
class Learned:
    """What at least `MIN_FOR_REVERSED` first answers say about a question's difficulty."""

    answers: int
    share: float
    """The share of right first answers, 0 to 1."""
    discrimination: float | None
    """The correlation between being right here and the share of right answers elsewhere, -1 to 1; None with too few
    answers or no variation."""

    @property
    def too_easy(self) -> bool:
        return self.share >= TOO_EASY


def learned(responses: Sequence[Response]) -> Learned | None:
    """Evaluate a question's first answers; None with fewer than `MIN_FOR_REVERSED`.

    The discrimination is the corrected point-biserial of Henrysson (1963): a sound question has 0.2 or more.
    """
    if len(responses) < MIN_FOR_REVERSED:
        return None
    share = sum(response.right for response in responses) / len(responses)
    return Learned(len(responses), share, _discrimination([response for response in responses if response.known]))


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why the key may be wrong.

    `rival`: a wrong answer that strong members prefer to the key; None if members who know more get this question wrong
    more often, with various answers. `for_rival` and `for_key` count strong members.
    """

    rival: Answer | None = None
    for_rival: int = 0
    for_key: int = 0


def suspicion(question: Question, responses: Sequence[Response]) -> Suspicion | None:
    """Return why the answers suggest a wrong key, or None. This is not proof, but worth a look.

    There are two signs, both among members with at least 10 answers to other questions:

    - Preferred: among the better half, who are also right in at least half of the others, one wrong answer was chosen
      more often than the key, and so often that tossing a coin between the two would do so in less than 5% of
      questions. This is an exact binomial test; its level is divided by the number of wrong answers given (Bonferroni).
      A distractor that draws the best members away from the key is the classic sign of a wrong key: R. L. Ebel,
      D. A. Frisbie (1991), Essentials of Educational Measurement, 5th ed.
    - Reversed: from 30 answers on, the correlation between being right here and the share of right answers to other
      questions is below zero, by Fisher's z at the 5% level. This is the corrected point-biserial: S. Henrysson (1963),
      Correction of item-total correlations in item analysis, Psychometrika 28.
    """
    known = [response for response in responses if response.known]
    able = Counter(response.answer for response in _able(known))
    for_key = able.pop(question.correct, 0)
    if able:
        rival, for_rival = min(able.items(), key=lambda pair: (-pair[1], pair[0]))
        if for_rival > for_key and at_least(for_rival, for_rival + for_key) < ALPHA / len(able):
            return Suspicion(rival, for_rival, for_key)
    return Suspicion() if _reversed(known) else None


def _able(known: Sequence[Response]) -> list[Response]:
    """Return the members above the median share, or those at the top if nobody is above it; never those who are mostly
    wrong."""
    if not known:
        return []
    best = max(response.skill for response in known)
    bound = median(response.skill for response in known)
    return [
        response
        for response in known
        if response.skill >= DOES_WELL and (response.skill > bound or response.skill == best)
    ]


def at_least(heads: int, tosses: int) -> float:
    """Return the chance that a fair coin shows this many heads or more."""
    ways = sum(math.comb(tosses, count) for count in range(heads, tosses + 1))
    return ways / (1 << tosses)


def _discrimination(known: Sequence[Response]) -> float | None:
    if len(known) < MIN_FOR_REVERSED:
        return None
    try:
        return correlation([float(response.right) for response in known], [response.skill for response in known])
    except StatisticsError:
        return None  # all right, all wrong, or all with the same share of right answers elsewhere: nothing to correlate


def _reversed(known: Sequence[Response]) -> bool:
    bond = _discrimination(known)
    if bond is None:
        return False
    if bond <= -1:
        return True
    return bond < 0 and NormalDist().cdf(math.atanh(bond) * math.sqrt(len(known) - 3)) < ALPHA
