"""The zones of the IANA database, for tests of rules that must hold in every zone."""

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
    """Return all zones, grouped by clocks that show the same times from FIRST to LAST, give or take some days. The key
    is the first zone of each group.

    About 600 names form about 65 groups in these years, so a rule that holds for one zone of each group holds for all
    of them.
    """
    kinds: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for name in all_zones():
        zone = ZoneInfo(name)
        start = FIRST - timedelta(days=3)
        kinds[(start.astimezone(zone).utcoffset(), *clock_changes(zone, start, LAST + timedelta(days=3)))].append(name)
    return {names[0]: names for names in kinds.values()}


def clock_changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, timedelta | None]]:
    """Yield each instant, in UTC and to the second, at which the zone's clocks change, with the offset from then on."""

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
    """Return a zone in which it is about noon, so that no date ends while a test uses the real clock."""
    offset = (12 - at.hour + 11) % 24 - 11
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"
