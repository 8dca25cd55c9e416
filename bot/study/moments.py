"""Points in time as people write them, on the clock of a zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.study.errors import BadMoment, BadTime
from bot.study.schedules import Schedule, due_on, parse_time

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"(?:in )?(?P<count>\d{1,3}) ?(?P<unit>minute|hour|day|week)s?")
_ISO = re.compile(r"(?P<year>20\d{2})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_ISO_TIME = re.compile(r"(?<=\d)t(?=\d)")
_DAY_MONTH = re.compile(r"(?P<day>\d{1,2})\.? (?P<month>[a-z]{3,9})\.?(?: (?P<year>20\d{2}))?")
_MONTH_DAY = re.compile(r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:,? (?P<year>20\d{2}))?")


def parse(text: str, zone: str, at: datetime, *, since: datetime | None = None, closing: bool = False) -> datetime:
    """`now`, `tomorrow 9am`, `Friday 18:00`, `2026-12-01`, `1 Dec 09:00`, `in 3 days`, `2 weeks`: in UTC. Raises BadMoment.

    A span counts from `since`, or from `at`: days and weeks by the calendar, so that the clock shows the same time. A date
    alone is its beginning or, where `closing`, its end. A date without a year is the next such date.
    """
    words = " ".join(_ISO_TIME.sub(" ", text.lower()).replace(" at ", " ").split())
    if not words:
        raise BadMoment(text)
    if words == "now":
        return at
    if found := _SPAN.fullmatch(words):
        return _later(since or at, zone, int(found["count"]), found["unit"])
    today = at.astimezone(ZoneInfo(zone)).date()
    for split in range(len(words) + 1, 0, -1):
        # The longest head that is a day; what is left is a time of day.
        if split <= len(words) and words[split - 1] != " ":
            continue
        head, tail = words[: split - 1], words[split:] if split <= len(words) else ""
        if (day := _day(head, today)) is None:
            continue
        return _on(day, tail, zone, text, closing=closing)
    return _on(today, words, zone, text, closing=closing)


def _on(day: date, clock: str, zone: str, text: str, *, closing: bool) -> datetime:
    if clock:
        try:
            hour = parse_time(clock)
        except BadTime as error:
            raise BadMoment(text) from error
    else:
        day, hour = day + timedelta(days=closing), time()
    due = due_on(Schedule(hour, zone), day)
    if due is None:  # a date that the zone leaves out
        raise BadMoment(text)
    return due


def _later(base: datetime, zone: str, count: int, unit: str) -> datetime:
    if unit in ("minute", "hour"):
        return base + timedelta(**{f"{unit}s": count})
    local = base.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(**{f"{unit}s": count})
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _day(words: str, today: date) -> date | None:
    if words in ("today", "tomorrow"):
        return today + timedelta(days=words == "tomorrow")
    name = words.removeprefix("next ").removeprefix("on ")
    for number, weekday in enumerate(_WEEKDAYS):
        if len(name) >= 3 and weekday.startswith(name):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    for pattern in (_ISO, _DAY_MONTH, _MONTH_DAY):
        if found := pattern.fullmatch(name):
            return _date(found["year"], found["month"], found["day"], today)
    return None


def _date(year: str | None, month: str, day: str, today: date) -> date | None:
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1 if month[:3] in _MONTHS else 0
    try:
        found = date(int(year) if year else today.year, number, int(day))
        return found if year or found >= today else found.replace(year=today.year + 1)
    except ValueError:
        return None


def written(at: datetime, zone: str) -> str:
    """A moment in the form that `parse` reads everywhere alike: `2026-12-01 09:00`."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
