"""Points in time as people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.errors import BadMoment
from bot.study.moments import parse, written

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""A Monday, nine o'clock in Berlin."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", (11, 23, 8, 0)),
        ("tomorrow", (11, 23, 23, 0)),
        ("Tomorrow at 9:30", (11, 24, 8, 30)),
        ("tomorrow 9am", (11, 24, 8, 0)),
        ("18:00", (11, 23, 17, 0)),
        ("today 18:00", (11, 23, 17, 0)),
        ("fri 18:00", (11, 27, 17, 0)),
        ("next Friday", (11, 26, 23, 0)),
        ("Monday", (11, 29, 23, 0)),
        ("2026-12-01", (11, 30, 23, 0)),
        ("2026-12-01T09:00", (12, 1, 8, 0)),
        ("1 Dec 09:00", (12, 1, 8, 0)),
        ("Dec 1, 2026 7pm", (12, 1, 18, 0)),
        ("in 3 days", (11, 26, 8, 0)),
        ("2 weeks", (12, 7, 8, 0)),
        ("90 minutes", (11, 23, 9, 30)),
    ],
)
def test_what_people_write_is_read_on_the_servers_clock(text, expected):
    assert parse(text, "Europe/Berlin", AT) == datetime(2026, *expected, tzinfo=UTC)


def test_a_date_alone_is_its_beginning_or_where_something_ends_its_end():
    assert parse("2026-12-24", "UTC", AT) == datetime(2026, 12, 24, tzinfo=UTC)
    assert parse("2026-12-24", "UTC", AT, closing=True) == datetime(2026, 12, 25, tzinfo=UTC)
    assert parse("2026-12-24 12:00", "UTC", AT, closing=True) == datetime(2026, 12, 24, 12, tzinfo=UTC)


def test_a_date_without_a_year_is_the_next_such_date():
    assert parse("1 Feb", "UTC", AT).year == 2027


def test_a_span_counts_from_where_it_begins_and_days_keep_the_hour_over_a_change_of_the_clocks():
    begin = datetime(2026, 10, 24, 7, 0, tzinfo=UTC)  # nine o'clock in Berlin, on the day before winter time

    assert parse("1 week", "Europe/Berlin", AT, since=begin) == datetime(2026, 10, 31, 8, 0, tzinfo=UTC)
    assert parse("24 hours", "Europe/Berlin", AT, since=begin) == begin + timedelta(hours=24)


@pytest.mark.parametrize(
    "text", ["", "soon", "31 Feb", "2026-13-01", "Friday noon", "25:00", "@everyone", "0x10", "9999-12-31"]
)
def test_what_means_no_time_is_refused(text):
    with pytest.raises(BadMoment):
        parse(text, "UTC", AT)


@given(st.text(max_size=40))
def test_no_text_does_more_than_be_read_or_refused(text):
    with suppress(BadMoment):
        assert parse(text, "America/New_York", AT).tzinfo is UTC


@given(st.integers(0, 2 * 366 * 24 * 60), st.sampled_from(["UTC", "Asia/Kathmandu"]))
def test_what_is_written_is_read_back_to_the_minute(minutes, zone):
    moment = AT + timedelta(minutes=minutes)

    assert parse(written(moment, zone), zone, AT) == moment
