"""Points in time as people write them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cogs.competitions.completions import ENDS, STARTS, moment_choices
from bot.cogs.ui.errors import sentence
from bot.study.errors import Ambiguous, BadDate, BadDays, BadMoment, BadTime, BadZone, StudyError, WrongWeekday
from bot.study.typed import example, parse_day, parse_days, parse_time, parse_zone, written
from bot.study.typed import parse_moment as parse
from bot.study.typed.words import MONTHS, WEEKDAYS
from tests.examples import examples

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""A Monday at nine o'clock in Berlin."""


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
        ("9am tomorrow", (11, 24, 8, 0)),
        ("18:00 on Friday", (11, 27, 17, 0)),
        ("Friday noon", (11, 27, 11, 0)),
        ("7:00", (11, 24, 6, 0)),  # past today
        ("1.12.", (11, 30, 23, 0)),
        ("1.12. 21:30", (12, 1, 20, 30)),
        ("1. 12. 2026 18.00", (12, 1, 17, 0)),
        ("13/12 9pm", (12, 13, 20, 0)),
        ("9.30", (11, 23, 8, 30)),
        ("Fri, 4 Dec 2026 9am", (12, 4, 8, 0)),
        ("the 1st of December at 9 o'clock", (12, 1, 8, 0)),
        ("an hour", (11, 23, 9, 0)),
        ("1 day and 12 hours", (11, 24, 20, 0)),
        ("2026-12-01T09:00Z", (12, 1, 9, 0)),
        ("2026-12-01 09:00+05:30", (12, 1, 3, 30)),
        ("<t:1796115600:F>", (12, 1, 9, 0)),
        ("next week", (11, 29, 23, 0)),
        ("end of the month", (11, 29, 23, 0)),
        ("9am EST", (11, 23, 14, 0)),
        ("tomorrow 9am ET", (11, 24, 14, 0)),
        ("9:00 PM PT", (11, 24, 5, 0)),
        ("Friday 18:00 New York", (11, 27, 23, 0)),
        ("1 Dec 09:00 Asia/Tokyo", (12, 1, 0, 0)),
        ("9am UTC+2", (11, 24, 7, 0)),
        ("07:30 utc", (11, 24, 7, 30)),  # past today
        ("9am EST tomorrow", (11, 24, 14, 0)),
        ("9:30am New York, 1 Dec", (12, 1, 14, 30)),
        ("09h30", (11, 23, 8, 30)),
        ("in 1h30", (11, 23, 9, 30)),
        ("36h30", (11, 24, 20, 30)),
        ("1h30m", (11, 23, 9, 30)),
        ("Friday 18h30", (11, 27, 17, 30)),
        ("in 1:30h", (11, 23, 9, 30)),
        ("18:30h", (11, 23, 17, 30)),
        ("09h", (11, 24, 8, 0)),
        ("at 18h", (11, 23, 17, 0)),
        ("18h tomorrow", (11, 24, 17, 0)),
        ("in 18h", (11, 24, 2, 0)),
        ("18 h from now", (11, 24, 2, 0)),
        ("18 hours", (11, 24, 2, 0)),
        ("24h", (11, 24, 8, 0)),
        ("30m", (11, 23, 8, 30)),
        ("3 min", (11, 23, 8, 3)),
        ("today midnight", (11, 23, 23, 0)),  # the other midnight of today is past
    ],
)
def test_times_are_read_on_the_server_s_clock(text, expected):
    assert parse(text, "Europe/Berlin", AT) == datetime(2026, *expected, tzinfo=UTC)


