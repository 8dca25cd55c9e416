"""Read dates as people of many countries write them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.study.errors import Ambiguous, BadDate, WrongWeekday
from bot.study.typed.words import COUNTS, MONTHS, WEEKDAYS, count, month_number, plain, weekday_number

FIRST_YEAR, LAST_YEAR = 2000, 2100
LEAP = 8
"""How many years to search for the next February 29: after 2096 comes 2104."""

NUMBER = rf"(?:[0-9]{{1,4}}|\b(?:an?|{'|'.join(COUNTS)})\b)"
AHEAD = r"(?: from (?:now|today)| later| ahead)?"
_NAMED = {
    "today": 0, "tomorrow": 1, "tmr": 1, "tmrw": 1, "tomorow": 1, "tommorow": 1, "tommorrow": 1, "yesterday": -1,
    "day after tomorrow": 2, "the day after tomorrow": 2, "next week": 7,
}  # fmt: skip
_AHEAD = re.compile(rf"(?:in )?(?P<count>{NUMBER}) ?(?P<unit>d|day|w|wk|week|fortnight|mo|month|y|yr|year)s?{AHEAD}")
_PICKED = re.compile(r"<t:(-?[0-9]{1,11})(?::[a-z])?>")
_END = re.compile(r"(?:the )?end of (?:(?P<which>the|this|next) )?(?P<unit>week|month|year)")
_YEAR = r"(?P<year>[0-9]{4}|'?[0-9]{2})"
_MONTH = rf"(?P<month>{'|'.join(f'{name[:3]}[a-z]*' for name in MONTHS)})\.?"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)?"
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})(?P<sign>[-/. ]) ?(?P<month>[0-9]{1,2})(?P=sign) ?(?P<day>[0-9]{1,2})\.?")
_COMPACT = re.compile(r"(?P<year>20[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_DOTS = re.compile(rf"(?P<a>[0-9]{{1,2}})\. ?(?P<b>[0-9]{{1,2}})(?:\.|\. ?{_YEAR})?")
_SLASHES = re.compile(
    rf"(?P<a>[0-9]{{1,2}})(?:/(?P<b>[0-9]{{1,2}})(?:/{_YEAR})?|-(?P<c>[0-9]{{1,2}})-(?P<late>[0-9]{{4}}))"
)
_DAY_MONTH = re.compile(rf"(?:the )?{_DAY}[ -]?(?:of )?{_MONTH}(?:[ -]?{_YEAR})?")
_MONTH_DAY = re.compile(rf"{_MONTH}[ -]?(?:the )?{_DAY}(?:[ -]{_YEAR})?")


def parse_day(text: str, today: date, *, first: date | None = None, zone: str = "UTC") -> date:
    """Read a date: `2026-12-01`, `1 Dec`, `Dec 1st, 2026`, `1.12.`, `29 Feb`, `friday`, `tomorrow`, `in 3 weeks`.

    A date without a year, or a weekday, means the next one from `first` on, by default from tomorrow on. A timestamp
    from Discord's date picker is read as the date in `zone`. Raises BadDate, WrongWeekday, and Ambiguous for dates such
    as `1/12`, which are read differently around the world.
    """
    words = plain(text)
    if picked := read_picked(words):
        return picked.astimezone(ZoneInfo(zone)).date()
    found = read_day(words, today, first or today + timedelta(days=1))
    if found is None:
        raise BadDate(text)
    return found


def read_picked(words: str) -> datetime | None:
    """Read a timestamp from Discord's date picker: `<t:1800000000:f>`."""
    found = _PICKED.fullmatch(words)
    with suppress(ValueError, OverflowError):
        moment = datetime.fromtimestamp(int(found[1]), UTC) if found else None
        return moment if moment is not None and FIRST_YEAR <= moment.year <= LAST_YEAR else None
    return None


def read_day(words: str, today: date, first: date) -> date | None:
    """Read a date; None for any other text. Raises whatever `parse_day` raises."""
    try:
        return _read(" ".join(words.replace(",", " ").split()).removeprefix("on "), today, first)
    except (ValueError, OverflowError):  # a date that does not exist or is out of range
        return None


