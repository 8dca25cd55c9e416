"""When a server's daily is due: one slot for each chosen local date, through every change of the clocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo, available_timezones

from bot.study.errors import BadDays, BadTime, BadZone

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EVERY_DAY = frozenset(range(7))

_DAY_WORDS = {
    "every day": EVERY_DAY,
    "daily": EVERY_DAY,
    "weekdays": frozenset(range(5)),
    "weekends": frozenset({5, 6}),
}
_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2}))?(?:\s*(?P<half>[ap])(?:m|\.m\.?)?)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """`at` is a wall-clock time in `zone`, an IANA name; `days` are weekdays, Monday 0."""

    at: time
    zone: str
    days: frozenset[int] = EVERY_DAY

    def __post_init__(self) -> None:
        if not self.days:
            raise ValueError("a schedule needs a day; without one the next slot would be sought forever")


@dataclass(frozen=True, slots=True)
class Slot:
    """One daily: the local date that it belongs to, and the instant, in UTC, at which it is due."""

    day: date
    due: datetime


def due_on(schedule: Schedule, day: date) -> datetime | None:
    """The instant of the schedule's time on a local date, in UTC; None if the zone leaves that date out altogether.

    A time in the hour that a clock change skips is due as much later as the clocks jump, or, where that would be the next
    date, as much earlier. A time in the hour that is repeated is due the first time.
    """
    zone = ZoneInfo(schedule.zone)
    for fold in (0, 1):
        due = datetime.combine(day, schedule.at, zone).replace(fold=fold).astimezone(UTC)
        if due.astimezone(zone).date() == day:
            return due
    return None


def next_slot(schedule: Schedule, after: datetime, *, later_than: date | None = None) -> Slot:
    """The first slot due after an instant, on a local date later than `later_than`: a date that had its daily gets no second."""
    first = after.astimezone(ZoneInfo(schedule.zone)).date()
    if later_than is not None:
        first = max(first, later_than + timedelta(days=1))
    return next(slot for slot in slots(schedule, first) if slot.due > after)


def slots(schedule: Schedule, first: date) -> Iterator[Slot]:
    """Every slot from a local date on."""
    for offset in count():
        day = first + timedelta(days=offset)
        if day.weekday() in schedule.days and (due := due_on(schedule, day)) is not None:
            yield Slot(day, due)


def closes_at(schedule: Schedule, day: date) -> datetime:
    """A daily takes answers until the same wall-clock time of the next local date that exists, whatever the chosen days."""
    every_day = Schedule(schedule.at, schedule.zone)
    return next(slots(every_day, day + timedelta(days=1))).due


def day_ended(zone: str, day: date, at: datetime) -> bool:
    return at.astimezone(ZoneInfo(zone)).date() > day


def parse_time(text: str) -> time:
    """`9`, `09:00`, `9.30`, `7pm`, `7:15 am`. Raises BadTime."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise BadTime(text)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise BadTime(text)
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    if hour > 23 or minute > 59:
        raise BadTime(text)
    return time(hour, minute)


def parse_days(text: str) -> frozenset[int]:
    """`every day`, `weekdays`, `weekends`, `Mon-Fri`, `mon, wed, fri`. Raises BadDays."""
    cleaned = text.strip().lower()
    if cleaned in _DAY_WORDS:
        return _DAY_WORDS[cleaned]
    days: set[int] = set()
    for part in re.split(r"[,\s]+", re.sub(r"\s*[-\u2013]\s*", "-", cleaned)):
        first, _, last = part.partition("-")
        start, end = _weekday(first, text), _weekday(last or first, text)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def _weekday(word: str, text: str) -> int:
    for number, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")):
        if len(word) >= 2 and name.startswith(word):
            return number
    raise BadDays(text)


def format_days(days: frozenset[int]) -> str:
    """`every day`, `weekdays`, `Mon, Wed, Fri`."""
    for words, known in _DAY_WORDS.items():
        if days == known:
            return words
    return ", ".join(WEEKDAYS[day] for day in sorted(days))


@cache
def all_zones() -> tuple[str, ...]:
    """Every IANA zone, sorted, with those that bear no city's name last. Reads the zone database once.

    `localtime` is left out, for it means something else on each machine, and so is `Factory`, which means nothing.
    """
    names = available_timezones() - {"Factory", "localtime"}
    return tuple(sorted(names, key=lambda name: ("/" not in name or name.startswith("Etc/"), name)))


@cache
def _zones_by_lower_case() -> dict[str, str]:
    return {name.lower(): name for name in all_zones()}


def parse_zone(text: str) -> str:
    """An IANA name, in any case and with spaces for underscores. Raises BadZone."""
    try:
        return _zones_by_lower_case()[text.strip().replace(" ", "_").lower()]
    except KeyError:
        raise BadZone(text) from None


def search_zones(text: str, limit: int) -> list[str]:
    """The zones whose name holds every word typed: the one of that very name, then those whose city begins with it."""
    words = text.lower().replace("_", " ").split()

    def order(name: str) -> tuple[bool, bool]:
        spoken = name.lower().replace("_", " ")
        return spoken != " ".join(words), not (words and spoken.rpartition("/")[2].startswith(words[0]))

    matches = [name for name in all_zones() if all(word in name.lower().replace("_", " ") for word in words)]
    return sorted(matches, key=order)[:limit]
