"""Schedules: one slot for each chosen local date in every zone of the world, and what managers may type."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, combinations, islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.study.errors import BadDays, BadTime, BadZone
from bot.study.schedules import (
    EVERY_DAY,
    Schedule,
    Slot,
    all_zones,
    closes_at,
    day_ended,
    due_on,
    format_days,
    next_slot,
    parse_days,
    parse_time,
    parse_zone,
    search_zones,
    slots,
)
from tests.zones import FIRST, LAST, zones_by_clock

DAYS = (LAST - FIRST).days
zones = st.sampled_from(all_zones())
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
weekdays = st.sets(st.integers(0, 6), min_size=1).map(frozenset)
instants = st.datetimes(datetime(2026, 11, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def instants_that_show(zone: ZoneInfo, day: date, at: time) -> list[datetime]:
    """The instants, in UTC, at which the zone's clocks show this date and time: none, one, or two."""
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


@pytest.mark.parametrize("at", [time(2, 30), time(9)])
def test_in_every_zone_a_bot_that_goes_from_slot_to_slot_leaves_none_out(at):
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
        # Clocks go from 02:00 to 03:00: as much later as the clocks jump.
        ("America/New_York", date(2027, 3, 14), time(2, 30), "03:30"),
        ("Europe/Berlin", date(2027, 3, 28), time(2, 30), "03:30"),
        # By half an hour, from 02:00 to 02:30.
        ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 15), "02:45"),
        # At midnight, from 00:00 to 01:00: still the same date.
        ("Asia/Beirut", date(2027, 3, 28), time(0, 30), "01:30"),
        # Just before midnight, from 23:00 to 00:00 of the next date: as much earlier.
        ("America/Nuuk", date(2027, 3, 27), time(23, 30), "22:30"),
    ],
)
def test_a_time_in_the_skipped_hour_is_due_on_its_date_all_the_same(zone, day, at, local):
    due = due_on(Schedule(at, zone), day)

    assert f"{due.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" == f"{day} {local}"


def test_a_time_in_the_repeated_hour_is_due_the_first_time():
    due = due_on(Schedule(time(1, 30), "America/New_York"), date(2026, 11, 1))

    assert due == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_date_that_a_zone_leaves_out_has_no_slot():
    """Samoa went from 29 to 31 December 2011, over the date line."""
    schedule = Schedule(time(9), "Pacific/Apia")

    assert due_on(schedule, date(2011, 12, 30)) is None
    assert [slot.day.day for slot in islice(slots(schedule, date(2011, 12, 29)), 2)] == [29, 31]
    assert closes_at(schedule, date(2011, 12, 29)) == due_on(schedule, date(2011, 12, 31))


@given(times, zones, weekdays, instants)
def test_the_next_slot_is_the_first_chosen_one_that_is_still_to_come(at, zone, days, after):
    schedule = Schedule(at, zone, days)

    found = next_slot(schedule, after)

    assert found.due > after
    assert found.day.weekday() in days
    assert found.due == due_on(schedule, found.day)
    between = slots(schedule, after.astimezone(ZoneInfo(zone)).date() - timedelta(days=1))
    assert next(slot for slot in between if slot.due > after) == found


@given(times, zones, instants, st.integers(0, 3))
def test_a_date_that_had_its_daily_gets_no_second(at, zone, after, days):
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


# -- what managers type


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("9", time(9)),
        ("09:00", time(9)),
        (" 9:05 ", time(9, 5)),
        ("9.30", time(9, 30)),
        ("21h15", time(21, 15)),
        ("7pm", time(19)),
        ("7 PM", time(19)),
        ("7:15 a.m.", time(7, 15)),
        ("7p", time(19)),
        ("12am", time(0)),
        ("12:30 pm", time(12, 30)),
        ("0:00", time(0)),
        ("23:59", time(23, 59)),
    ],
)
def test_a_time_is_read_as_people_write_it(typed, at):
    assert parse_time(typed) == at


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "24:00",
        "9:60",
        "9:5",
        "13pm",
        "0am",
        "9m",
        "9.",
        "noon",
        "-9",
        "9:00:00",
        "9 o'clock",
        "\u0669:\u0660\u0660",
    ],
)
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(BadTime) as refused:
        parse_time(typed)

    assert refused.value.text == typed


@given(times)
def test_every_time_can_be_typed_on_both_clocks(at):
    assert parse_time(f"{at:%H:%M}") == at
    assert parse_time(f"{at.hour % 12 or 12}:{at:%M} {'pm' if at.hour >= 12 else 'am'}") == at


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("every day", EVERY_DAY),
        (" Daily ", EVERY_DAY),
        ("weekdays", {0, 1, 2, 3, 4}),
        ("Weekends", {5, 6}),
        ("Mon-Fri", {0, 1, 2, 3, 4}),
        ("mon - wed", {0, 1, 2}),
        ("Mon\u2013Wed", {0, 1, 2}),  # an en dash, as phones write it
        ("fri-mon", {4, 5, 6, 0}),
        ("mon, wed, fri", {0, 2, 4}),
        ("tuesday thursday", {1, 3}),
        ("tu,th", {1, 3}),
        ("Mon-Wed, Sat", {0, 1, 2, 5}),
        ("sun", {6}),
    ],
)
def test_days_are_read_as_people_write_them(typed, days):
    assert parse_days(typed) == days


@pytest.mark.parametrize("typed", ["", " ", ",", "t", "mondays", "mon--fri", "-fri", "holidays", "1-5", "mon;tue"])
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(BadDays) as refused:
        parse_days(typed)

    assert refused.value.text == typed


def test_every_choice_of_days_is_read_back_as_it_is_shown():
    for days in chain.from_iterable(combinations(range(7), size) for size in range(1, 8)):
        assert parse_days(format_days(frozenset(days))) == set(days)


@given(zones)
@example("America/Argentina/ComodRivadavia")
def test_every_zone_can_be_typed_in_any_case_and_with_spaces(zone):
    assert parse_zone(zone) == zone
    assert parse_zone(f" {zone.replace('_', ' ').swapcase()} ") == zone


@pytest.mark.parametrize("typed", ["", "Berlin", "Europe/Atlantis", "localtime", "../../etc/passwd", "UTC+2"])
def test_what_is_no_zone_is_refused(typed):
    with pytest.raises(BadZone) as refused:
        parse_zone(typed)

    assert refused.value.text == typed


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("kolk", "Asia/Kolkata"),
        ("new york", "America/New_York"),
        ("america new", "America/New_York"),
        ("utc", "UTC"),
        ("japan", "Japan"),
        ("Buenos", "America/Argentina/Buenos_Aires"),
    ],
)
def test_a_zone_is_found_by_what_one_types_of_it(typed, first):
    assert search_zones(typed, 25)[0] == first


def test_a_search_offers_no_more_than_was_asked_for_and_nothing_for_nonsense():
    assert len(search_zones("", 25)) == 25
    assert search_zones("nowhere at all", 25) == []


@given(zones)
def test_every_zone_is_offered_to_whoever_types_its_name(zone):
    assert search_zones(zone, 25)[0] == zone


@pytest.mark.parametrize(("read", "refusal"), [(parse_time, BadTime), (parse_days, BadDays), (parse_zone, BadZone)])
@given(text=st.text())
def test_any_text_is_read_or_refused(read, refusal, text):
    with suppress(refusal):
        read(text)


@given(st.text())
def test_any_text_can_be_searched_for(text):
    assert len(search_zones(text, 25)) <= 25
