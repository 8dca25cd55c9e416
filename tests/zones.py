"""The zones of the IANA database, for tests that hold for each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot.study.typed import all_zones

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
LAST = datetime(2028, 11, 2, tzinfo=UTC)


@cache
def zones_by_clock() -> dict[str, list[str]]:
    """Every zone, under the first of those whose clocks show the same times from FIRST to LAST, give or take some days.

    Of some 600 names about 65 differ in these years, so a rule that holds for one of each kind holds for all of them.
    """
    kinds: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for name in all_zones():
        zone = ZoneInfo(name)
        start = FIRST - timedelta(days=3)
        kinds[(start.astimezone(zone).utcoffset(), *clock_changes(zone, start, LAST + timedelta(days=3)))].append(name)
    return {names[0]: names for names in kinds.values()}


def clock_changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, timedelta | None]]:
    """Each instant, in UTC and to the second, at which the zone's clocks change, with the offset from then on."""

    def offset(at: datetime) -> timedelta | None:
        return at.astimezone(zone).utcoffset()

    day = timedelta(days=1)
    while start < end:
        before, after = start, start + day
        if offset(before) != offset(after):
            while after - before > timedelta(seconds=1):
                middle = before + (after - before) // 2
                before, after = (middle, after) if offset(middle) == offset(before) else (before, middle)
            after = after.replace(microsecond=0)
            yield after, offset(after)
        start += day


def around_noon(at: datetime) -> str:
    """A zone in which it is about noon, so that no date ends while a test on the real clock runs."""
    offset = (12 - at.hour + 11) % 24 - 11
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"
