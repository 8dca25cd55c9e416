"""Times of day, and days of the week, as people type them."""

from __future__ import annotations

from contextlib import suppress
from datetime import time
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.errors import BadDays, BadTime
from bot.study.schedules import EVERY_DAY
from bot.study.typed import format_days, parse_days, parse_time

times = st.times().map(lambda at: at.replace(second=0, microsecond=0))


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
        ("noon", time(12)),
        ("midnight", time()),
        ("at 9 o'clock", time(9)),
        ("2130", time(21, 30)),
        ("0900", time(9)),
        ("21h", time(21)),
        ("\u200e09:00\u200b", time(9)),  # as copied from a page
        ("\uff19\uff1a\uff10\uff10", time(9)),  # as a Japanese keyboard writes it
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
        "-9",
        "9:00:00",
        "\u0669:\u0660\u0660",
    ],
)
def test_an_invalid_time_is_refused(typed):
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
        ("mondays", {0}),
        ("every weekday", {0, 1, 2, 3, 4}),
        ("mon to fri", {0, 1, 2, 3, 4}),
        ("mon/wed/fri", {0, 2, 4}),
        ("Mon, Wed and Fri", {0, 2, 4}),
        ("weekends & fri", {4, 5, 6}),
        ("tues thurs weds", {1, 2, 3}),
    ],
)
def test_days_are_read_as_people_write_them(typed, days):
    assert parse_days(typed) == days


@pytest.mark.parametrize("typed", ["", " ", ",", "t", "mon--fri", "-fri", "holidays", "1-5", "mon;tue"])
def test_an_invalid_day_is_refused(typed):
    with pytest.raises(BadDays) as refused:
        parse_days(typed)

    assert refused.value.text == typed


def test_every_choice_of_days_is_read_back_as_it_is_shown():
    for days in chain.from_iterable(combinations(range(7), size) for size in range(1, 8)):
        assert parse_days(format_days(frozenset(days))) == set(days)


@pytest.mark.parametrize(("read", "refusal"), [(parse_time, BadTime), (parse_days, BadDays)])
@given(text=st.text())
def test_any_text_is_read_or_refused(read, refusal, text):
    with suppress(refusal):
        read(text)
