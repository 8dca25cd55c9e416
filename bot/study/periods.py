"""Periods of a board, and their keys: all in the server's local dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Period(StrEnum):
    TODAY = "today"
    WEEK = "week"
    SEASON = "season"
    ALL_TIME = "all-time"


ALL_TIME_KEY = "all"


def local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def season_of(day: date) -> str:
    """A season is a calendar month: `2026-11`."""
    return f"{day:%Y-%m}"


def key(period: Period, day: date) -> str:
    """The key under which a board of this period holds the standings that count on `day`: `2026-11-23`, `2026-W48`,
    `2026-11` or `all`. Weeks are ISO weeks, from Monday."""
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


def keys(day: date) -> tuple[str, ...]:
    return tuple(key(period, day) for period in Period)


def ends_at(period: Period, day: date, zone: str) -> datetime | None:
    """When the period that holds `day` ends, in UTC; None for all-time."""
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


def title_of_season(season: str) -> str:
    return f"{date.fromisoformat(season + '-01'):%B %Y}"
