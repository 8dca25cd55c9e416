"""Streaks as the bot stores them: through clock changes, changes of the server's zone, pauses and outages."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.services.dailies import DailyPost
from bot.study.streaks import DayMark
from tests.conftest import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANA = 7


async def live(school, start, end, *, answers=lambda day: True):
    """Run the ticks of a period, with a member who answers each daily as soon as it is up; return the local dates that
    had a daily."""
    days, at = [], start
    while at < end:
        await school.close(at)
        for outcome in await school.claim(at):
            if isinstance(outcome, DailyPost):
                await school.note(outcome, at)
                days.append(outcome.daily.day)
                if answers(outcome.daily.day):
                    await school.answer(outcome, ANA, at=at)
        due = (await school.services.schedules.status(school.id)).schedule.next_post_at
        at = max(due, at + HOUR) if due else at + DAY  # the schedule is paused
    return days


async def streak(school, at):
    report = await school.services.progress.own(school.member(ANA), at=at)
    return report.streaks


def around(day, zone, days=4):
    """Return instants some days before and after a local date, in UTC."""
    midnight = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    return midnight - days * DAY, midnight + days * DAY


@pytest.mark.sqlite  # on both databases in test_streaks.py
@pytest.mark.parametrize("when", [time(2, 30), time(9)])
@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", date(2027, 3, 28)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("America/New_York", date(2027, 3, 14)),
        ("America/New_York", date(2026, 11, 1)),
        ("Australia/Lord_Howe", date(2027, 4, 4)),
        ("Africa/Cairo", date(2027, 4, 30)),
    ],
)
async def test_a_change_of_the_clocks_neither_breaks_nor_doubles_a_day(school, zone, change, when):
    start, end = around(change, zone)
    await school.schedule(at=start - HOUR, time=when, zone=zone)

    days = await live(school, start, end)

    found = (await streak(school, end)).streak
    assert days == sorted(set(days))
    assert change in days
    assert (found.days, found.best) == (len(days), len(days))
    assert len(days) >= 7


@pytest.mark.sqlite  # on both databases in test_streaks.py
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Asia/Tokyo", "America/Los_Angeles"),
        ("America/Los_Angeles", "Asia/Tokyo"),
        ("Pacific/Kiritimati", "Pacific/Pago_Pago"),
        ("Pacific/Pago_Pago", "Pacific/Kiritimati"),
        ("UTC", "Europe/Berlin"),
    ],
)
async def test_a_change_of_the_server_s_zone_breaks_no_streak_if_each_daily_is_answered(school, old, new):
    await school.schedule(at=MONDAY, zone=old)
    before = await live(school, MONDAY, MONDAY + 3 * DAY)
    await school.schedule(at=MONDAY + 3 * DAY, zone=new)

    after = await live(school, MONDAY + 3 * DAY, MONDAY + 7 * DAY)

    found = (await streak(school, MONDAY + 7 * DAY)).streak
    assert not set(before) & set(after)
    assert found.days == len(before) + len(after)
    assert found.broken_on is None


async def test_streaks_wait_during_a_pause_of_any_length(school):
    await school.schedule(at=MONDAY)
    await live(school, MONDAY, MONDAY + 2 * DAY)
    await school.services.schedules.pause(school.id, at=MONDAY + 2 * DAY)
    await live(school, MONDAY + 2 * DAY, MONDAY + 12 * DAY)
    paused = await streak(school, MONDAY + 12 * DAY)
    await school.services.schedules.resume(school.id, at=MONDAY + 12 * DAY)

    await live(school, MONDAY + 12 * DAY, MONDAY + 14 * DAY)

    resumed = await streak(school, MONDAY + 14 * DAY)
    assert (paused.streak.days, resumed.streak.days) == (2, 4)
    assert resumed.forgiven == []


async def test_an_outage_breaks_no_streak_and_costs_no_freeze(school):
    await school.schedule(at=MONDAY)
    await live(school, MONDAY, MONDAY + 7 * DAY)
    before = (await streak(school, MONDAY + 7 * DAY)).streak

    await live(school, MONDAY + 12 * DAY, MONDAY + 14 * DAY)

    after = (await streak(school, MONDAY + 14 * DAY)).streak
    assert (before.days, before.freezes) == (7, 1)
    assert (after.days, after.freezes) == (9, 1)


async def test_days_off_and_skipped_days_do_not_count(school):
    await school.schedule(at=MONDAY, days=frozenset({0, 2, 4}))
    days = await live(school, MONDAY, MONDAY + 9 * DAY)
    await school.services.schedules.skip(school.id, at=MONDAY + 9 * DAY)

    days += await live(school, MONDAY + 9 * DAY, MONDAY + 14 * DAY)

    assert len(days) == 5
    assert (await streak(school, MONDAY + 14 * DAY)).streak.days == 5


async def test_a_missed_day_is_forgiven_by_a_freeze_and_shown_as_forgiven(school):
    missed = date(2026, 12, 1)
    await school.schedule(at=MONDAY)

    await live(school, MONDAY, MONDAY + 10 * DAY, answers=lambda day: day != missed)

    found = await streak(school, MONDAY + 10 * DAY)
    assert (found.streak.days, found.streak.freezes) == (9, 0)
    assert found.since == date(2026, 11, 23)
    assert found.forgiven == [missed]
    assert found.marks[missed] is DayMark.FORGIVEN


async def test_a_missed_day_without_a_freeze_breaks_it_once_it_has_closed(school):
    await school.schedule(at=MONDAY)
    await live(school, MONDAY, MONDAY + 3 * DAY, answers=lambda day: day != date(2026, 11, 25))

    open_ = (await streak(school, MONDAY + 3 * DAY)).streak
    await live(school, MONDAY + 3 * DAY, MONDAY + 3 * DAY + 2 * HOUR, answers=lambda day: False)
    closed = await streak(school, MONDAY + 3 * DAY + 2 * HOUR)

    assert (open_.days, open_.broken_on) == (2, None)
    assert (closed.streak.days, closed.streak.broken_on) == (0, date(2026, 11, 25))
    assert closed.marks == {
        date(2026, 11, 23): DayMark.ANSWERED,
        date(2026, 11, 24): DayMark.ANSWERED,
        date(2026, 11, 25): DayMark.MISSED,
    }


async def test_held_answers_also_keep_the_streak(school):
    await school.hold_back()
    await school.schedule(at=MONDAY)

    await live(school, MONDAY, MONDAY + 5 * DAY)

    assert (await streak(school, MONDAY + 5 * DAY)).streak.days == 4
    await school.close(MONDAY + 5 * DAY + 2 * HOUR)
    assert (await streak(school, MONDAY + 5 * DAY + 2 * HOUR)).streak.days == 5
