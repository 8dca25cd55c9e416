"""Points in time, on the clock of a zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.study.errors import Ambiguous, BadMoment
from bot.study.schedules import Schedule, due_on
from bot.study.typed.clock import read_time
from bot.study.typed.dates import AHEAD, LAST_YEAR, NUMBER, add, read_day
from bot.study.typed.words import count, month_number, plain, weekday_number
from bot.study.typed.zones import NAMED, clocks_of

_SECONDS = {"m": 60, "min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600}
_UNIT = r"minute|min|m|hour|hr|h|day|d|fortnight|week|wk|w|month|mo|year|yr|y"
_PART = re.compile(rf"(?P<count>{NUMBER}) ?(?P<unit>{_UNIT})s?(?![a-z])")
_SPAN = re.compile(rf"(?:in )?(?:{NUMBER} ?(?:{_UNIT})s?(?![a-z])(?: and|,)? ?)+{AHEAD}")
_DISCORD = re.compile(r"<t:(-?[0-9]{1,11})(?::[a-z])?>")
_ISO_TIME = re.compile(r"(?<=[0-9])t(?=[0-9])")
_ISO_SECONDS = re.compile(r"(?<=[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}):[0-9]{2}(?:\.[0-9]{1,6})?")
"""As programs write a time; we go by the minute."""
_OFFSET = re.compile(
    r"(?P<before>.*(?:[0-9]|noon|midday|midnight).*?) ?(?P<zone>z|utc|gmt|(?:utc|gmt)?[+-][0-9]{2}:?[0-9]{2})"
)
_HOURS = re.compile(
    r"(?P<ahead>in )?(?P<hours>0|[1-9][0-9]{0,2})h(?P<minutes>[0-5][0-9])(?P<after> from now| later| ahead)?"
)
"""`1h30`, which may be a span or half past one; `09h30` is a time of day alone."""
_YEAR = re.compile(r"20[0-9]{2}")
"""After a date these four figures are its year: `29 Feb 2027` is no day, and not 20:27 on one."""
_NOON = re.compile(r"\b(?:noon|midday|midnight)\b")
_JOINT = re.compile(r" at | on | @ ?|, ?| ")
_BARE_HOUR = re.compile(r"[0-9]{1,2}")

MOST_WORDS = 10
"""No time with a zone has more words, and each group of them is looked up."""


def parse_moment(
    text: str, zone: str, at: datetime, *, since: datetime | None = None, closing: bool = False
) -> datetime:
    """`now`, `tomorrow 9am`, `18:00 on Friday`, `9am EST`, `2026-12-01`, `1 Dec 09:00`, `in 3 days`, `2 weeks`: in UTC.

    A span, a weekday, a time of day and a date without a year count from `since`, or from `at`; days and weeks by the
    calendar, so that the clock shows the same time. A date alone is its beginning or, where `closing`, its end. Raises
    BadMoment, WrongWeekday, Ambiguous.
    """
    words = _ISO_SECONDS.sub("", _ISO_TIME.sub(" ", plain(text))).removeprefix("at ")
    if words == "now":
        return at
    try:
        found = _read(words, zone, at, since or at, closing=closing)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.year > LAST_YEAR:
        raise BadMoment(text)
    return found


def _read(words: str, zone: str, at: datetime, base: datetime, *, closing: bool) -> datetime | None:
    if found := _DISCORD.fullmatch(words):
        return datetime.fromtimestamp(int(found[1]), UTC)
    if _SPAN.fullmatch(words):
        return _later(base, zone, words)
    if found := _HOURS.fullmatch(words):
        return _hours(found, zone, base)
    local = ZoneInfo(zone)
    today, first = at.astimezone(local).date(), base.astimezone(local).date()
    day, hour = read_day(words, today, _first(words, first)), read_time(words)
    if day is not None and hour is not None:
        raise Ambiguous(words, (day, hour))
    if hour is not None:
        return _next(hour, zone, base)
    if day is not None:
        return _due(day + timedelta(days=closing), time(), zone)
    for day, hour, midnight in _splits(words, today, first):
        if midnight:
            # The one that begins the day, or the one that ends it.
            ends = (_due(day + timedelta(days=days), hour, zone) for days in (0, 1))
            raise Ambiguous(words, tuple(end.astimezone(local) for end in ends if end is not None))
        return _due(day, hour, zone)
    elsewhere = _elsewhere(words, at, base)
    if len(elsewhere) > 1:
        raise Ambiguous(words, tuple(moment.astimezone(local) for moment in elsewhere))
    return elsewhere[0] if elsewhere else None


def _hours(found: re.Match[str], zone: str, base: datetime) -> datetime:
    """A span, unless it may be a time of day as well: then raises Ambiguous with both."""
    span = base + timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    clock = None if found["ahead"] or found["after"] else read_time(found[0])
    if clock is None:
        return span
    due = _next(clock, zone, base)
    if due == span:
        return due
    raise Ambiguous(found[0], tuple(moment.astimezone(ZoneInfo(zone)) for moment in (span, due)))


def _next(hour: time, zone: str, base: datetime) -> datetime:
    """The first time after `base` that the clock of a zone shows this."""
    first = base.astimezone(ZoneInfo(zone)).date()
    return next(due for days in (0, 1, 2) if (due := _due(first + timedelta(days=days), hour, zone)) and due > base)


def _splits(words: str, today: date, first: date) -> Iterator[tuple[date, time, bool]]:
    """A day and a time of day, then a time of day and a day; the longest day first. With whether the time is `midnight`."""
    joints = list(_JOINT.finditer(words))
    for joint in reversed(joints):
        head, tail = words[: joint.start()].rstrip(","), words[joint.end() :]
        if _YEAR.fullmatch(tail) and any(map(str.isdigit, head)):
            continue
        if (hour := read_time(tail)) is not None and (day := read_day(head, today, _first(head, first))) is not None:
            yield day, hour, tail == "midnight"
    for joint in joints:
        head, tail = words[: joint.start()], words[joint.end() :]
        if _BARE_HOUR.fullmatch(head):  # `9 1 Dec`: which is which?
            continue
        if (hour := read_time(head)) is not None and (day := read_day(tail, today, _first(tail, first))) is not None:
            yield day, hour, head == "midnight"


def _first(words: str, base: date) -> date:
    """A weekday that is today's is that of next week; a date that is today's is today."""
    return base if any(char.isdigit() for char in words) else base + timedelta(days=1)


def _due(day: date, hour: time, zone: str) -> datetime | None:
    """None for a date that the zone leaves out."""
    return due_on(Schedule(hour, zone), day)


def _later(base: datetime, zone: str, words: str) -> datetime:
    """Days and longer go by the calendar; hours are hours, whatever the clocks do."""
    local, seconds, calendar = base.astimezone(ZoneInfo(zone)).replace(tzinfo=None), 0, False
    for part in _PART.finditer(words):
        number = count(part["count"]) or 0
        if part["unit"] in _SECONDS:
            seconds += number * _SECONDS[part["unit"]]
        else:
            calendar = True
            local = datetime.combine(add(local.date(), number, part["unit"]), local.time())
    start = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if calendar else base
    return start + timedelta(seconds=seconds)


def _elsewhere(words: str, at: datetime, base: datetime) -> list[datetime]:
    """`2026-12-01 09:00+01:00`, `18:00 UTC`, `9am EST`: what a text that names its zone may mean, the likeliest first."""
    for head, tail in _with_zone(words):
        found = dict.fromkeys(moment for clock in clocks_of(tail, at) for moment in _on_clock(head, clock, at, base))
        if found:
            return list(found)[:NAMED]
    return []


def _with_zone(words: str) -> Iterator[tuple[str, str]]:
    """A text divided into a time and what may be a zone, the most words first: `18:00 New York`, `9am EST on Friday`."""
    if found := _OFFSET.fullmatch(words):
        yield found["before"].strip(), "utc" if found["zone"] == "z" else found["zone"]
    parts = words.split()
    if len(parts) > MOST_WORDS:
        return
    for end in range(len(parts), 1, -1):
        for start in range(1, end):
            head, tail = " ".join(parts[:start] + parts[end:]), " ".join(parts[start:end]).rstrip(",")
            # `SAT` is an airport in Texas, but not to those who type a time.
            told = any(map(str.isdigit, head)) or _NOON.search(head)
            if told and weekday_number(tail) is None and month_number(tail) is None:
                yield head, tail


def _on_clock(words: str, clock: tzinfo, at: datetime, base: datetime) -> Iterator[datetime]:
    """A time of day, or a day and a time of day, on the clock of another zone."""
    today, first = at.astimezone(clock).date(), base.astimezone(clock).date()
    if (hour := read_time(words)) is not None:
        days = (datetime.combine(first + timedelta(days=ahead), hour, clock).astimezone(UTC) for ahead in (0, 1, 2))
        yield next(day for day in days if day > base)
        return
    for day, hour, midnight in _splits(words, today, first):
        # The midnight that begins the day, or the one that ends it.
        for ahead in (0, 1) if midnight else (0,):
            yield datetime.combine(day + timedelta(days=ahead), hour, clock).astimezone(UTC)
        return


def written(at: datetime, zone: str) -> str:
    """A moment in the form that `parse_moment` reads everywhere alike: `2026-12-01 09:00`."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
