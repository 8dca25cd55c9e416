"""Read points in time, on the clock of a time zone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.study.errors import Ambiguous, BadMoment
from bot.study.schedules import Schedule, due_on
from bot.study.typed.clock import read_time
from bot.study.typed.dates import AHEAD, LAST_YEAR, NUMBER, add, read_day, read_picked
from bot.study.typed.words import count, month_number, plain, weekday_number
from bot.study.typed.zones import NAMED, clocks_of

_SECONDS = {"m": 60, "min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600}
_UNIT = r"minute|min|m|hour|hr|h|day|d|fortnight|week|wk|w|month|mo|year|yr|y"
_PART = re.compile(rf"(?P<count>{NUMBER}) ?(?P<unit>{_UNIT})s?(?![a-z])")
_SPAN = re.compile(rf"(?:in )?(?:{NUMBER} ?(?:{_UNIT})s?(?![a-z])(?: and|,)? ?)+{AHEAD}")
_ISO_TIME = re.compile(r"(?<=[0-9])t(?=[0-9])")
_ISO_SECONDS = re.compile(r"(?<=[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}):[0-9]{2}(?:\.[0-9]{1,6})?")
"""Matches the seconds of a time as programs write it; they are dropped."""
_OFFSET = re.compile(
    r"(?P<before>.*(?:[0-9]|noon|midday|midnight).*?) ?(?P<zone>z|utc|gmt|(?:utc|gmt)?[+-][0-9]{2}:?[0-9]{2})"
)
_HOURS = re.compile(
    rf"(?P<ahead>in )?(?P<hours>0|[1-9][0-9]{{0,2}})(?: ?h|h(?P<minutes>[0-5][0-9])|(?<!\d\d):(?P<past>[0-5][0-9]) ?h)(?P<after>{AHEAD})"
)
"""Matches `1h30`, `1:30h` or `18h`, which may be a duration or a time of day; `09h30`, `09h` and `18:30h` can only be a
time of day."""
_MINUTES = re.compile(rf"(?:in )?(?P<count>[1-9]|1[0-2]) ?m{AHEAD}")
"""Matches `3m`, which may mean minutes or months; `30m` can only be minutes."""
_YEAR = re.compile(r"20[0-9]{2}")
"""Four digits after a date are its year: `29 Feb 2027` does not exist, and does not mean 20:27."""
_NOON = re.compile(r"\b(?:noon|midday|midnight)\b")
_JOINT = re.compile(r" at | on | @ ?|, ?| ")
_BARE_HOUR = re.compile(r"[0-9]{1,2}")
_LATER_DAY = re.compile(r"(?:the )?(?:next|coming) ")

MOST_WORDS = 10
"""The maximum number of words in a time with a zone, because every group of words is looked up."""


def parse_moment(
    text: str, zone: str, at: datetime, *, since: datetime | None = None, closing: bool = False
) -> datetime:
    """Read a point in time, in UTC: `now`, `tomorrow 9am`, `18:00 on Friday`, `9am EST`, `1 Dec 09:00`, `in 3 days`.

    Durations, weekdays, times of day and dates without a year count from `since`, by default from `at`. Days and weeks
    are calendar days, so that the clock shows the same time. A date without a time means its beginning or, with
    `closing`, its end. Raises BadMoment, WrongWeekday, Ambiguous.
    """
    words = _ISO_SECONDS.sub("", _ISO_TIME.sub(" ", plain(text)))
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
    if found := _HOURS.fullmatch(words):
        return _hours(found, zone, base)
    if found := _MINUTES.fullmatch(words):
        spans = (_later(base, zone, f"{found['count']} {unit}") for unit in ("minute", "month"))
        return _only(words, ZoneInfo(zone), [_to_the_minute(span) for span in spans])
    words = words.removeprefix("at ")
    if picked := read_picked(words):
        return picked
    if (hour := read_time(words)) is None and _SPAN.fullmatch(words):
        return _later(base, zone, words)
    local = ZoneInfo(zone)
    today, begin = at.astimezone(local).date(), base.astimezone(local).replace(tzinfo=None)
    day = read_day(words, today, _first(words, today, begin, time.max if closing else time.min))
    if day is not None and hour is not None:
        raise Ambiguous(words, (day, hour))
    if hour is not None:
        return _next(hour, zone, base)
    if day is not None:
        return _due(day + timedelta(days=closing), time(), zone)
    found_here = (_due(day, hour, zone) for day, hour in _days_and_hours(words, today, begin))
    return _only(words, local, [due for due in found_here if due is not None] or _elsewhere(words, at, base))


def _only(words: str, local: ZoneInfo, moments: Sequence[datetime]) -> datetime | None:
    """Return the only meaning of a text, or None. Raises Ambiguous if there are several."""
    if len(moments) > 1:
        raise Ambiguous(words, tuple(moment.astimezone(local) for moment in moments))
    return moments[0] if moments else None


def _hours(found: re.Match[str], zone: str, base: datetime) -> datetime | None:
    """Read a duration. Raises Ambiguous if it may also be a time of day."""
    length = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or found["past"] or 0))
    clock = None if found["ahead"] or found["after"] else read_time(found[0])
    if clock is None:
        return base + length
    spans = [_to_the_minute(base + length)] if length else []
    return _only(found[0], ZoneInfo(zone), list(dict.fromkeys([*spans, _next(clock, zone, base)])))


def _to_the_minute(moment: datetime) -> datetime:
    """Drop the seconds, because members choose between meanings that are shown without seconds."""
    return moment.replace(second=0, microsecond=0)


def _next(hour: time, zone: str, base: datetime) -> datetime:
    """Return when a zone's clock next shows this time after `base`."""
    first = base.astimezone(ZoneInfo(zone)).date()
    return next(due for days in (0, 1, 2) if (due := _due(first + timedelta(days=days), hour, zone)) and due > base)