def _read(words: str, today: date, first: date) -> date | None:
    if words in _NAMED:
        return today + timedelta(days=_NAMED[words])
    if found := _AHEAD.fullmatch(words):
        return add(today, count(found["count"]) or 0, found["unit"])
    if words == "next month":
        return add(today, 1, "month")
    if found := _END.fullmatch(words):
        return _end(today, found["unit"], following=found["which"] == "next")
    name, _, rest = words.partition(" ")
    weekday = weekday_number(name) if len(name) >= 3 else None
    if weekday is not None and rest:
        day = _written(rest, first)
        if day is not None and day.weekday() != weekday:
            raise WrongWeekday(day)
        return day
    return _weekday(words, first) or _written(words, first)


def _weekday(words: str, first: date) -> date | None:
    name = re.sub(r"^(?:this|next|coming|the next) ", "", words)
    weekday = 5 if name in ("weekend", "the weekend") else weekday_number(name) if len(name) >= 3 else None
    if weekday is None:
        return None
    return first + timedelta(days=(weekday - first.weekday()) % 7)


def _written(words: str, first: date) -> date | None:
    if found := (_YEAR_FIRST.fullmatch(words) or _COMPACT.fullmatch(words)):
        return _date(found["year"], int(found["month"]), int(found["day"]), first)
    if found := (_DAY_MONTH.fullmatch(words) or _MONTH_DAY.fullmatch(words)):
        month = month_number(found["month"])
        return _date(found["year"], month, int(found["day"]), first) if month else None
    if found := _DOTS.fullmatch(words):
        # With dots the day comes first everywhere; try the other order only if that gives no date. `9.30` is a time.
        readings = list(_orders(found["a"], found["b"], found["year"], first))
        return readings[0] if readings and (found["year"] or int(found["b"]) <= len(MONTHS)) else None
    if found := _SLASHES.fullmatch(words):
        readings = sorted(set(_orders(found["a"], found["b"] or found["c"], found["year"] or found["late"], first)))
        ahead = [day for day in readings if day >= first] or readings  # nobody means a date in the past
        if len(ahead) > 1:
            raise Ambiguous(words, tuple(ahead))
        return ahead[0] if ahead else None
    return None


def _orders(one: str, other: str, year: str | None, first: date) -> Iterator[date]:
    for day, month in ((one, other), (other, one)):
        try:
            yield _date(year, int(month), int(day), first)
        except ValueError:
            continue


def _date(year: str | None, month: int, day: int, first: date) -> date:
    """Build a date. Raises ValueError if it does not exist."""
    if year is not None:
        number = int(year.removeprefix("'"))
        if len(year) == 2 and number < 25:
            raise ValueError("an hour rather than a year")
        number += 2000 if number < 100 else 0
        if not FIRST_YEAR <= number <= LAST_YEAR:
            raise ValueError("a year of another century")
        return date(number, month, day)
    for number in range(first.year, first.year + LEAP + 1):
        if day <= calendar.monthrange(number, month)[1] and (found := date(number, month, day)) >= first:
            return found
    raise ValueError("no such day in any year")


def add(day: date, number: int, unit: str) -> date:
    """Add days, weeks, months or years to a date; in a shorter month, return its last day."""
    match unit:
        case "d" | "day":
            return day + timedelta(days=number)
        case "w" | "wk" | "week":
            return day + timedelta(weeks=number)
        case "fortnight":
            return day + timedelta(weeks=2 * number)
        case "mo" | "month":
            months = day.month - 1 + number
        case _:
            months = day.month - 1 + 12 * number
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _end(today: date, unit: str, *, following: bool) -> date:
    if unit == "week":
        return today + timedelta(days=len(WEEKDAYS) - 1 - today.weekday() + 7 * following)
    if unit == "year":
        return date(today.year + following, 12, 31)
    return add(today.replace(day=1), 1 + following, "month") - timedelta(days=1)
