"""Readers of typed dates, times, weekdays, time zones and names, for every command.

A reader either understands a whole text or rejects it. A text with several meanings raises `Ambiguous`, which lists
them.
"""

from bot.study.typed.choices import bare, choose, holds, listed, parse_period, parse_season
from bot.study.typed.clock import format_days, parse_days, parse_time
from bot.study.typed.dates import parse_day
from bot.study.typed.moments import comes_twice, example, parse_moment, written
from bot.study.typed.zones import all_zones, parse_zone, search_zones, warm

__all__ = [
    "all_zones", "bare", "choose", "comes_twice", "example", "format_days", "holds", "listed", "parse_day", "parse_days", "parse_moment",
    "parse_period", "parse_season", "parse_time", "parse_zone", "search_zones", "warm", "written",
]  # fmt: skip
