"""Periods of a board: their keys, and when they end in each zone of the world."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.periods import Period, ends_at, key, keys, local_day, season_of, title_of_season
from bot.study.typed import all_zones
from tests.zones import FIRST, LAST, zones_by_clock

dates = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 23), ("2026-11-23", "2026-W48", "2026-11", "all")),
        (date(2026, 11, 29), ("2026-11-29", "2026-W48", "2026-11", "all")),
        (date(2026, 11, 30), ("2026-11-30", "2026-W49", "2026-11", "all")),
        # An ISO week belongs to the year of its Thursday.
        (date(2027, 1, 1), ("2027-01-01", "2026-W53", "2027-01", "all")),
        (date(2027, 1, 4), ("2027-01-04", "2027-W01", "2027-01", "all")),
        (date(2024, 12, 30), ("2024-12-30", "2025-W01", "2024-12", "all")),
    ],
)
def test_a_day_counts_on_these_boards(day, expected):
    assert keys(day) == expected


@given(dates)
def test_a_week_is_monday_to_sunday(day):
    monday = day - timedelta(days=day.weekday())

    assert {key(Period.WEEK, monday + timedelta(days=n)) for n in range(7)} == {key(Period.WEEK, day)}
    assert (
        key(Period.WEEK, monday - timedelta(days=1))
        < key(Period.WEEK, day)
        < key(Period.WEEK, monday + timedelta(days=7))
    )


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", date(2026, 11, 30)),
        ("Pacific/Kiritimati", date(2026, 12, 1)),
        ("America/Los_Angeles", date(2026, 11, 30)),
        ("Asia/Kathmandu", date(2026, 12, 1)),
    ],
)
def test_a_local_day_is_the_local_date(zone, day):
    assert local_day(datetime(2026, 11, 30, 18, 30, tzinfo=UTC), zone) == day


@pytest.mark.parametrize(
    ("period", "end"),
    [
        (Period.TODAY, datetime(2026, 11, 23, 23, tzinfo=UTC)),
        (Period.WEEK, datetime(2026, 11, 29, 23, tzinfo=UTC)),
        (Period.SEASON, datetime(2026, 11, 30, 23, tzinfo=UTC)),
        (Period.ALL_TIME, None),
    ],
)
def test_a_period_ends_at_local_midnight(period, end):
    assert ends_at(period, date(2026, 11, 23), "Europe/Berlin") == end


def test_a_season_of_december_ends_with_the_year():
    assert ends_at(Period.SEASON, date(2026, 12, 31), "UTC") == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_day_is_shorter_when_the_clocks_go_forward():
    start = ends_at(Period.TODAY, date(2027, 3, 27), "Europe/Berlin")

    assert ends_at(Period.TODAY, date(2027, 3, 28), "Europe/Berlin") - start == timedelta(hours=23)


def test_in_every_zone_each_day_ends_where_the_next_begins():
    """This also holds where clocks change at midnight, so that midnight occurs twice or not at all."""
    moment = timedelta(microseconds=1)
    for zone in zones_by_clock():
        for offset in range((LAST - FIRST).days):
            day = FIRST.date() + timedelta(days=offset)

            end = ends_at(Period.TODAY, day, zone)

            assert (local_day(end - moment, zone), local_day(end, zone)) == (day, day + timedelta(days=1)), zone


@given(dates, st.sampled_from([Period.WEEK, Period.SEASON]), st.sampled_from(all_zones()))
def test_the_key_changes_just_when_the_period_ends(day, period, zone):
    end = ends_at(period, day, zone)

    before, after = (local_day(at, zone) for at in (end - timedelta(microseconds=1), end))

    assert key(period, before) == key(period, day) != key(period, after)


def test_a_season_is_named_by_its_month():
    assert title_of_season(season_of(date(2026, 11, 23))) == "November 2026"
