"""The life of a daily, without Discord: claimed once, posted once, closed once, even after a crash at any point."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select, update

from bot.services import Services
from bot.services.dailies import DailyPost, Missed
from bot.services.leases import LEASE, NONCE_HOLDS, is_fresh
from bot.services.posts import PostShown
from bot.storage import dailies, schedules
from bot.storage.tables import dailies as daily_rows
from bot.storage.tables import schedules as schedule_rows
from bot.study.dailies import DailyState
from tests.conftest import MONDAY
from tests.services.conftest import CHANNEL, MIA, NINE, School

DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


TUESDAY = date(2026, 11, 24)


async def rows(school):
    """Return how many dailies each local date of the server has."""
    query = (
        select(daily_rows.c.day, func.count().label("posts"))
        .where(daily_rows.c.guild_id == school.id)
        .group_by(daily_rows.c.day)
    )
    return {row.day: row.posts for row in await school.db.read(lambda tx: tx.execute(query).all())}


async def next_post_at(school):
    return (await school.db.read(lambda tx: schedules.get(tx, school.id, 1))).next_post_at


# -- claiming


async def test_nothing_is_due_before_its_time(school):
    await school.schedule()

    assert await school.claim(NINE - SECOND) == []


async def test_a_due_daily_is_claimed_and_the_next_time_moves_on(school):
    await school.schedule(role=9)

    [post] = await school.claim(NINE)

    assert (post.daily.state, post.daily.day, post.daily.channel_id, post.daily.role_id) == (
        DailyState.CLAIMED,
        MONDAY.date(),
        CHANNEL,
        9,
    )
    assert post.daily.closes_at == await next_post_at(school) == NINE + DAY


async def test_ticks_at_the_same_moment_claim_once(school):
    await school.schedule()

    found = await asyncio.gather(*(school.claim(NINE) for _ in range(5)))

    assert sorted(map(len, found)) == [0, 0, 0, 0, 1]
    assert await rows(school) == {MONDAY.date(): 1}


async def test_two_processes_claim_once(school):
    """Each process has its own connection to the same database."""
    await school.schedule()
    other = type(school.db)(school.db.url)
    twin = School(Services.over(other, school.services.content.packs, "a-pack"))

    found = await asyncio.gather(school.claim(NINE), twin.claim(NINE))
    await other.close()

    assert sorted(map(len, found)) == [0, 1]
    assert await rows(school) == {MONDAY.date(): 1}


async def test_in_a_window_a_server_has_its_own_minute_even_if_it_was_due_at_the_hour(school):
    await school.schedule()
    window = timedelta(minutes=20)
    later = School(Services.over(school.db, school.services.content.packs, "a-pack", daily_window=window), id=school.id)

    assert await later.claim(NINE) == []
    minute = await next_post_at(school)
    [post] = await later.claim(minute)

    assert NINE < minute < NINE + window
    assert post.daily.closes_at == NINE + DAY
    assert await next_post_at(school) == minute + DAY


async def test_a_local_date_can_be_claimed_only_once(school):
    await school.schedule()
    post = await school.post(NINE)

    again = await school.db.write(lambda tx: dailies.claim(tx, post.daily))

    assert again is None


async def test_every_server_that_is_due_is_claimed(school):
    everyone = [School(school.services, id=n) for n in range(1, 21)]
    for server in everyone:
        await server.schedule()

    posts = await school.services.dailies.claim_due(NINE)

    assert sorted(post.daily.guild_id for post in posts) == list(range(1, 21))


async def test_a_failure_in_one_server_does_not_affect_the_others(school, other_school, caplog):
    await school.schedule()
    await other_school.schedule()
    await school.db.write(
        lambda tx: (
            tx.execute(update(schedule_rows).where(schedule_rows.c.guild_id == school.id).values(zone="Moon/Base"))
            and None
        )
    )

    [post] = await school.services.dailies.claim_due(NINE)

    assert post.daily.guild_id == other_school.id
    assert "one of many failed" in caplog.text
    assert await rows(school) == {}


async def test_the_preview_shows_the_question_that_is_posted_next(school):
    await school.schedule()
    for day in range(5):
        expected = (await school.services.schedules.preview(school.id)).question

        post = await school.post(NINE + day * DAY)

        assert post.question == expected


async def test_no_question_repeats_before_all_have_been_asked(school, small_pack):
    await school.schedule()

    asked = [(await school.post(NINE + day * DAY)).question.id for day in range(24)]

    assert set(asked[:12]) == set(asked[12:]) == set(small_pack.questions)
    sections = [question_id[:3] for question_id in asked[:9]]
    assert all(before != after for before, after in pairwise(sections))


async def test_a_question_that_was_never_posted_is_asked_again(school):
    await school.schedule()
    [post] = await school.claim(NINE)
    await school.give_up(NINE + DAY)

    assert (await school.services.schedules.preview(school.id)).question == post.question


# -- crashes between the claim and the record of the message


async def test_an_unrecorded_claim_is_taken_over_when_its_lease_expires(school):
    await school.schedule()
    [post] = await school.claim(NINE)
    [lost] = await school.sending(NINE)

    assert await school.sending(NINE + LEASE - SECOND) == []
    [again] = await school.sending(NINE + LEASE)

    assert (again.subject, again.nonce) == (str(post.daily.id), lost.nonce)
    assert again.attempts == 2


async def test_a_process_that_takes_over_a_claim_holds_it_for_a_lease(school):
    await school.schedule()
    await school.claim(NINE)
    await school.sending(NINE)

    found = await asyncio.gather(school.sending(NINE + LEASE), school.sending(NINE + LEASE))

    assert sorted(map(len, found)) == [0, 1]
    assert len(await school.sending(NINE + 2 * LEASE)) == 1


@pytest.mark.sqlite
async def test_a_single_process_takes_over_its_own_claims_at_startup(school):
    await school.schedule()
    [post] = await school.claim(NINE)
    await school.sending(NINE)

    await school.services.posts.release_all(NINE + SECOND)

    [again] = await school.sending(NINE + SECOND)
    assert again.subject == str(post.daily.id)


async def test_a_post_is_sent_again_without_a_search_only_while_its_nonce_is_valid(school):
    await school.schedule()
    await school.claim(NINE)
    await school.sending(NINE)

    [soon] = await school.sending(NINE + NONCE_HOLDS - SECOND)
    [late] = await school.sending(NINE + NONCE_HOLDS + LEASE)

    assert is_fresh(soon, NINE + NONCE_HOLDS - SECOND)
    assert not is_fresh(late, NINE + NONCE_HOLDS + LEASE)


async def test_a_recorded_post_is_not_taken_over(school):
    await school.schedule()
    post = await school.post(NINE)

    await school.services.posts.release_all(NINE + DAY / 2)
    assert await school.sending(NINE + DAY / 2) == []
    assert (await school.daily(post)).state is DailyState.POSTED


async def note(school, leased, message_id, at):
    """Record that a sender has sent the post."""
    scene = await school.services.posts.scene(leased, at=at)
    await school.services.posts.acknowledge(leased, PostShown(message_id, at, scene), at=at)


async def test_a_post_that_is_recorded_twice_keeps_the_first_message(school):
    """A sender that was believed dead and the sender that took over both record a message."""
    await school.schedule()
    [post] = await school.claim(NINE)
    [slow] = await school.sending(NINE)
    [quick] = await school.sending(NINE + LEASE)
    await note(school, quick, 1, NINE + LEASE)

    await note(school, slow, 2, NINE + LEASE)

    assert (await school.daily(post)).message_id == 1


async def test_a_claim_whose_date_has_ended_is_given_up_and_reported_as_missed(school):
    await school.schedule()
    [post] = await school.claim(NINE)
    await school.sending(NINE)
    tomorrow = NINE + DAY - timedelta(hours=8)

    missed = await school.give_up(tomorrow)

    assert missed == Missed(school.id, (MONDAY.date(),), MIA, NINE + DAY)
    assert (await school.daily(post)).state is DailyState.SKIPPED
    assert await school.sending(tomorrow + DAY) == []


async def test_recording_a_post_that_was_given_up_changes_nothing(school):
    await school.schedule()
    [post] = await school.claim(NINE)
    [slow] = await school.sending(NINE)
    scene = await school.services.posts.scene(slow, at=NINE)
    await school.give_up(NINE + DAY)

    await school.services.posts.acknowledge(slow, PostShown(1, NINE, scene), at=NINE + DAY)

    assert (await school.daily(post)).state is DailyState.SKIPPED


async def test_a_daily_missed_during_downtime_is_claimed_at_startup_if_its_date_has_not_ended(school):
    await school.schedule()

    [post] = await school.claim(MONDAY + timedelta(hours=15))

    assert post.daily.day == MONDAY.date()
    assert post.daily.closes_at == await next_post_at(school) == NINE + DAY


async def test_dates_that_ended_during_downtime_are_skipped_and_reported_once_and_today_is_claimed(school):
    await school.schedule()
    back = NINE + 3 * DAY + MINUTE

    post, missed = await school.claim(back)

    assert isinstance(post, DailyPost)
    assert post.daily.day == back.date()
    assert missed == Missed(school.id, tuple(MONDAY.date() + n * DAY for n in range(3)), MIA, NINE + 4 * DAY)
    assert await rows(school) == {MONDAY.date() + n * DAY: 1 for n in range(4)}
    assert await school.claim(back) == []


async def test_days_that_were_not_chosen_are_not_missed(school):
    await school.schedule(days=frozenset({0, 3}))

    post, missed = await school.claim(NINE + 3 * DAY)

    assert post.daily.day == date(2026, 11, 26)
    assert missed.days == (MONDAY.date(),)


async def test_days_missed_during_downtime_do_not_break_streaks(school):
    await school.schedule()
    await school.verdict(await school.post(NINE), at=NINE)
    post, _ = await school.claim(NINE + 3 * DAY)
    await school.note(post, NINE + 3 * DAY)

    assert (await school.verdict(post, at=NINE + 3 * DAY)).streak.days == 2
