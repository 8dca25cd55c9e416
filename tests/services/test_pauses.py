"""Planned pauses in a server."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.study.errors import BadDate, PauseBackwards, PauseNotAhead, PauseOverlaps, PauseTooLong, Refusal
from bot.study.members import ALONE
from bot.study.pauses import Pause
from bot.study.streaks import DayMark, Streak
from tests.conftest import MONDAY
from tests.refusals import refuses
from tests.services.conftest import NINE

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


async def answer_day(school, number, user_id=7):
    post = await school.post(NINE + number * DAY)
    await school.answer(post, user_id, at=NINE + number * DAY + MINUTE)


async def streak(school, at, user_id=7):
    return (await school.services.pauses.look(school.member(user_id), at=at)).streak


async def test_days_missed_in_a_pause_do_not_break_the_streak_and_cost_no_freeze(school):
    await school.schedule()
    await answer_day(school, 0)
    await school.services.pauses.plan(school.member(), "Wednesday", "Friday", at=NINE + MINUTE)
    await answer_day(school, 1)
    for number in (2, 3, 4):
        await school.post(NINE + number * DAY)
    await answer_day(school, 5)

    found = await streak(school, NINE + 5 * DAY + 2 * MINUTE)
    report = await school.services.progress.own(school.member(), at=NINE + 5 * DAY + 2 * MINUTE)

    assert found == Streak(days=3, best=3, last_day=date(2026, 11, 28))
    assert report.streaks.paused == 3
    assert report.streaks.marks[date(2026, 11, 26)] is DayMark.PAUSED


async def test_a_pause_of_another_member_or_server_has_no_effect(school, other_school):
    await school.schedule()
    await other_school.schedule()
    await answer_day(school, 0)
    await school.services.pauses.plan(school.member(8), "tomorrow", None, at=NINE + MINUTE)
    await other_school.services.pauses.plan(other_school.member(), "tomorrow", None, at=NINE + MINUTE)
    await school.post(NINE + DAY)
    await answer_day(school, 2)

    assert (await streak(school, NINE + 2 * DAY + 2 * MINUTE)).days == 1


async def test_a_paused_day_that_is_answered_counts(school):
    await school.schedule()
    await answer_day(school, 0)
    await school.services.pauses.plan(school.member(), "tomorrow", None, at=NINE + MINUTE)
    await answer_day(school, 1)

    assert (await streak(school, NINE + DAY + 2 * MINUTE)).days == 2


async def test_a_pause_ended_early_leaves_the_days_after_it(school):
    await school.schedule()
    await answer_day(school, 0)
    pauses = school.services.pauses
    await pauses.plan(school.member(), "tomorrow", "in 5 days", at=NINE + MINUTE)
    for number in (1, 2):
        await school.post(NINE + number * DAY)

    plan = await pauses.end(school.member(), date(2026, 11, 24), at=NINE + DAY + MINUTE)
    assert plan.pauses == [Pause(date(2026, 11, 24), date(2026, 11, 24))]
    await school.post(NINE + 3 * DAY)
    await answer_day(school, 4)

    assert (await streak(school, NINE + 4 * DAY + 2 * MINUTE)).days == 1
    with refuses(Refusal.NO_PAUSE):
        await pauses.end(school.member(), date(2026, 11, 24), at=NINE + 4 * DAY)


async def test_a_pause_that_has_not_begun_is_cancelled_completely(school):
    pauses = school.services.pauses
    made = await pauses.plan(school.member(), "1 Dec", "14 Dec", at=MONDAY)
    assert made.left["2026-12"] == 0

    plan = await pauses.end(school.member(), date(2026, 12, 1), at=MONDAY)

    assert plan.pauses == []
    assert plan.left["2026-12"] == 14


async def test_a_last_day_before_the_first_is_not_read_as_one_of_next_year(school):
    with pytest.raises(PauseBackwards) as refused:
        await school.services.pauses.plan(school.member(), "26 Nov", "25 Nov", at=MONDAY)
    over_new_year = await school.services.pauses.plan(school.member(), "28 Dec", "3 Jan", at=MONDAY)

    assert (refused.value.first, refused.value.last) == (date(2026, 11, 26), date(2026, 11, 25))
    assert over_new_year.made == Pause(date(2026, 12, 28), date(2027, 1, 3))


async def test_words_are_read_in_the_member_s_zone_and_days_are_those_of_the_server_s_zone(school):
    """In a zone where it is already Tuesday, tomorrow is Wednesday, even if it is still Monday in the server's zone."""
    await school.schedule(zone="Pacific/Pago_Pago")
    alone = replace(school.member(), guild_id=ALONE)
    await school.services.reminders.switch_on(alone, time(8), "Pacific/Kiritimati", at=MONDAY)
    at = MONDAY + timedelta(hours=6)  # Monday 03:00 in Pago Pago, Tuesday 04:00 in Kiritimati

    plan = await school.services.pauses.plan(school.member(), "tomorrow", None, at=at)

    assert plan.today == date(2026, 11, 23)
    assert plan.pauses == [Pause(date(2026, 11, 25), date(2026, 11, 25))]
    with pytest.raises(PauseNotAhead):
        await school.services.pauses.plan(school.member(), "2026-11-23", None, at=at)
    # The server's date decides which days have begun: Tuesday has begun for the member, but not for the streak.
    await school.services.pauses.plan(school.member(), "2026-11-24", None, at=at)


@pytest.mark.parametrize(
    ("first", "last", "error"),
    [
        ("soon", None, BadDate),
        ("2026-12-04", "2026-12-20", PauseTooLong),
        ("1 Dec", "2 Dec", PauseOverlaps),
        ("today", None, PauseNotAhead),
    ],
)
async def test_a_pause_that_is_not_possible_changes_nothing(school, first, last, error):
    pauses = school.services.pauses
    await pauses.plan(school.member(), "2 Dec", "3 Dec", at=MONDAY)

    with pytest.raises(error):
        await pauses.plan(school.member(), first, last, at=MONDAY)

    assert len((await pauses.look(school.member(), at=MONDAY)).pauses) == 1


async def test_in_direct_messages_there_is_no_streak_to_pause(school):
    alone = replace(school.member(), guild_id=ALONE)

    with refuses(Refusal.NEEDS_SERVER):
        await school.services.pauses.look(alone, at=MONDAY)
    with refuses(Refusal.NEEDS_SERVER):
        await school.services.pauses.plan(alone, "tomorrow", None, at=MONDAY)
    with refuses(Refusal.NEEDS_SERVER):
        await school.services.pauses.end(alone, TODAY, at=MONDAY)


TODAY = MONDAY.date()


async def test_pauses_are_exported_and_erased(school):
    await school.services.pauses.plan(school.member(), "tomorrow", None, at=MONDAY)

    export = await school.services.privacy.export(7, at=MONDAY)
    await school.services.privacy.erase(7, at=MONDAY)

    assert export.tables["pauses"][0]["first_day"] == "2026-11-24"
    assert (await school.services.pauses.look(school.member(), at=MONDAY)).pauses == []
