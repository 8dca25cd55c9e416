"""Announcements on their way: in one hand at a time, sent once, dropped when their time has passed."""

from __future__ import annotations

from datetime import time, timedelta
from random import Random

import pytest

from bot.services.schedules import Plan
from bot.storage.schedules import Trouble
from bot.study.schedules import Schedule
from tests.services.contests import CHANNEL, DAY, GUILD, HOUR, MANAGER, Arena, member

ANA = member(1)
DAILY_CHANNEL = 250
MINUTE = timedelta(minutes=1)


@pytest.fixture
def arena(services):
    return Arena(services)


async def take(arena, **options):
    return await arena.services.announcements.take_due(arena.at, **options)


async def with_a_daily(arena):
    plan = Plan(DAILY_CHANNEL, None, Schedule(time(9), "UTC"), ())
    await arena.services.schedules.set(GUILD, plan, by=MANAGER, rng=Random(1), at=arena.at)


async def test_what_is_in_one_hand_is_in_no_other_until_its_lease_runs_out(arena):
    await arena.announce()

    first = await take(arena)
    second = await take(arena)
    arena.at += 61 * timedelta(seconds=1)
    third = await take(arena)

    assert [len(each) for each in (first, second, third)] == [1, 0, 1]
    assert third[0].fresh, "the nonce guards it still"


@pytest.mark.sqlite
async def test_at_the_start_the_only_process_does_not_wait_for_its_own_lease(arena):
    await arena.announce()
    await take(arena)

    assert len(await take(arena, starting=True)) == 1


async def test_after_the_nonces_time_the_channel_is_searched_first(arena):
    await arena.announce()
    await take(arena)

    arena.at += 5 * MINUTE
    (notice,) = await take(arena)

    assert not notice.fresh


async def test_what_was_never_tried_before_its_time_passed_is_dropped(arena):
    await arena.announce()
    await arena.join(ANA)
    await arena.sent()
    await arena.pass_time(DAY)

    arena.at += 2 * HOUR

    assert await take(arena) == []


async def test_what_was_tried_in_time_is_looked_for_and_sent_no_more(arena):
    await arena.announce()
    await arena.join(ANA)
    await arena.sent()
    await arena.pass_time(DAY)
    await take(arena)

    arena.at += 2 * HOUR
    (notice,) = await take(arena)

    assert notice.late
    await arena.services.announcements.give_up(notice.announcement, at=arena.at)
    arena.at += HOUR
    assert await take(arena) == []


async def test_where_the_channel_is_gone_everything_goes_to_the_dailys(arena):
    await with_a_daily(arena)
    await arena.announce()
    await arena.join(ANA)
    (notice,) = await take(arena)

    unsent = await arena.services.announcements.note_refused(notice.announcement, Trouble.CHANNEL_GONE, at=arena.at)
    (moved,) = await arena.sent()
    await arena.pass_time(DAY)
    (half,) = await arena.sent()

    assert (unsent.moved_to, unsent.manager, unsent.first) == (DAILY_CHANNEL, MANAGER, True)
    assert moved.announcement.channel_id == half.announcement.channel_id == DAILY_CHANNEL


async def test_where_there_is_no_other_channel_it_is_tried_again_and_told_once(arena):
    await arena.announce()
    (notice,) = await take(arena)
    announcements = arena.services.announcements

    first = await announcements.note_refused(notice.announcement, Trouble.CHANNEL_GONE, at=arena.at)
    await announcements.note_told(notice.announcement)
    soon = await announcements.take_due(arena.at + 5 * MINUTE)
    arena.at += 11 * MINUTE
    (again,) = await take(arena)
    second = await announcements.note_refused(again.announcement, Trouble.CHANNEL_GONE, at=arena.at)

    assert (first.moved_to, first.first) == (None, True)
    assert soon == []
    assert not second.first
    assert again.announcement.channel_id == CHANNEL


async def test_a_server_that_removed_the_bot_hears_no_more(arena):
    await with_a_daily(arena)
    await arena.announce()

    await arena.services.guilds.left(GUILD, at=arena.at)

    assert await take(arena) == []


async def test_the_standings_message_is_renewed_when_something_changed_and_once_a_minute_at_most(arena):
    await arena.announce()
    await arena.sent()
    steps = arena.services.competition_steps

    async def renewed():
        return len(await steps.outdated(arena.at))

    arena.at += MINUTE
    begun = await renewed()
    arena.at += MINUTE
    still = await renewed()
    await arena.join(ANA)
    joined = await renewed()
    await arena.answer(ANA, 0)
    too_soon = await renewed()
    arena.at += MINUTE
    scored = await renewed()

    assert (begun, still, joined, too_soon, scored) == (1, 0, 1, 0, 1)


async def test_an_edit_that_failed_is_tried_again_and_a_message_that_is_gone_is_not(arena):
    competition = await arena.announce()
    await arena.sent()
    steps = arena.services.competition_steps
    arena.at += MINUTE
    await steps.outdated(arena.at)

    await steps.note_unshown(competition.id)
    arena.at += MINUTE
    again = await steps.outdated(arena.at)
    await steps.note_message_gone(competition.id)
    await arena.join(ANA)
    arena.at += MINUTE

    assert len(again) == 1
    assert await steps.outdated(arena.at) == []
