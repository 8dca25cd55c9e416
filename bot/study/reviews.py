"""Spaced review: when a question comes back to a member. FSRS decides this, and gets only dates from this module.

FSRS counts whole days, and so do members: a review that is due on Tuesday is due from the morning on, whatever the hour
of the last one. So the dates are local, and times of day are left out (docs/decisions/0007-reviews-in-days.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from statistics import fmean
from typing import TypeAlias

from fsrs import Card as FsrsCard
from fsrs import Rating, Scheduler, State
from fsrs.scheduler import DEFAULT_PARAMETERS

from bot.study.questions import Pack, Question

__all__ = [
    "GENERAL",
    "CardKey",
    "Forecast",
    "LogLine",
    "Parameters",
    "Rating",
    "Review",
    "ReviewCard",
    "answered",
    "forecast",
    "mastery",
    "rating_of",
    "replay",
    "retrievability",
    "review",
]

Parameters: TypeAlias = tuple[float, ...]
"""FSRS's model of a memory: how fast it fades, and what each rating does to it."""

GENERAL: Parameters = tuple(DEFAULT_PARAMETERS)
"""FSRS's default parameters, from the reviews of many people. `study.memory` explains which members have their own."""


@lru_cache(maxsize=256)
def _scheduler(parameters: Parameters) -> Scheduler:
    """Return FSRS with these parameters, its default retention of 90%, and neither learning steps nor fuzz.

    Learning steps are for cramming and would repeat a question ten minutes after its explanation. Without fuzz, the
    same answers always give the same dates. If FSRS rejects the parameters, as a later version might, the general ones
    are used.
    """
    try:
        return Scheduler(parameters=parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    except ValueError:
        return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


WEEK = 7


@dataclass(frozen=True, slots=True)
class CardKey:
    """One member's card for one question. Question ids are unique within a pack."""

    user_id: int
    pack: str
    question_id: str


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """What FSRS knows about one member and one question. Dates are the member's local dates."""

    stability: float
    """The number of days after which the chance of recall has fallen to 90%."""
    difficulty: float
    """How hard the question is for the member, from 1 to 10."""
    reviewed_on: date
    due_on: date
    known_since: date | None
    """The day of the first right answer since the last wrong one; None if the last answer was wrong."""
    met_on: date
    met_right: bool
    """When the question was first answered, and whether the answer was right: this helps to estimate what is known
    about unseen questions."""


@dataclass(frozen=True, slots=True)
class Review:
    """One line of a card's review log."""

    rating: Rating
    day: date


LogLine: TypeAlias = tuple[datetime, Review]
"""A log line with the time at which it was written."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many questions come back: today, tomorrow, and within the seven days from tomorrow on."""

    today: int
    tomorrow: int
    week: int


def rating_of(*, correct: bool) -> Rating:
    """Return the rating that an answer implies. Hard and Easy are the member's own choice, in a review."""
    return Rating.Good if correct else Rating.Again


def review(card: ReviewCard | None, rating: Rating, day: date, parameters: Parameters = GENERAL) -> ReviewCard:
    """Return the card after another answer. `card`: None for a new question. `day` must not be before the last
    review."""
    return _first(rating, day, parameters) if card is None else _review(card, rating, day, parameters)


@lru_cache(maxsize=64)  # many first answers on a day have the same rating, and so lead to the same card
def _first(rating: Rating, day: date, parameters: Parameters) -> ReviewCard:
    return _review(None, rating, day, parameters)


def _review(card: ReviewCard | None, rating: Rating, day: date, parameters: Parameters) -> ReviewCard:
    before = _to_fsrs(card) if card is not None else FsrsCard(card_id=0, due=_instant(day))
    after, _ = _scheduler(parameters).review_card(before, rating, _instant(day))
    assert after.stability is not None, "a card that was reviewed has a stability"
    assert after.difficulty is not None, "and a difficulty"
    right = rating is not Rating.Again
    known_since = card.known_since if card is not None else None
    return ReviewCard(
        stability=after.stability,
        difficulty=after.difficulty,
        reviewed_on=day,
        due_on=after.due.date(),
        known_since=known_since or day if right else None,
        met_on=card.met_on if card is not None else day,
        met_right=card.met_right if card is not None else right,
    )


def replay(log: Iterable[Review], parameters: Parameters = GENERAL) -> ReviewCard | None:
    """Return the card that a review log leads to; None for an empty log. The log is sorted by day, and within a day in
    the order of writing."""
    card = None
    for line in log:
        card = review(card, line.rating, line.day, parameters)
    return card


def answered(
    card: ReviewCard | None,
    log: Sequence[LogLine],
    rating: Rating,
    day: date,
    at: datetime,
    parameters: Parameters = GENERAL,
) -> tuple[ReviewCard, date]:
    """Return the card after another answer, and the day under which the log records it.

    `log`: the card's lines in order, needed if the card was reviewed after `day`. If a member moves west, days do not
    go back: the answer counts for the latest day so far. An answer that was held until its daily closed arrives late
    and is replayed in its place.
    """
    if card is not None and day < card.reviewed_on:
        day = max([day, *(line.day for when, line in log if when <= at)])
    if card is None or day >= card.reviewed_on:
        return review(card, rating, day, parameters), day
    lines = sorted([*(line for _, line in log), Review(rating, day)], key=lambda line: line.day)
    replayed = replay(lines, parameters)
    assert replayed is not None, "a log with a line gives a card"
    return replayed, day


def retrievability(card: ReviewCard, day: date, parameters: Parameters = GENERAL) -> float:
    """Return the chance, 0 to 1, that the member recalls the question on `day`; 1 on the day of the review."""
    return float(_scheduler(parameters).get_card_retrievability(_to_fsrs(card), _instant(day)))


def mastery(
    pack: Pack, cards: Mapping[str, ReviewCard], day: date, parameters: Parameters = GENERAL
) -> dict[str, float]:
    """Return, for each board with questions, the mean chance that the member recalls one of them on `day`.

    Unanswered questions count as 0, and so do those last answered wrong: FSRS counts a fresh explanation as known that
    day, but members would not call that mastered.
    """

    def recalled(question: Question) -> float:
        card = cards.get(question.id)
        return retrievability(card, day, parameters) if card is not None and card.known_since is not None else 0.0

    return means(pack, recalled)


def means(pack: Pack, value: Callable[[Question], float]) -> dict[str, float]:
    """Return the mean of a figure over the active questions of each board that has any."""
    values = {question.id: value(question) for question in pack.active}
    within = {board: pack.within(board) for board in pack.boards}
    return {board: fmean(values[q.id] for q in questions) for board, questions in within.items() if questions}


def forecast(due: Iterable[date], today: date) -> Forecast:
    days = [(day - today).days for day in due]
    return Forecast(
        today=sum(ahead <= 0 for ahead in days),
        tomorrow=sum(ahead == 1 for ahead in days),
        week=sum(1 <= ahead <= WEEK for ahead in days),
    )


def _to_fsrs(card: ReviewCard) -> FsrsCard:
    # Without learning steps, FSRS puts everything reviewed once into its Review state.
    return FsrsCard(
        card_id=0,
        state=State.Review,
        stability=card.stability,
        difficulty=card.difficulty,
        due=_instant(card.due_on),
        last_review=_instant(card.reviewed_on),
    )


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