def test_a_date_alone_means_its_beginning_or_for_the_end_of_something_its_end():
    assert parse("2026-12-24", "UTC", AT) == datetime(2026, 12, 24, tzinfo=UTC)
    assert parse("2026-12-24", "UTC", AT, closing=True) == datetime(2026, 12, 25, tzinfo=UTC)
    assert parse("2026-12-24 12:00", "UTC", AT, closing=True) == datetime(2026, 12, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1/12", (date(2026, 12, 1), date(2027, 1, 12))),
        ("1.12", (date(2026, 12, 1), time(1, 12))),
    ],
)
def test_a_text_with_two_readings_is_refused_with_both(text, readings):
    with pytest.raises(Ambiguous) as refused:
        parse(text, "Europe/Berlin", AT)

    assert refused.value.readings == readings


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1h30", ["2026-11-23 10:30", "2026-11-24 01:30"]),  # a duration, or half past one
        ("1:30h", ["2026-11-23 10:30", "2026-11-24 01:30"]),
        ("0:45 h", ["2026-11-23 09:45", "2026-11-24 00:45"]),
        ("18h", ["2026-11-23 18:00", "2026-11-24 03:00"]),
        ("20 h", ["2026-11-23 20:00", "2026-11-24 05:00"]),
        ("9h", ["2026-11-23 18:00", "2026-11-24 09:00"]),
        ("3m", ["2026-11-23 09:03", "2027-02-23 09:00"]),  # minutes, or months
        ("1/12/2027 9am", ["2027-01-12 09:00", "2027-12-01 09:00"]),
        ("9am EST 1/12", ["2026-12-01 15:00", "2027-01-12 15:00"]),
        ("midnight 1/12", ["2026-12-01 00:00", "2026-12-02 00:00", "2027-01-12 00:00", "2027-01-13 00:00"]),
        (
            "9am IST",
            ["2026-11-24 04:30", "2026-11-24 08:00", "2026-11-24 09:00"],
        ),  # in India, Israel, or Ireland in summer
        (
            "1 July 2027 9am EST",
            ["2027-07-01 15:00", "2027-07-01 16:00"],
        ),  # New York's current clock time, or its winter time
    ],
)
def test_hours_and_zones_with_several_meanings_are_refused_with_each_meaning(text, readings):
    with pytest.raises(Ambiguous) as refused:
        parse(text, "Europe/Berlin", AT)

    assert sorted(written(reading, "Europe/Berlin") for reading in refused.value.readings) == sorted(readings)


@pytest.mark.parametrize("word", [*MONTHS, *WEEKDAYS, "at", "am", "pm", "noon", "h"])
def test_no_word_of_a_date_is_read_as_a_zone(word):
    for name in {word, word[:3]}:
        with suppress(WrongWeekday), pytest.raises(BadMoment):
            parse(f"1 Dec 2026 9am {name}", "Europe/Berlin", AT)


def test_midnight_of_a_day_can_be_its_beginning_or_its_end():
    with pytest.raises(Ambiguous) as refused:
        parse("friday midnight", "Europe/Berlin", AT)

    assert [written(reading, "Europe/Berlin") for reading in refused.value.readings] == [
        "2026-11-27 00:00",
        "2026-11-28 00:00",
    ]


def test_a_weekday_that_does_not_match_its_date_is_reported():
    with pytest.raises(WrongWeekday) as refused:
        parse("Thu, 4 Dec 2026", "UTC", AT)

    assert refused.value.day == date(2026, 12, 4)


def test_a_weekday_a_date_and_an_hour_count_from_where_something_begins():
    begin = datetime(2026, 12, 10, 8, 0, tzinfo=UTC)  # a Thursday

    assert parse("sunday 18:00", "UTC", AT, since=begin) == datetime(2026, 12, 13, 18, tzinfo=UTC)
    assert parse("1 Dec", "UTC", AT, since=begin) == datetime(2027, 12, 1, tzinfo=UTC)
    assert parse("18:00", "UTC", AT, since=begin) == datetime(2026, 12, 10, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("end", "moment"),
    [
        ("friday 6pm", (12, 4, 18)),
        ("Friday", (12, 5, 0)),
        ("18:00 on Friday", (12, 4, 18)),
        ("friday 6pm EST", (12, 4, 23)),
        ("friday 9am", (12, 11, 9)),  # still before the beginning
        ("next friday 6pm", (12, 11, 18)),
        ("4 Dec 6pm", (12, 4, 18)),
        ("saturday", (12, 6, 0)),
    ],
)
def test_an_event_that_begins_on_a_later_friday_ends_on_that_friday(end, moment):
    begin = parse("friday noon", "UTC", datetime(2026, 11, 30, 13, tzinfo=UTC))

    found = parse(end, "UTC", datetime(2026, 11, 30, 13, tzinfo=UTC), since=begin, closing=True)

    assert found == datetime(2026, *moment, tzinfo=UTC)


def test_today_s_weekday_means_next_week_for_an_event_that_begins_now():
    assert parse("monday 6pm", "UTC", AT, since=AT, closing=True) == datetime(2026, 11, 30, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("31 Oct 2027 02:30 CEST", (2027, 10, 31, 0, 30)),
        ("31 Oct 2027 02:30 CET", (2027, 10, 31, 1, 30)),
        ("2027-10-31 02:30+01:00", (2027, 10, 31, 1, 30)),
        ("28 Mar 2027 02:30 CEST", (2027, 3, 28, 0, 30)),  # an hour that the clocks skip
        ("28 Mar 2027 02:30 CET", (2027, 3, 28, 1, 30)),
        ("7 Nov 2027 01:30 EST", (2027, 11, 7, 6, 30)),
        ("7 Nov 2027 01:30 EDT", (2027, 11, 7, 5, 30)),
    ],
)
def test_an_exact_clock_time_is_read_exactly(text, moment):
    assert parse(text, "Europe/Berlin", AT) == datetime(*moment, tzinfo=UTC)


