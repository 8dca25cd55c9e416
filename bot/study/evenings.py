"""Exam evenings: one paper for everybody who signs up, at the same time.

These are the rules; `/help topic: Exam evenings` tells members the same.

Start. The paper is drawn at the start, without questions that the server or anybody who signed up can still answer
    elsewhere. Everybody's time runs from the common start, whenever they begin. Latecomers may join until the end, and
    have the time that is left.
End. When the time is up, or as soon as everybody who signed up has submitted. If everybody has left, the evening goes
    on, because latecomers may still join. Until the end, nobody sees a score or a key, none of it counts on a
    leaderboard, and its questions are asked nowhere else.
Table. The scores of those who agree to show them, and nothing about the others. Equal scores share a place.
Group. The share of right answers by domain, rounded to STEP, from FEWEST members on; with fewer, it could reveal how
    one member did.
Leaving. Members who leave before the start are removed. For those who leave later, the exam continues as an ordinary
    mock exam that the evening ignores; the Begin button brings them back into the evening.
Late start. If the bot was offline at the start, or the evening's pack was missing, the evening begins once it is back,
    with the full time. After LATE, the evening is called off.
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
"""A start delayed by no more than this counts from the planned time."""
LATE = timedelta(minutes=30)
FEWEST = 5
"""The minimum number of members before a figure of the group is shown."""
STEP = 5
"""Percentage points to which the group's figures are rounded, so that nobody's share can be computed from the others'."""


class EveningState(StrEnum):
    """OPEN: members sign up. RUNNING: they take the exam. OVER: it ended or was called off."""

    OPEN = "open"
    RUNNING = "running"
    OVER = "over"


class EveningEnding(StrEnum):
    """Why an evening is over. EMPTY: the bank cannot fill the paper. MISSED: the bot was offline for too long at the start.
    PACK_GONE: its pack was missing for too long at the start. DELETED: somebody deleted its post or channel."""

    PLAYED = "played"
    NOBODY = "nobody"
    EMPTY = "empty"
    MISSED = "missed"
    PACK_GONE = "pack-gone"
    CANCELLED = "cancelled"
    DELETED = "deleted"


TOO_LATE = (EveningEnding.MISSED, EveningEnding.PACK_GONE)
"""The endings of evenings whose start passed too long ago."""


def check_start(starts_at: datetime, at: datetime) -> None:
    """Check a planned start. Raises START_TOO_SOON, START_TOO_FAR."""
    if starts_at < at + SOONEST:
        raise Refused(Refusal.START_TOO_SOON)
    if starts_at > at + FARTHEST:
        raise Refused(Refusal.START_TOO_FAR)


def common_start(planned: datetime, at: datetime) -> datetime | None:
    """Return the common start of an evening that the bot starts now; None if it is too late."""
    if at - planned <= PUNCTUAL:
        return planned
    return at if at - planned <= LATE else None


def room(results: Sequence[Mapping[str, Share]]) -> Mapping[str, int] | None:
    """Return the share of right answers over all members, by domain, as rounded percentages; None for fewer than
    FEWEST."""
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
    """Return the percentage of members who answered a question right; None for fewer than FEWEST."""
    known = list(marks)
    return round(100 * sum(known) / len(known)) if len(known) >= FEWEST else None
