"""Streaks in a server: through clock changes, changes of its zone, outages, and answers held until the close."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.cogs.ui.questions import standing
from bot.storage import dailies, members
from bot.study.dailies import DailyState
from bot.study.streaks import Streak, extend
from tests.conftest import MONDAY
from tests.services.conftest import NINE
from tests.services.lives import Life, lives, modest

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


async def kept(school, user_id=7):
    return await school.db.read(lambda tx: members.streak(tx, school.id, user_id))


async def due(school):
    return (await school.services.schedules.status(school.id)).schedule.next_post_at


async def answer_each(school, days):
    """Answer the dailies of the next days, each a minute after it was posted."""
    for _ in range(days):
        at = await due(school)
        await school.answer(await school.post(at), at=at + MINUTE)


@pytest.mark.parametrize("start", [date(2027, 3, 12), date(2026, 10, 30)])
@pytest.mark.parametrize("at", [time(1, 30), time(2, 30), time(9)])
async def test_every_day_counts_once_over_both_nights_on_which_the_clocks_change(school, start, at):
    begin = datetime(start.year, start.month, start.day, 12, tzinfo=UTC)
    await school.schedule(at=begin, zone="America/New_York", time=at)

    await answer_each(school, 5)

    streak = await kept(school)
    assert streak.days == 5
    assert (streak.last_day - start).days in (4, 5)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/New_York"])
async def test_a_server_that_moves_to_another_zone_breaks_no_streak(school, zone):
    await school.schedule()
    await answer_each(school, 3)

    await school.schedule(at=NINE + 2 * DAY + MINUTE, zone=zone)
    await answer_each(school, 3)

    assert (await kept(school)).days == 6


async def test_a_week_earns_a_freeze_that_forgives_the_next_day_missed(school):
    await school.schedule()
    await answer_each(school, 7)
    assert (await kept(school)).freezes == 1

    await school.post(NINE + 7 * DAY)
    await answer_each(school, 1)

    assert await kept(school) == Streak(days=8, freezes=0, best=8, last_day=date(2026, 12, 1))


async def test_a_day_missed_without_a_freeze_breaks_it_and_is_remembered(school):
    await school.schedule()
    await answer_each(school, 2)
    await school.post(NINE + 2 * DAY)

    await answer_each(school, 1)

    assert await kept(school) == Streak(days=1, best=2, last_day=date(2026, 11, 26), broken_on=date(2026, 11, 25))


async def test_showing_an_answer_again_shows_the_current_streak(school):
    await school.schedule()
    post = await school.post(NINE)
    await school.answer(post, at=NINE)
    days_shown = []
    for days in range(3):
        at = NINE + days * DAY
        if days:
            await school.close(at)
            await school.post(at)
        again = await school.services.answers.question_to_answer(post.daily.id, school.member(), at=at)
        days_shown.append(again.streak.days)
    explained = await school.services.answers.explain(post.daily.id, school.member(), at=NINE + 2 * DAY)

    # A daily that is still open has not broken the streak; a daily that closed unanswered has.
    assert days_shown == [1, 1, 0]
    assert explained.verdict.streak == Streak(days=0, best=1, last_day=NINE.date(), broken_on=(NINE + DAY).date())
    assert "Your streak has ended" in standing(explained.verdict)


async def test_a_daily_that_was_never_posted_breaks_nothing(school):
    await school.schedule()
    await answer_each(school, 1)
    await school.claim(NINE + DAY)
    await school.give_up(NINE + 2 * DAY)

    await answer_each(school, 1)

    assert (await kept(school)).days == 2


async def test_each_server_has_streaks_of_its_own(school, other_school):
    await school.schedule()
    await other_school.schedule()
    await school.answer(await school.post(NINE), at=NINE)

    assert (await kept(school)).days == 1
    assert (await kept(other_school)).days == 0


async def test_quizzes_do_not_affect_streaks(school):
    await school.study("1.1-001", at=MONDAY)

    assert await kept(school) == Streak()


@modest
@lives
async def test_a_streak_is_what_the_dailies_and_their_answers_say(school, actions):
    """The streak is compared with a computation from all dailies and answers, day by day."""
    life = Life(school)
    server = await life.through(actions)
    attempts = {(a.user_id, a.daily_id) for a in await server.attempts() if a.daily_id is not None}
    days = [MONDAY.date() + n * DAY for n in range((life.at - MONDAY).days + 2)]
    turns = await server.db.read(lambda tx: [dailies.of_day(tx, (server.id, 1), day) for day in days])
    posted = [daily for state, daily in filter(None, turns) if state is not DailyState.SKIPPED]

    for user_id in (life.user(1), life.user(2)):
        expected, missed = Streak(), []
        for daily in posted:
            if (user_id, daily.id) in attempts:
                expected, missed = extend(expected, daily.day, tuple(missed)), []
            elif expected.last_day is not None:
                missed.append(daily.day)
        assert await kept(server, user_id) == expected