TIMES = ("3m", "18h", "20 h", "9h", "0h", "1h30", "9", "02:30", "1am", "midnight", "noon", "9.10")
DAYS = ("", "friday", "tomorrow", "1/12", "31.10.", "31 Oct 2027", "7/11/2027", "1 Nov 2026", "today", "3/4")
PLACES = ("", "CET", "CEST", "IST", "EST", "CST", "BST", "St. Petersburg", "Havana", "+02:00", "georgia", "norfolk")
CLOCKS = ("UTC", "Europe/Berlin", "America/New_York", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu")


@given(
    st.sampled_from(TIMES),
    st.sampled_from(DAYS),
    st.sampled_from(PLACES),
    st.booleans(),
    st.sampled_from(CLOCKS),
    st.integers(0, 2 * 365 * 24 * 3600).map(
        lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    st.booleans(),
    st.sampled_from([timedelta(), timedelta(days=3), timedelta(hours=5, seconds=7)]),
)
@settings(max_examples=examples(1000))
def test_each_offered_reading_is_read_as_itself_and_all_are_different(
    hour, day, place, turned, zone, at, closing, ahead
):
    text = " ".join(filter(None, [day, hour, place] if turned else [hour, place, day]))
    try:
        found = parse(text, zone, at, since=at + ahead, closing=closing)
    except (BadMoment, WrongWeekday):
        return
    except Ambiguous as several:
        readings = several.readings
    else:
        # Autocompletion gives times to the minute.
        assert parse(written(found, zone), zone, at) == found.replace(second=0, microsecond=0)
        return

    sentences = sentence(Ambiguous(text, readings))
    assert 2 <= len(readings) == len({*map(example, readings)}) == len(sentences.split(" or "))
    assert f"`{example(readings[0])}`" in sentences
    assert len({*sentences.split(". Write")[0].partition("` as ")[2].split(" or ")}) == len(readings)
    for reading in readings:
        if isinstance(reading, datetime):
            assert parse(example(reading), zone, at, since=at + ahead, closing=closing) == reading.astimezone(UTC)
        elif isinstance(reading, date):
            assert parse_day(example(reading), at.date()) == reading
        else:
            assert parse_time(example(reading)) == reading


def test_february_29_is_that_of_the_next_leap_year():
    assert parse("29 Feb", "UTC", AT) == datetime(2028, 2, 29, tzinfo=UTC)
    assert parse_day("29.2.", date(2096, 3, 1)) == date(2104, 2, 29)


FORMS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%d-%b-%Y",
    "%a, %d %b %Y",
    "%A %d. %B %Y",
    "%Y%m%d",
)


@given(st.dates(date(2027, 1, 1), date(2098, 12, 31)), st.sampled_from(FORMS))
def test_every_date_is_read_in_every_form(day, form):
    assert parse_day(f"{day:{form}}", AT.date()) == day


@given(st.dates(date(2026, 11, 24), date(2027, 11, 22)), st.sampled_from(["%d %b", "%b %d", "%d.%m."]))
def test_every_date_without_its_year_is_the_one_within_a_year(day, form):
    assert parse_day(f"{day:{form}}", AT.date()) == day


@given(
    st.dates(date(2026, 11, 24), date(2098, 12, 31)),
    st.times(),
    st.sampled_from(["{d} {t}", "{t} {d}", "{d}, {t}", "{d} at {t}"]),
)
def test_a_day_and_a_time_are_read_in_either_order(day, at, form):
    at = at.replace(second=0, microsecond=0)
    text = form.format(d=f"{day:%d %B %Y}", t=f"{at:%H:%M}")

    assert parse(text, "UTC", AT) == datetime.combine(day, at, UTC)
    assert parse_time(f"{at:%H:%M}") == at


@given(st.text("0123456789./-: adfhijmnotuwy", max_size=16))
def test_a_text_that_looks_like_a_date_is_read_or_refused(text):
    for read in (lambda: parse(text, "Europe/Berlin", AT), lambda: parse_day(text, AT.date())):
        with suppress(StudyError):
            read()


def test_a_date_without_a_year_is_the_next_such_date():
    assert parse("1 Feb", "UTC", AT).year == 2027


def test_a_duration_counts_from_its_start_and_days_keep_the_hour_over_clock_changes():
    begin = datetime(2026, 10, 24, 7, 0, tzinfo=UTC)  # nine o'clock in Berlin, on the day before winter time

    assert parse("1 week", "Europe/Berlin", AT, since=begin) == datetime(2026, 10, 31, 8, 0, tzinfo=UTC)
    assert parse("24 hours", "Europe/Berlin", AT, since=begin) == begin + timedelta(hours=24)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31 Feb",
        "9am Floridaville",
        "9am EST Friday nine",
        "2026-13-01",
        "Friday nine",
        "25:00",
        "5 10 dec",
        "@everyone",
        "0x10",
        "9999-12-31",
    ],
)
def test_a_text_without_a_time_is_refused(text):
    with pytest.raises(BadMoment):
        parse(text, "UTC", AT)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    with suppress(Ambiguous, BadMoment, WrongWeekday):
        assert parse(text, "America/New_York", AT).tzinfo is UTC


