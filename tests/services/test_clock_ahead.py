"""The machine's clock was ahead for a while: what was written during that time does no harm."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.services.dailies import Withdrawn
from bot.services.reviews import rebuild
from bot.storage import competitions, leagues, reviews, seasons
from bot.study.competitions import CompetitionState
from bot.study.dailies import DailyState
from bot.study.reviews import CardKey
from tests.conftest import MONDAY
from tests.services.channel import put_up
from tests.services.conftest import NINE, School
from tests.services.contests import Arena, member

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
FAR = NINE + 40 * DAY
BACK = NINE + 2 * MINUTE
TUESDAY = date(2026, 11, 24)


async def ahead(school: School, at: datetime = FAR):
    """Post a daily while the clock is ahead."""
    [post, *_] = await school.claim(at)
    await school.note(post, at)
    return post


@pytest.mark.parametrize("away", [40 * DAY, 2 * DAY, DAY], ids=["40 days", "2 days", "a day"])
async def test_a_daily_with_a_future_date_is_neither_answered_nor_the_latest(school, away):
    await school.schedule()
    post = await ahead(school, NINE + away)

    await school.services.bring_back(BACK)
    status = await school.services.schedules.status(school.id)

    assert status.latest is None
    assert status.schedule.next_day == TUESDAY
    assert await school.services.answers.open_question(school.member(), at=BACK) is None
    assert isinstance((await school.shown(BACK))[post.daily.id], Withdrawn)
    assert (await school.daily(post)).state is DailyState.SKIPPED


@pytest.mark.parametrize("away", [40, 3], ids=["40 days", "3 days"])
async def test_a_date_whose_daily_was_posted_too_early_gets_its_own_daily_on_that_date(school, away):
    await school.schedule()
    early = await ahead(school, NINE + away * DAY)
    await school.services.bring_back(BACK)

    posts = [await school.post(NINE + number * DAY) for number in range(1, away + 1)]

    assert [post.daily.day for post in posts] == [TUESDAY + number * DAY for number in range(away)]
    assert early.daily.id not in {post.daily.id for post in posts}


async def test_a_streak_continues_day_by_day_after_an_answer_to_a_daily_with_a_future_date(school):
    await school.schedule(at=NINE - 2 * DAY)
    await school.verdict(await school.post(NINE - DAY), at=NINE - DAY + MINUTE)
    post = await ahead(school)
    await school.verdict(post, at=FAR + MINUTE)

    await school.services.bring_back(BACK)
    days = [
        (await school.verdict(await school.post(NINE + n * DAY), at=NINE + n * DAY + MINUTE)).streak.days
        for n in (1, 2, 3)
    ]

    assert days == [3, 4, 5]


async def test_a_streak_can_break_again_after_an_answer_to_a_daily_with_a_future_date(school):
    await school.schedule()
    post = await ahead(school)
    await school.verdict(post, at=FAR + MINUTE)
    await school.services.bring_back(BACK)

    await school.post(NINE + DAY)
    await school.post(NINE + 2 * DAY)

    verdict = await school.verdict(await school.post(NINE + 3 * DAY), at=NINE + 3 * DAY + MINUTE)
    assert verdict.streak.days == 1


async def test_a_held_answer_to_a_daily_with_a_future_date_counts_as_given_today(school):
    await school.hold_back()
    await school.schedule()
    post = await ahead(school)
    await school.answer(post, at=FAR + MINUTE)

    await school.services.bring_back(BACK)

    [attempt] = await school.attempts()
    assert (attempt.day, attempt.answered_at, attempt.correct) == (NINE.date(), BACK, True)


async def test_a_daily_that_was_posted_an_hour_early_stays(school, caplog):
    await school.schedule(zone="UTC", time=time(0, 30))
    midnight = MONDAY.replace(hour=0) + DAY
    post = await ahead(school, midnight + 31 * MINUTE)

    await school.services.bring_back(midnight - 10 * MINUTE)

    assert (await school.daily(post)).state is DailyState.POSTED


async def test_the_daily_of_a_date_that_a_zone_further_west_has_not_reached_stays(school):
    await school.schedule(zone="Pacific/Kiritimati", time=time(23))
    post = await school.post(NINE)
    await school.schedule(at=MONDAY + 3 * HOUR, zone="Pacific/Pago_Pago")

    await school.services.bring_back(MONDAY + 3 * HOUR)

    assert (await school.daily(post)).state is DailyState.POSTED


async def test_reminders_are_sent_again_on_the_next_day(school):
    reminders, ana = school.services.reminders, school.member()
    await school.study("1.1-001", right=False, at=MONDAY)
    await reminders.switch_on(ana, time(9), "UTC", at=MONDAY)
    await reminders.claim_due(FAR)

    await reminders.claim_due(BACK)

    assert (await reminders.status(ana)).next_at == NINE + DAY
    [nudge] = await reminders.claim_due(NINE + DAY)
    assert nudge.day == TUESDAY


async def test_a_season_that_was_closed_too_early_continues_and_closes_at_its_end(school):
    await school.schedule()
    await school.verdict(await school.post(NINE), at=NINE + MINUTE)
    await school.services.seasons.close_due(FAR)
    await school.services.seasons.close_due(FAR)
    await school.services.seasons.close_due(BACK)

    clock = await school.db.read(lambda tx: seasons.clock(tx, school.id))
    assert (clock.season, await school.services.seasons.played(school.id, 5)) == ("2026-11", [])
    await school.verdict(await school.post(NINE + DAY), user_id=8, at=NINE + DAY + MINUTE)
    await school.services.seasons.close_due(datetime(2026, 12, 1, 12, tzinfo=NINE.tzinfo))

    [closed] = await school.services.seasons.played(school.id, 5)
    assert (closed.season, closed.players) == ("2026-11", 2)


async def test_a_question_answered_while_the_clock_was_ahead_is_due_as_if_answered_today(school):
    verdict = await school.study("1.1-001", at=FAR)

    await school.services.bring_back(BACK)

    key = CardKey(7, verdict.pack.name, "1.1-001")
    card = (await school.db.read(lambda tx: reviews.get_all(tx, [key])))[key]
    assert card.reviewed_on == NINE.date()
    assert card.due_on < NINE.date() + 10 * DAY
    assert await rebuild(school.db) == []


async def test_a_competition_that_was_ended_too_early_continues_and_ends_again(services):
    arena = Arena(services)
    id = (await arena.announce(lasts=5 * DAY)).id
    await arena.join(member(7))
    await services.competition_steps.advance_due(MONDAY + 40 * DAY)

    await services.bring_back(MONDAY + HOUR)
    await services.competition_steps.advance_due(MONDAY + HOUR)
    assert (await services.db.read(lambda tx: competitions.get(tx, id))).state is CompetitionState.RUNNING
    await services.competition_steps.advance_due(MONDAY + 5 * DAY)

    assert (await services.db.read(lambda tx: competitions.get(tx, id))).closed_at == MONDAY + 5 * DAY


async def test_a_month_of_the_league_that_was_closed_too_early_is_reopened(services):
    await services.leagues.join(1 << 22, "Owls", at=MONDAY)
    await services.leagues.close_due(MONDAY + 40 * DAY)
    assert await services.db.read(leagues.last_closed) is not None

    await services.leagues.close_due(MONDAY)

    assert await services.db.read(leagues.last_closed) is None


@pytest.mark.parametrize("behind", [30 * HOUR, 40 * DAY], ids=["30 hours", "40 days"])
async def test_a_clock_that_is_behind_for_a_tick_withdraws_nothing_and_moves_no_post(school, behind):
    await school.schedule(at=MONDAY)
    [post] = await school.claim(NINE)
    by_discords_clock = int((NINE - datetime(2015, 1, 1, tzinfo=UTC)).total_seconds() * 1000) << 22
    await put_up(school.services, post, by_discords_clock, at=NINE)

    await school.services.bring_back(NINE - behind)
    status = await school.services.schedules.status(school.id)

    assert (await school.daily(post)).state is DailyState.POSTED
    assert status.schedule.next_day == TUESDAY
