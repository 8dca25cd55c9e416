"""Read times of day and weekdays."""

from __future__ import annotations

import re
from datetime import time

from bot.study.errors import BadDays, BadTime
from bot.study.schedules import EVERY_DAY
from bot.study.typed.words import plain, weekday_number

NAMED = {"noon": time(12), "midday": time(12), "midnight": time()}

_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:(?P<sign>[:.h])(?P<minute>[0-9]{2}))?(?P<o> ?h| o'?clock)?(?: ?(?P<half>[ap])(?:m|\.m\.?)?)?"
)
_FIGURES = re.compile(r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})")
_SHORT = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY_WORDS = {
    "every day": EVERY_DAY,
    "weekdays": frozenset(range(5)),
    "weekends": frozenset({5, 6}),
}
"""Weekdays as `format_days` shows them."""
_MORE_WORDS = {
    **_DAY_WORDS,
    **dict.fromkeys(("daily", "everyday", "all", "all days", "each day", "all week", "7 days"), EVERY_DAY),
    **dict.fromkeys(("weekday", "every weekday", "workdays", "working days"), _DAY_WORDS["weekdays"]),
    **dict.fromkeys(("weekend", "every weekend", "the weekend"), _DAY_WORDS["weekends"]),
}
_RANGE = re.compile(r" ?(?:-|\bto\b|\bthrough\b) ?")
_BETWEEN = re.compile(r" ?(?:,|/|&|\+|\band\b) ?(?:and\b ?)?| ")


def parse_time(text: str) -> time:
    """Read a time of day: `9`, `09:00`, `9.30`, `7pm`, `7:15 a.m.`, `21h15`, `2130`, `noon`. Raises BadTime."""
    if (found := read_time(plain(text))) is None:
        raise BadTime(text)
    return found


def read_time(words: str) -> time | None:
    """Read a time of day; None for any other text."""
    words = words.removeprefix("at ")
    if words in NAMED:
        return NAMED[words]
    if found := _FIGURES.fullmatch(words):
        hour, minute, half = int(found["hour"]), int(found["minute"]), None
    elif found := _CLOCK.fullmatch(words):
        hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    else:
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour <= 23 and minute <= 59 else None


def parse_days(text: str) -> frozenset[int]:
    """Read weekdays, where Monday is 0: `every day`, `weekdays`, `Mon-Fri`, `mon, wed and fri`. Raises BadDays."""
    words = plain(text)
    if words in _MORE_WORDS:
        return _MORE_WORDS[words]
    days: set[int] = set()
    for part in _BETWEEN.split(_RANGE.sub("-", words.removeprefix("every "))):
        if part in ("weekdays", "weekends"):
            days |= _DAY_WORDS[part]
            continue
        first, dash, last = part.partition("-")
        start, end = weekday_number(first), weekday_number(last if dash else first)
        if start is None or end is None:
            raise BadDays(text)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def format_days(days: frozenset[int]) -> str:
    """Format weekdays: `every day`, `weekdays`, `Mon, Wed, Fri`."""
    for words, known in _DAY_WORDS.items():
        if days == known:
            return words
    return ", ".join(_SHORT[day] for day in sorted(days))
