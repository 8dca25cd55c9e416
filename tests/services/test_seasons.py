"""Seasons: closed once and permanently."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random

import pytest

from bot.services.dailies import DailyPost
from bot.services.schedules import SchedulePlan
from bot.storage import seasons
from bot.study.dailies import Feedback
from bot.study.errors import UnknownPeriod
from bot.study.grading import as_written, describe
from bot.study.periods import Period
from bot.study.schedules import Schedule
from bot.study.standings import By
from tests.services.channel import put_up
from tests.services.contests import CHANNEL, DAY, GUILD, HOUR, MANAGER, Arena, member

ANA, BEN = member(1), member(2)
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)
NOVEMBER = "2026-11"


@pytest.fixture
async def arena(services):
    """Create a server with a daily at 09:00 UTC, in which ana and ben have answered."""
    arena = Arena(services)
    await schedule(arena, "UTC")
    await arena.answer(ANA, 0)
    await arena.answer(ANA, 1)
    await arena.answer(BEN, 0)
    return arena


async def schedule(arena, zone, *, paused=True):
    plan = SchedulePlan(CHANNEL, None, Schedule(time(9), zone), ())
    await arena.services.schedules.set(GUILD, plan, by=MANAGER, rng=Random(1), at=arena.at)
    if paused:
        await arena.services.schedules.pause(GUILD, at=arena.at)


async def board(arena, period, section="all", by=By.POINTS):
    return await arena.services.standings.board(
        member(MANAGER), section=section, period=period, by=by, page=1, at=arena.at
    )


async def names(arena, period, section="all"):
    return [place.user_id for place in (await board(arena, period, section)).places]


async def close_november(arena):
    arena.at = DECEMBER
    await arena.tick()


async def test_at_the_months_end_the_season_closes_and_the_new_one_is_empty(arena):
    arena.at = DECEMBER - timedelta(seconds=1)
    await arena.tick()
    before = await arena.sent()

    await close_november(arena)

    (put,) = await arena.sent()
    assert before == []
    assert put.post.channel_id == CHANNEL
    assert [place.user_id for place in put.scene.places] == [1, 2]
    assert put.scene.season.players == 2
    assert await names(arena, NOVEMBER) == [1, 2]
    assert await names(arena, Period.SEASON) == []


async def test_every_board_of_a_closed_season_is_kept_by_points_and_by_accuracy(arena):
    for number in range(2, 12):
        await arena.answer(ANA, arena.question("1.1", number))
    await close_november(arena)

    for section in ("1", "1.1"):
        assert await names(arena, NOVEMBER, section)
    (place,) = (await board(arena, NOVEMBER, by=By.ACCURACY)).places
    assert place.user_id == 1
    assert place.tally.accuracy > 0


async def test_a_season_closes_once_whoever_ticks_and_however_often(arena):
    await close_november(arena)
    await arena.services.seasons.close_due(arena.at)
    await arena.services.db.write(lambda tx: seasons.look_again(tx, GUILD, arena.at))
    await arena.services.db.write(lambda tx: seasons.set_clock(tx, GUILD, NOVEMBER, arena.at))
    await arena.tick()

    assert await arena.kinds_sent() == ["season"]
    assert len(await arena.services.seasons.played(GUILD, 9)) == 1


async def test_a_closed_season_stays_as_it_is_when_standings_are_rebuilt_or_answers_come_late(arena):
    await close_november(arena)
    before = await board(arena, NOVEMBER)

    arena.at = DECEMBER - HOUR  # the clock was behind
    await arena.answer(BEN, 5)
    differences = await arena.services.standings.rebuild()
    arena.at = DECEMBER

    assert differences == []
    assert await board(arena, NOVEMBER) == before


async def test_a_season_that_ended_while_the_bot_was_down_closes_at_the_next_start(arena):
    arena.at = DECEMBER + 20 * DAY
    await arena.tick()

    assert await arena.kinds_sent() == ["season"]
    assert await names(arena, NOVEMBER) == [1, 2]


async def test_several_months_of_downtime_close_in_order_and_old_results_are_not_posted(arena):
    arena.at = datetime(2027, 2, 3, tzinfo=UTC)
    for _ in range(4):
        await arena.tick()

    assert await arena.kinds_sent() == []
    assert [season.season for season in await arena.services.seasons.played(GUILD, 9)] == [NOVEMBER]
    clock = await arena.services.db.read(lambda tx: seasons.clock(tx, GUILD))
    assert (clock.season, clock.due_at) == ("2027-02", datetime(2027, 3, 1, tzinfo=UTC))


async def test_a_month_in_which_nobody_answered_closes_quietly(arena):
    await close_november(arena)
    await arena.sent()

    arena.at = datetime(2027, 1, 1, tzinfo=UTC)
    await arena.tick()

    assert await arena.sent() == []
    assert [season.season for season in await arena.services.seasons.played(GUILD, 9)] == [NOVEMBER]


@pytest.mark.parametrize(
    ("zone", "hours"), [("Pacific/Kiritimati", -14), ("America/New_York", 5), ("Asia/Kathmandu", -5.75)]
)
async def test_the_month_ends_by_the_servers_clock(arena, zone, hours):
    await schedule(arena, zone)
    end = DECEMBER + timedelta(hours=hours)

    arena.at = end - timedelta(seconds=1)
    await arena.tick()
    before = await arena.services.seasons.played(GUILD, 9)
    arena.at = end
    await arena.tick()

    assert before == []
    assert len(await arena.services.seasons.played(GUILD, 9)) == 1


async def test_a_closed_season_is_reopened_when_the_zone_goes_back_to_its_month(arena):
    """Otherwise, answers of that month would be in no final table."""
    await close_november(arena)
    await arena.sent()

    await schedule(arena, "Pacific/Pago_Pago")
    await arena.tick()
    await arena.tick()
    for question in (1, 2, 3):
        await arena.answer(BEN, question)
    reopened = await arena.services.seasons.played(GUILD, 9)
    arena.at += DAY
    await arena.tick()

    (put,) = await arena.sent()
    assert reopened == []
    assert [place.user_id for place in put.scene.places] == [2, 1]
    assert await names(arena, NOVEMBER) == [2, 1]


async def test_a_zone_further_west_leaves_a_season_closed_once_its_month_is_over_there_too(arena):
    arena.at = DECEMBER + DAY
    await arena.tick()
    await arena.sent()

    await schedule(arena, "Pacific/Pago_Pago")
    await arena.tick()

    assert await arena.sent() == []
    assert len(await arena.services.seasons.played(GUILD, 9)) == 1


async def test_the_season_waits_for_held_answers_until_the_daily_closes(arena):
    """Answers given on the last evening and revealed on the next morning count for November."""
    await schedule(arena, "UTC", paused=False)
    await arena.services.schedules.set_feedback(GUILD, Feedback.AT_CLOSE, at=arena.at)
    arena.at = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    (post,) = [
        outcome for outcome in await arena.services.dailies.claim_due(arena.at) if isinstance(outcome, DailyPost)
    ]
    await put_up(arena.services, post, 1, at=arena.at)
    contest = await arena.announce(lasts=10 * HOUR)
    await arena.join(BEN)
    letters = describe(post.question, post.question.correct, as_written(post.question))
    await arena.services.answers.submit(post.daily.id, BEN, letters, at=arena.at + HOUR)

    await close_november(arena)
    early = await arena.services.seasons.played(GUILD, 9)
    over = await arena.table(f"#{contest.id}")
    arena.at = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    await arena.services.dailies.close_due(arena.at)
    await arena.tick()

    assert early == []
    assert over.competition.open
    (_, ben) = sorted((await board(arena, NOVEMBER)).places, key=lambda place: place.user_id)
    assert ben.tally.answered == 2
    table = await arena.table(f"#{contest.id}")
    assert not table.competition.open
    assert [(place.user_id, place.answered) for place in table.places] == [(2, 1)]


async def test_a_manager_moves_the_post_or_switches_it_off(arena):
    await arena.services.seasons.set_plan(GUILD, channel_id=777, at=arena.at)
    moved = await arena.services.seasons.plan(GUILD, at=arena.at)
    await arena.services.seasons.set_plan(GUILD, posts=False, at=arena.at)

    await close_november(arena)

    assert (moved.channel_id, moved.posts, moved.ends_at) == (777, True, DECEMBER)
    assert await arena.sent() == []
    assert await names(arena, NOVEMBER) == [1, 2]


async def test_a_server_without_a_channel_keeps_its_tables_all_the_same(services):
    arena = Arena(services)
    await arena.answer(ANA, 0)

    await close_november(arena)

    assert await arena.sent() == []
    assert await names(arena, NOVEMBER) == [1]


async def test_a_season_that_has_not_ended_here_is_not_a_period(arena):
    for period in ("2026-10", "2026-12", "yesterday", "2026-11-F"):
        with pytest.raises(UnknownPeriod):
            await board(arena, period)


async def test_hidden_members_are_on_no_final_table_until_they_come_back(arena):
    await close_november(arena)

    await arena.services.privacy.hide(ANA, hidden=True, at=arena.at)
    hidden = await names(arena, NOVEMBER)
    await arena.services.privacy.hide(ANA, hidden=False, at=arena.at)

    assert hidden == [2]
    assert await names(arena, NOVEMBER) == [1, 2]


async def test_a_failure_in_one_server_does_not_affect_the_others(arena, monkeypatch):
    other = type(ANA)(GUILD + 1, 9, "noa")
    await arena.answer(other, 0)
    honest = seasons.close

    def close(tx, guild_id, season, at):
        if guild_id == GUILD:
            raise RuntimeError("broken")
        return honest(tx, guild_id, season, at)

    monkeypatch.setattr(seasons, "close", close)
    await close_november(arena)

    assert await arena.services.seasons.played(GUILD, 9) == []
    assert len(await arena.services.seasons.played(GUILD + 1, 9)) == 1
