"""Periods of leaderboards and their keys, in the server's local dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo


def made_at(snowflake: int) -> datetime:
    """Return when Discord issued an id, by Discord's clock."""
    return _DISCORDS_FIRST + timedelta(milliseconds=snowflake >> 22)


class Period(StrEnum):
    TODAY = "today"
    WEEK = "week"
    SEASON = "season"
    ALL_TIME = "all-time"


ALL_TIME_KEY = "all"

_DISCORDS_FIRST = datetime(2015, 1, 1, tzinfo=UTC)
CLOCK_AHEAD = timedelta(hours=2)
"""A date this far in the future was written while the machine's clock was ahead."""


@lru_cache(maxsize=1024)
def local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=1024)
def season_of(day: date) -> str:
    """Return the season of a day, which is its calendar month: `2026-11`."""
    return f"{day:%Y-%m}"


def key(period: Period, day: date) -> str:
    """Return the key of the period that contains `day`: `2026-11-23`, `2026-W48`, `2026-11` or `all`.

    Weeks are ISO weeks, which begin on Monday.
    """
    match period:
        case Period.TODAY:
            return day.isoformat()
        case Period.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02}"
        case Period.SEASON:
            return season_of(day)
        case Period.ALL_TIME:
            return ALL_TIME_KEY


def parse(text: str) -> Period | str:
    """Parse the name of a period; return any other text, such as the season `2026-11`, as it is."""
    try:
        return Period(text)
    except ValueError:
        return text


@lru_cache(maxsize=1024)
def keys(day: date) -> tuple[str, ...]:
    return tuple(key(period, day) for period in Period)


def ends_at(period: Period, day: date, zone: str) -> datetime | None:
    """Return when the period that contains `day` ends, in UTC; None for all-time."""
    match period:
        case Period.TODAY:
            end = day + timedelta(days=1)
        case Period.WEEK:
            end = day + timedelta(days=7 - day.weekday())
        case Period.SEASON:
            end = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        case Period.ALL_TIME:
            return None
    return datetime(end.year, end.month, end.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def final_key(season: str) -> str:
    """Return the key of a closed season's final leaderboard, which no longer changes: `2026-11-F`."""
    return f"{season}-F"


def after_season(season: str) -> str:
    """Return the season that follows: `2027-01` after `2026-12`."""
    return season_of(first_day(season) + timedelta(days=31))


def before_season(season: str) -> str:
    return season_of(first_day(season) - timedelta(days=1))


def first_day(season: str) -> date:
    return date.fromisoformat(f"{season}-01")


def title_of_season(season: str) -> str:
    return f"{first_day(season):%B %Y}"