@given(st.integers(0, 2 * 366 * 24 * 60), st.sampled_from(["UTC", "Asia/Kathmandu"]))
def test_a_written_time_is_read_back_to_the_minute(minutes, zone):
    moment = AT + timedelta(minutes=minutes)

    assert parse(written(moment, zone), zone, AT) == moment


@pytest.mark.parametrize("typed", ["29 Feb 2027", "9am 29 Feb 2027", "1 Dec 2026 EST", "31 Nov 2026"])
def test_the_year_of_a_date_is_never_taken_for_a_time_of_day(typed):
    with pytest.raises(BadMoment):
        parse(typed, "Europe/Berlin", AT)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("noon GMT", datetime(2026, 12, 1, 12, tzinfo=UTC)),
        ("Friday noon UTC", datetime(2026, 12, 4, 12, tzinfo=UTC)),
        ("2026-12-05T09:00:00Z", datetime(2026, 12, 5, 9, tzinfo=UTC)),
        ("2026-12-05 09:00:30", datetime(2026, 12, 5, 8, tzinfo=UTC)),
        ("2026-12-05T09:00:30.125+02:00", datetime(2026, 12, 5, 7, tzinfo=UTC)),
    ],
)
def test_noon_with_a_zone_and_what_programs_copy_is_read(typed, read):
    assert parse(typed, "Europe/Berlin", datetime(2026, 11, 30, 13, tzinfo=UTC)) == read


def test_of_two_readings_of_a_date_the_past_one_does_not_count():
    assert parse_day("01-12-2026", date(2026, 11, 23)) == date(2026, 12, 1)
    with pytest.raises(Ambiguous):
        parse_day("11/12/2026", date(2026, 11, 1))


@pytest.mark.parametrize(
    ("refusal", "read"),
    [
        (BadMoment, lambda text: parse(text, "Europe/Berlin", AT)),
        (BadDate, lambda text: parse_day(text, AT.date())),
        (BadTime, parse_time),
        (BadDays, parse_days),
        (BadZone, lambda text: parse_zone(text, AT)),
    ],
)
def test_every_example_in_a_refusal_can_be_typed(refusal, read):
    typed, *examples = re.findall("`([^`]+)`", sentence(refusal("typed")))

    assert typed == "typed"
    assert examples
    for text in examples:
        read(text)


def test_every_time_that_completes_an_empty_option_is_read_as_itself():
    offered = [choice.value for choice in moment_choices((*STARTS, *ENDS), "Europe/Berlin", AT, since=AT)]

    assert len(offered) == len(STARTS) + len(ENDS)
    for text in offered:
        assert text == "now" or written(parse(text, "Europe/Berlin", AT), "Europe/Berlin") == text


@pytest.mark.parametrize(("zone", "day"), [("UTC", date(2027, 1, 19)), ("Asia/Tokyo", date(2027, 1, 20))])
def test_a_time_from_discord_s_picker_is_a_date_on_the_clock_of_its_zone(zone, day):
    midnight_in_tokyo = datetime(2027, 1, 19, 15, tzinfo=UTC)
    text = f"<t:{midnight_in_tokyo.timestamp():.0f}:D>"

    assert parse_day(text, AT.date(), zone=zone) == day
    assert parse(text, zone, AT) == midnight_in_tokyo


@pytest.mark.parametrize("text", ["<t:99999999999:f>", "<t:-1:f>", "<t:12>x", "<t:>"])
def test_a_text_that_no_picker_writes_is_refused(text):
    with pytest.raises(BadDate):
        parse_day(text, AT.date())
    with pytest.raises(BadMoment):
        parse(text, "UTC", AT)
