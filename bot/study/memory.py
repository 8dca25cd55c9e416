"""A member's own memory: FSRS parameters fitted to their reviews, used only if they forecast better.

The fit uses the older reviews, and is judged on the newest ones, which it has not seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import fmean
from typing import TypeAlias

from bot.study.reviews import GENERAL, Parameters, Rating, Review, ReviewCard, retrievability, review

FROM = 400
"""The minimum number of reviews for a fit: with fewer, according to FSRS's authors, the general parameters forecast
better."""
AGAIN_FROM = 1.25
"""The factor by which the number of reviews must grow before the next fit."""
HELD_OUT = 0.2
"""The share of reviews, the newest ones, on which a fit is judged."""
LEAST_TESTED = 30
"""The minimum number of held-out reviews with a forecast: with fewer, luck would decide."""
MOST = 10_000
"""The maximum number of reviews that a fit uses: the newest ones."""
SURE = 1e-6
"""How close to 0 or 1 a forecast may be: otherwise a single miss could have an infinite loss."""

History: TypeAlias = Sequence[Review]
"""The reviews of one card, in order."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The result of fitting FSRS to a member: the log loss of both forecasts on the held-out reviews; lower is
    better."""

    reviews: int
    tested: int
    general_loss: float
    own_loss: float
    parameters: Parameters | None
    """The fitted parameters; None if the general ones forecast at least as well."""

    @property
    def gain(self) -> float:
        """The share of the log loss that the fitted parameters save; negative if they are worse."""
        return 1 - self.own_loss / self.general_loss


def is_due(reviews: int, last: Fit | None) -> bool:
    """Return whether a member with this many reviews is due for a first fit or for another one."""
    return reviews >= (FROM if last is None else last.reviews * AGAIN_FROM)


def due_at(last: Fit) -> int:
    """Return the number of reviews at which the next fit is due."""
    return math.ceil(last.reviews * AGAIN_FROM)


def newest(histories: Iterable[History]) -> list[History]:
    """Return the cards with the newest reviews, as many as fit into MOST reviews in total."""
    kept: list[History] = []
    total = 0
    for history in sorted(histories, key=lambda one: one[-1].day, reverse=True):
        total += len(history)
        if total > MOST:
            break
        kept.append(history)
    return kept


def fit(
    histories: Sequence[History], optimize: Callable[[Sequence[History]], Parameters], *, reviews: int | None = None
) -> Fit | None:
    """Fit parameters to the older reviews with `optimize`, and judge them on the newest; None if there are too few.

    `reviews`: how many the member has, if `histories` does not hold all of them.
    """
    days = sorted(day for history in histories for day in _forecast_days(history))
    if not days:
        return None
    since = days[min(len(days) - 1, math.floor(len(days) * (1 - HELD_OUT)))]
    # By whole days, because reviews on the same day do not forecast each other.
    older = [part for history in histories if (part := [one for one in history if one.day < since])]
    tested = sum(day >= since for day in days)
    if tested < LEAST_TESTED or tested == len(days):
        return None
    own = optimize(older)
    general_loss, own_loss = (log_loss(histories, parameters, since) for parameters in (GENERAL, own))
    return Fit(
        reviews=reviews if reviews is not None else sum(map(len, histories)),
        tested=tested,
        general_loss=general_loss,
        own_loss=own_loss,
        parameters=own if own_loss < general_loss else None,
    )


def log_loss(histories: Iterable[History], parameters: Parameters, since: date) -> float:
    """Return the mean log loss of the forecasts of reviews from `since` on."""
    return fmean(
        -math.log(chance if right else 1 - chance)
        for history in histories
        for day, right, chance in _forecasts(history, parameters)
        if day >= since
    )


def _forecasts(history: History, parameters: Parameters) -> Iterable[tuple[date, bool, float]]:
    """Yield the day, recall and forecast chance of each review that was not on the same day as the one before."""
    card: ReviewCard | None = None
    for one in history:
        if card is not None and one.day > card.reviewed_on:
            chance = retrievability(card, one.day, parameters)
            yield one.day, one.rating is not Rating.Again, min(1 - SURE, max(SURE, chance))
        card = review(card, one.rating, one.day, parameters)


def _forecast_days(history: History) -> list[date]:
    return [one.day for before, one in pairwise(history) if one.day > before.day]
