"""Study plans: spread the unmastered questions over the days until an exam, weighted like the exam.

A question counts as mastered if its last answer was right. What a member forgets comes back by review, not by the plan.
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
"""The maximum number of questions a day, about an hour's work: more would be skimming."""
A_QUESTION = timedelta(seconds=90)
"""Estimated time for a question with its explanation; MOST_A_DAY of them take an hour."""
FURTHEST = timedelta(days=731)  # two years, of which one may be a leap year


@dataclass(frozen=True, slots=True)
class Plan:
    """A member's study plan. `unmastered`: how many of the `questions` were unmastered at the start of the day on which
    the plan was made."""

    exam_on: date
    made_on: date
    unmastered: int
    version: str = ""
    """The code of the plan's exam version; empty if the pack describes none, or in plans from before versions
    existed."""
    guild_id: int | None = None
    """The server where the plan was made; the plan is for this server's exam. None in plans from before this was
    stored."""
    questions: int | None = None
    """How many questions there were when the plan was made; None in plans from before this was stored."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's state by section. `today`: how many of the mastered questions were mastered today."""

    unmastered: Mapping[str, int]
    mastered: Mapping[str, int]
    today: int

    @property
    def at_dawn(self) -> int:
        """How many questions were unmastered at the start of today."""
        return sum(self.unmastered.values()) + self.today

    @property
    def questions(self) -> int:
        return sum(self.unmastered.values()) + sum(self.mastered.values())


@dataclass(frozen=True, slots=True)
class Portion:
    """A plan's task for one day."""

    days_left: int
    """Days before the exam, including today."""
    goal: int
    done: int
    left: Mapping[str, int]
    """How many questions of today's goal are left in each section, in guide order."""
    unmastered: int
    behind: int
    """How many questions the member was behind at the start of today; they are spread over the days left."""
    beyond: int
    """How many questions cannot be mastered before the exam."""

    @property
    def finished(self) -> bool:
        return not self.left


def minutes(questions: int) -> int:
    """Estimate how many minutes the questions take, at least one."""
    return max(1, ceil(questions * A_QUESTION / timedelta(minutes=1)))


def rebased(plan: Plan, version: str, standing: Standing, today: date) -> Plan:
    """Return the plan or, if it was for another exam version, the plan as if made today, because the numbers of two
    versions cannot be compared."""
    if plan.version == version:
        return plan
    return replace(plan, made_on=today, version=version, unmastered=standing.at_dawn, questions=standing.questions)


def standing(
    questions: Iterable[Question], cards: Mapping[str, ReviewCard], today: date, at_dawn: Collection[str] = ()
) -> Standing:
    """Count mastered and unmastered questions. Questions mastered `at_dawn` stay mastered all day.

    So a question that is missed and learned again today does not count toward the day's plan: it comes back by review.
    """
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
    """Return today's share of the plan; None from the day of the exam on.

    The goal is what was left at the start of the day, divided by the days left, so it does not move during the day. A
    missed day makes the next goals larger; doing more makes them smaller.
    """
    days_left = (plan.exam_on - today).days
    if days_left < 1:
        return None
    at_dawn = standing.at_dawn
    goal = min(-(-at_dawn // days_left), MOST_A_DAY)
    whole = max(1, (plan.exam_on - plan.made_on).days)
    # Questions added later are spread over the days left, so that nobody falls behind because of them. Questions that
    # were removed may have been mastered, and then nothing is missing.
    come = max(0, standing.questions - plan.questions) if plan.questions is not None else 0
    days_planned = min(days_left, whole)
    # No day asks for more than MOST_A_DAY, so a member who does what each day asks never falls behind.
    asked = min(plan.unmastered, MOST_A_DAY * (whole - days_planned))
    expected = max(-(-plan.unmastered * days_planned // whole), plan.unmastered - asked) + come
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
    """Choose `count` unmastered questions by section, so that mastery approaches the exam's weights.

    Each question goes to the section that is furthest behind its share, including mastered questions: the method of
    highest averages (Webster, Sainte-Laguë).
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


def exam_day(text: str, today: date, zone: str = "UTC") -> date:
    """Read the future date of an exam. Raises PastDate, and whatever `parse_day` raises."""
    day = parse_day(text, today, zone=zone)
    if not today < day <= today + FURTHEST:
        raise PastDate(day, today=day == today)
    return day
