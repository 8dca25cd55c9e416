"""Study plans: what is left to master, spread over the days to an exam, weighted as the exam is.

A question is mastered while its last answer was right. What fades after that comes back by review, not by the plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil

from bot.study.errors import PastDate
from bot.study.questions import Question
from bot.study.reviews import ReviewCard
from bot.study.typed import parse_day

MOST_A_DAY = 40
"""More than this in a day, about an hour, is not learned but leafed through."""
A_QUESTION = timedelta(seconds=90)
"""How long a question takes with its explanation: an estimate, by which MOST_A_DAY take an hour."""
FURTHEST = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Plan:
    """`unmastered`: how many questions were left when the day began on which it was made; `questions`: of how many."""

    exam_on: date
    made_on: date
    unmastered: int
    version: str = ""
    """The exam version that it was made for, by code; empty where the pack describes none, or before versions were known."""
    guild_id: int | None = None
    """Where it was made: that server's exam is its exam, from wherever it is looked at. None: before that was known."""
    questions: int | None = None
    """None: before that was known."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a member is, by section. `today`: those of the mastered that were mastered today."""

    unmastered: Mapping[str, int]
    mastered: Mapping[str, int]
    today: int

    @property
    def at_dawn(self) -> int:
        """How many were left when today began."""
        return sum(self.unmastered.values()) + self.today

    @property
    def questions(self) -> int:
        return sum(self.unmastered.values()) + sum(self.mastered.values())


@dataclass(frozen=True, slots=True)
class Portion:
    """What a plan sets for one day."""

    days_left: int
    """Before the exam, today included."""
    goal: int
    done: int
    left: Mapping[str, int]
    """How many questions of which section are left of today's goal, in the order of the guide."""
    unmastered: int
    behind: int
    """By how many questions the plan was behind when today began; what was missed is spread over the days left."""
    beyond: int
    """How many questions will not be reached by the exam."""

    @property
    def finished(self) -> bool:
        return not self.left


def minutes(questions: int) -> int:
    """Estimate how many minutes so many questions take, at least one."""
    return max(1, ceil(questions * A_QUESTION / timedelta(minutes=1)))


def rebased(plan: Plan, version: str, standing: Standing, today: date) -> Plan:
    """The plan as if made today where it was made for another exam version: what is left to learn is not comparable."""
    if plan.version == version:
        return plan
    return replace(plan, made_on=today, version=version, unmastered=standing.at_dawn, questions=standing.questions)


def standing(
    questions: Iterable[Question], cards: Mapping[str, ReviewCard], today: date, at_dawn: Collection[str] = ()
) -> Standing:
    """Counts the questions of a pack that may still be asked. Those that were mastered `at_dawn` are for the whole day: what fades
    comes back by review, and is no part of the day's plan, missed and learned again or not."""
    unmastered: Counter[str] = Counter()
    mastered: Counter[str] = Counter()
    fresh = 0
    for question in questions:
        card = cards.get(question.id)
        before = question.id in at_dawn
        known = before or (card is not None and card.known_since is not None)
        (mastered if known else unmastered)[question.section] += 1
        fresh += not before and card is not None and card.known_since == today
    return Standing(unmastered, mastered, fresh)


def portion(plan: Plan, standing: Standing, weights: Mapping[str, int], today: date) -> Portion | None:
    """Today's share of the plan; None from the day of the exam on.

    What was left when the day began, divided by the days left: missing a day makes the next ones larger, and doing more makes
    them smaller. So the goal stands still while the day's questions are answered.
    """
    days_left = (plan.exam_on - today).days
    if days_left < 1:
        return None
    at_dawn = standing.at_dawn
    goal = min(-(-at_dawn // days_left), MOST_A_DAY)
    whole = max(1, (plan.exam_on - plan.made_on).days)
    # Questions that have come since it was made are spread over the days left, and nobody is behind for them.
    come = standing.questions - plan.questions if plan.questions is not None else 0
    expected = max(0, -(-plan.unmastered * min(days_left, whole) // whole) + come)
    return Portion(
        days_left=days_left,
        goal=goal,
        done=standing.today,
        left=spread(max(0, goal - standing.today), standing, weights),
        unmastered=sum(standing.unmastered.values()),
        behind=max(0, at_dawn - expected),
        beyond=max(0, at_dawn - MOST_A_DAY * days_left),
    )


def spread(count: int, standing: Standing, weights: Mapping[str, int]) -> dict[str, int]:
    """Choose `count` unmastered questions by section, so that what is mastered comes to stand as the exam is weighted.

    Each question goes to the section furthest behind its share: the highest averages of Webster and Sainte-Laguë, counting
    what is mastered already.
    """
    taken: Counter[str] = Counter()
    for _ in range(min(count, sum(standing.unmastered.values()))):
        open_ = [section for section, left in standing.unmastered.items() if left > taken[section]]

        def claim(section: str) -> float:
            return (weights.get(section, 1) or 1) / (2 * (standing.mastered.get(section, 0) + taken[section]) + 1)

        taken[max(sorted(open_), key=claim)] += 1
    return {section: taken[section] for section in sorted(taken, key=_guide_order)}


def _guide_order(section: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in section.split("."))


def exam_day(text: str, today: date) -> date:
    """The date of an exam that is ahead, as a member typed it. Raises as `parse_day`, and PastDate."""
    day = parse_day(text, today)
    if not today < day <= today + FURTHEST:
        raise PastDate(day)
    return day
