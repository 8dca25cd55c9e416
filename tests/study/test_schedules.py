"""Schedules: one slot for each chosen local date in every zone of the world."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.schedules import (
    Schedule,
    Slot,
    closes_at,
    day_ended,
    due_on,
    next_slot,
    slots,
    spread,
)
from bot.study.typed import all_zones
from tests.zones import FIRST, LAST, zones_by_clock

DAYS = (LAST - FIRST).days
zones = st.sampled_from(all_zones())
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
weekdays = st.sets(st.integers(0, 6), min_size=1).map(frozenset)
instants = st.datetimes(datetime(2026, 11, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def instants_that_show(zone: ZoneInfo, day: date, at: time) -> list[datetime]:
    """Return the instants, in UTC, at which the zone's clocks show this date and time: none, one, or two."""
    wall = datetime.combine(day, at)
    folds = {wall.replace(fold=fold, tzinfo=zone).astimezone(UTC) for fold in (0, 1)}
    return sorted(due for due in folds if due.astimezone(zone).replace(tzinfo=None) == wall)


@pytest.mark.parametrize("at", [time(2, 30), time(9)])
def test_in_every_zone_each_local_date_of_two_years_has_one_slot(at):
    for name, same in zones_by_clock().items():
        schedule, zone = Schedule(at, name), ZoneInfo(name)
        told = f"{name} and {len(same) - 1} others"

        found = list(islice(slots(schedule, FIRST.date()), DAYS))

        assert [slot.day for slot in found] == [FIRST.date() + timedelta(days=n) for n in range(DAYS)], told
        for before, after in pairwise(found):
            assert before.due < after.due, told
        for slot in found:
            assert slot.due.astimezone(zone).date() == slot.day, told
            showing = instants_that_show(zone, slot.day, at)
            assert not showing or slot.due == showing[0], f"{told}: not the first {at} of {slot.day}"


WINDOW = timedelta(minutes=20)


@given(times, zones, weekdays, instants, st.integers(0, 2**63 - 1))
def test_in_a_window_each_date_keeps_its_one_slot_a_little_later(at, zone, days, after, guild_id):
    plain = Schedule(at, zone, days)
    later = spread(plain, guild_id, WINDOW)

    first = next_slot(plain, after).day
    for before, slot in islice(zip(slots(plain, first), slots(later, first), strict=False), 10):
        assert slot.day == before.day == slot.due.astimezone(ZoneInfo(zone)).date()
        assert timedelta(0) <= slot.due - before.due < WINDOW
    assert closes_at(later, first) == closes_at(plain, first), "the close stays at the hour"


def test_a_window_is_filled_evenly_and_each_server_keeps_its_minute():
    plain = Schedule(time(9), "UTC")
    later = [spread(plain, guild_id << 22, WINDOW).later for guild_id in range(20_000)]

    minutes = Counter(int(each.total_seconds()) // 60 for each in later)
    assert set(minutes) == set(range(20))
    assert max(minutes.values()) < 1.2 * min(minutes.values())
    assert later == [spread(plain, guild_id << 22, WINDOW).later for guild_id in range(20_000)]
    assert spread(plain, 7, timedelta(0)) == plain


@pytest.mark.parametrize("at", [time(2, 30), time(9)])
def test_in_every_zone_a_bot_that_goes_from_slot_to_slot_skips_none(at):
    for name in zones_by_clock():
        schedule = Schedule(at, name)
        expected = list(islice(slots(schedule, FIRST.date()), DAYS))

        walked = [expected[0]]
        while len(walked) < DAYS:
            walked.append(next_slot(schedule, walked[-1].due, later_than=walked[-1].day))

        assert walked == expected, name


def test_every_zone_of_the_database_takes_part():
    assert set(chain.from_iterable(zones_by_clock().values())) == available_timezones() - {"Factory", "localtime"}


@pytest.mark.parametrize(
    ("zone", "day", "at", "local"),
    [
        # Clocks go from 02:00 to 03:00, so the slot is later by the same hour.
        ("America/New_York", date(2027, 3, 14), time(2, 30), "03:30"),
        ("Europe/Berlin", date(2027, 3, 28), time(2, 30), "03:30"),
        # Clocks go from 02:00 to 02:30.
        ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 15), "02:45"),
        # Clocks go from 00:00 to 01:00, so the date stays the same.
        ("Asia/Beirut", date(2027, 3, 28), time(0, 30), "01:30"),
        # Clocks go from 23:00 to 00:00 of the next date, so the slot is an hour earlier.
        ("America/Nuuk", date(2027, 3, 27), time(23, 30), "22:30"),
    ],
)
def test_a_time_in_the_skipped_hour_is_still_due_on_its_date(zone, day, at, local):
    due = due_on(Schedule(at, zone), day)

    assert f"{due.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" == f"{day} {local}"


def test_a_time_in_the_repeated_hour_is_due_the_first_time():
    due = due_on(Schedule(time(1, 30), "America/New_York"), date(2026, 11, 1))

    assert due == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_date_that_a_zone_leaves_out_has_no_slot():
    """Samoa moved across the date line, from 29 directly to 31 December 2011."""
    schedule = Schedule(time(9), "Pacific/Apia")

    assert due_on(schedule, date(2011, 12, 30)) is None
    assert [slot.day.day for slot in islice(slots(schedule, date(2011, 12, 29)), 2)] == [29, 31]
    assert closes_at(schedule, date(2011, 12, 29)) == due_on(schedule, date(2011, 12, 31))


@given(times, zones, weekdays, instants)
def test_the_next_slot_is_the_first_chosen_one_in_the_future(at, zone, days, after):
    schedule = Schedule(at, zone, days)

    found = next_slot(schedule, after)

    assert found.due > after
    assert found.day.weekday() in days
    assert found.due == due_on(schedule, found.day)
    between = slots(schedule, after.astimezone(ZoneInfo(zone)).date() - timedelta(days=1))
    assert next(slot for slot in between if slot.due > after) == found


@given(times, zones, instants, st.integers(0, 3))
def test_a_date_that_had_its_daily_has_no_second_one(at, zone, after, days):
    had = after.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)

    assert next_slot(Schedule(at, zone), after, later_than=had).day > had


@given(times, zones, instants)
def test_a_daily_closes_when_the_next_date_reaches_its_hour(at, zone, after):
    schedule = Schedule(at, zone, frozenset({after.weekday()}))
    slot = next_slot(schedule, after)

    closes = closes_at(schedule, slot.day)

    assert closes == due_on(Schedule(at, zone), slot.day + timedelta(days=1))
    assert timedelta(hours=22) <= closes - slot.due <= timedelta(hours=26)


def test_a_schedule_without_days_is_refused():
    with pytest.raises(ValueError, match="a day"):
        Schedule(time(9), "UTC", frozenset())


def test_a_day_ends_at_midnight_of_its_own_zone():
    day = date(2026, 11, 23)

    assert not day_ended("Pacific/Auckland", day, datetime(2026, 11, 23, 10, 59, tzinfo=UTC))
    assert day_ended("Pacific/Auckland", day, datetime(2026, 11, 23, 11, 0, tzinfo=UTC))


def test_a_slot_says_its_local_date_and_its_instant():
    schedule = Schedule(time(9), "Europe/Berlin", frozenset({0}))

    assert next_slot(schedule, datetime(2026, 11, 24, tzinfo=UTC)) == Slot(
        date(2026, 11, 30), datetime(2026, 11, 30, 8, tzinfo=UTC)
    )