def _days_and_hours(words: str, today: date, begin: datetime) -> list[tuple[date, time]]:
    """Return the possible meanings of a date and a time of day, in either order. `1/12 9am` and `friday midnight` have
    several."""
    joints = list(_JOINT.finditer(words))
    # Try a date followed by a time first, with the longest possible date; then a time followed by a date.
    for head, tail in ((words[: joint.start()].rstrip(","), words[joint.end() :]) for joint in reversed(joints)):
        if not (_YEAR.fullmatch(tail) and any(map(str.isdigit, head))) and (found := _both(head, tail, today, begin)):
            return found
    for head, tail in ((words[: joint.start()], words[joint.end() :]) for joint in joints):
        # `9 1 Dec` is unclear: which is the hour?
        if not _BARE_HOUR.fullmatch(head) and (found := _both(tail, head, today, begin)):
            return found
    return []


def _both(day: str, hour: str, today: date, begin: datetime) -> list[tuple[date, time]]:
    if (at := read_time(hour)) is None:
        return []
    ends_day = hour == "midnight"  # otherwise midnight is the start of the day
    try:
        read = read_day(day, today, _first(day, today, begin, time.max if ends_day else at))
        days = [] if read is None else [read]
    except Ambiguous as several:
        days = [reading for reading in several.readings if isinstance(reading, date)]
    found = [(day + timedelta(days=ahead), at) for day in days for ahead in ((0, 1) if ends_day else (0,))]
    # Nobody means a midnight in the past.
    return [each for each in found if datetime.combine(*each) > begin] or found if ends_day else found


def _first(words: str, today: date, begin: datetime, hour: time) -> date:
    """Return the first date to consider. `begin`: the local time from which dates count.

    Today's date means today, but today's weekday means next week: `friday` on a Friday. If `begin` is on a future
    Friday, `friday` means that same Friday, provided that `hour` is later than `begin`.
    """
    first = begin.date()
    later = first > today and datetime.combine(first, hour) > begin and not _LATER_DAY.match(words)
    return first if later or any(char.isdigit() for char in words) else first + timedelta(days=1)


def _due(day: date, hour: time, zone: str) -> datetime | None:
    """Return the instant, in UTC; None for a date that the zone skips."""
    return due_on(Schedule(hour, zone), day)


def _later(base: datetime, zone: str, words: str) -> datetime:
    """Add a duration. Days and longer units are calendar units; hours are exact, even if the clocks change."""
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
    """Return the possible meanings of a text that names its zone, likeliest first: `2026-12-01 09:00+01:00`, `18:00
    UTC`, `9am EST`."""
    for head, tail in _with_zone(words):
        clocks = clocks_of(tail, at)
        if found := dict.fromkeys(moment for clock in clocks for moment in _on_clock(head, clock, tail, at, base)):
            return list(found)[:NAMED]
    return []


def _with_zone(words: str) -> Iterator[tuple[str, str]]:
    """Split a text into a time and a possible zone, most words first: `18:00 New York`, `9am EST on Friday`."""
    if found := _OFFSET.fullmatch(words):
        yield found["before"].strip(), "utc" if found["zone"] == "z" else found["zone"]
    parts = words.split()
    if len(parts) > MOST_WORDS:
        return
    for end in range(len(parts), 1, -1):
        for start in range(1, end):
            head, tail = " ".join(parts[:start] + parts[end:]), " ".join(parts[start:end]).rstrip(",")
            # `SAT` is an airport in Texas, but next to a time it means Saturday.
            has_time = any(map(str.isdigit, head)) or _NOON.search(head)
            if has_time and weekday_number(tail) is None and month_number(tail) is None:
                yield head, tail


def _on_clock(words: str, clock: tzinfo, name: str, at: datetime, base: datetime) -> Iterator[datetime]:
    """Read a time of day, or a date and a time, on the clock of another zone. `name`: what the text calls that zone."""
    today, begin = at.astimezone(clock).date(), base.astimezone(clock).replace(tzinfo=None)
    if (hour := read_time(words)) is not None:
        days = (_shown(begin.date() + timedelta(days=ahead), hour, clock, name) for ahead in (0, 1, 2))
        yield next(day for day in days if day > base)
        return
    for day, hour in _days_and_hours(words, today, begin):
        yield _shown(day, hour, clock, name)


def _shown(day: date, hour: time, clock: tzinfo, name: str) -> datetime:
    """Return when a clock shows a time. In a repeated hour the first occurrence counts, unless `name`, like `CET`, fits
    only the second."""
    first = datetime.combine(day, hour, clock)
    second = first.replace(fold=1)
    names = [(moment.tzname() or "").lower() for moment in (first, second)]
    return (second if name == names[1] != names[0] else first).astimezone(UTC)


def example(reading: date | time | datetime) -> str:
    """Return an unambiguous way to write one of several meanings."""
    if isinstance(reading, time):
        return f"{reading:%H:%M}"
    if not isinstance(reading, datetime):
        return f"{reading:%Y-%m-%d}"
    return reading.isoformat(" ", "minutes") if comes_twice(reading) else f"{reading:%Y-%m-%d %H:%M}"


def comes_twice(local: datetime) -> bool:
    """Return whether the clock of a zone shows this time twice, as when daylight saving time ends."""
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


def written(at: datetime, zone: str) -> str:
    """Format a moment so that `parse_moment` can read it back: `2026-12-01 09:00`."""
    return example(at.astimezone(ZoneInfo(zone)))
