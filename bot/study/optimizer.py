"""FSRS's optimizer, an optional extra. It blocks the interpreter while it works, so it runs in a separate process."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from itertools import pairwise

from bot.study.memory import Fit, History, fit
from bot.study.reviews import GENERAL, Parameters, Rating, Review


def is_installed() -> bool:
    return find_spec("fsrs_rs_python") is not None


def optimize(histories: Sequence[History]) -> Parameters:
    """Return the parameters that fit these cards best."""
    os.environ.setdefault("RAYON_NUM_THREADS", "1")  # the bot needs the other cores
    import fsrs_rs_python as fsrs

    items = []
    for history in histories:
        days = [(one.day - before.day).days for before, one in pairwise(history)]
        reviews = [fsrs.FSRSReview(int(one.rating), gap) for one, gap in zip(history, [0, *days], strict=True)]
        # One item for each review that was not on the same day as the one before, with all earlier ones.
        items += [fsrs.FSRSItem(reviews[: place + 1]) for place, gap in enumerate([0, *days]) if gap]
    return tuple(fsrs.FSRS(list(GENERAL)).compute_parameters(items))


def request(histories: Sequence[History], reviews: int) -> str:
    """Encode a request for `respond`."""
    cards = [[[one.day.toordinal(), int(one.rating)] for one in history] for history in histories]
    return json.dumps({"reviews": reviews, "cards": cards})


def respond(text: str) -> str:
    """Decode a request, fit, and return the result for `answer_of`."""
    asked = json.loads(text)
    histories = [[Review(Rating(rating), date.fromordinal(day)) for day, rating in card] for card in asked["cards"]]
    found = fit(histories, optimize, reviews=asked["reviews"])
    if found is None:
        return "null"
    return json.dumps([found.reviews, found.tested, found.general_loss, found.own_loss, found.parameters])


def answer_of(text: str) -> Fit | None:
    found = json.loads(text)
    if found is None:
        return None
    reviews, tested, general_loss, own_loss, own = found
    return Fit(reviews, tested, general_loss, own_loss, tuple(own) if own is not None else None)
