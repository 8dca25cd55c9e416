"""Exam evenings: one paper for everybody who signs up, at the same time.

The rules. `/help topic: Exam evenings` says the same to members.

Start. The paper is drawn at the start, without what anybody who signed up, or the server, may still answer elsewhere. Everybody's
    time runs from the common start, whenever they begin. Those who come late join until the end, and have what is left of the time.
End. When the time is up, or as soon as everybody who signed up has handed in. Until then nobody sees a score or a key.
Table. The score of those who agree, and nothing of the others. Equal scores share a place.
Room. The share right by domain, rounded to STEP, from FEWEST members on; with fewer, a figure would be somebody's.
Leaving. Before the start it takes the name off. Later the exam goes on alone, and counts for nothing in the evening.
Late start. A bot that was away at the start begins when it is back, with the whole time, for LATE at most; then the evening is off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from bot.study.errors import Refusal, Refused
from bot.study.exams import Share

MAX_OPEN = 3
"""How many evenings of one server may be planned or running."""
SOONEST, FARTHEST = timedelta(minutes=2), timedelta(days=90)
PUNCTUAL = timedelta(minutes=1)
"""Up to so late the planned time is the start."""
LATE = timedelta(minutes=30)
FEWEST = 5
"""No figure of the group comes from fewer members."""
STEP = 5
"""Percentage points to which the group's figures are rounded, so that nobody's share can be computed from the others'."""


class EveningState(StrEnum):
    """OPEN: members sign up. RUNNING: they sit the exam. OVER: for whatever reason."""

    OPEN = "open"
    RUNNING = "running"
    OVER = "over"


class EveningEnding(StrEnum):
    """Why an evening is over. EMPTY: the bank cannot fill the paper. MISSED: the bot was away for too long at the start. DELETED:
    somebody deleted its post or channel."""

    PLAYED = "played"
    NOBODY = "nobody"
    EMPTY = "empty"
    MISSED = "missed"
    CANCELLED = "cancelled"
    DELETED = "deleted"


def check_start(starts_at: datetime, at: datetime) -> None:
    """Raise START_TOO_SOON or START_TOO_FAR for a start that nobody can plan with."""
    if starts_at < at + SOONEST:
        raise Refused(Refusal.START_TOO_SOON)
    if starts_at > at + FARTHEST:
        raise Refused(Refusal.START_TOO_FAR)


def common_start(planned: datetime, at: datetime) -> datetime | None:
    """Return when the time of an evening begins to run that is taken up now; None if it is too late for it."""
    if at - planned <= PUNCTUAL:
        return planned
    return at if at - planned <= LATE else None


def room(results: Sequence[Mapping[str, Share]]) -> Mapping[str, int] | None:
    """Return the share right by domain over all members, in rounded percent; None for fewer than FEWEST."""
    if len(results) < FEWEST:
        return None
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for by_domain in results:
        for domain, share in by_domain.items():
            right[domain] += share.right
            total[domain] += share.total
    return {domain: STEP * round(100 * right[domain] / total[domain] / STEP) for domain in total if total[domain]}


def share_right(marks: Iterable[bool]) -> int | None:
    """Return how many percent answered a question right; None for fewer than FEWEST."""
    known = list(marks)
    return round(100 * sum(known) / len(known)) if len(known) >= FEWEST else None
