"""Dailies that have problems, close, and count who has answered."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time, timedelta
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from bot.services import Services
from bot.services.dailies import Closed, DailyPost, Problem, Withdrawn
from bot.services.daily_posts import CLOSE_WITHIN
from bot.services.leases import LEASE, RETRY_AFTER_REFUSAL
from bot.services.posts import PostEnding, PostShown
from bot.storage import schedules
from bot.storage.posts import PostKind
from bot.storage.tables import dailies as daily_rows
from bot.study.dailies import DailyState
from bot.study.discussions import Discussion
from bot.study.errors import NoQuestions
from bot.study.schedules import Trouble
from tests.builders import a_pack
from tests.conftest import MONDAY
from tests.services.channel import show_all
from tests.services.conftest import CHANNEL, MIA, NINE, School

DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


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


# -- trouble


async def test_a_refusal_is_reported_once_and_the_claim_waits(school):
    await school.schedule()
    await school.claim(NINE)

    first = await school.refused(Trouble.NO_PERMISSION, NINE)
    await school.services.posts.note_reported(first.post)
    too_soon = await school.sending(NINE + RETRY_AFTER_REFUSAL - SECOND)
    second = await school.refused(Trouble.NO_PERMISSION, NINE + RETRY_AFTER_REFUSAL)

    assert (first.trouble, first.post.channel_id, first.manager) == (Trouble.NO_PERMISSION, CHANNEL, MIA)
    assert too_soon == []
    assert second is None
    assert len(await school.sending(NINE + 2 * RETRY_AFTER_REFUSAL)) == 1


async def test_another_problem_is_reported_again(school):
    await school.schedule()
    await school.claim(NINE)
    told = await school.refused(Trouble.NO_PERMISSION, NINE)
    await school.services.posts.note_reported(told.post)

    assert await school.refused(Trouble.CHANNEL_GONE, NINE + RETRY_AFTER_REFUSAL)


async def test_a_problem_is_reported_once_for_all_the_days_that_it_affects(school):
    await school.schedule()
    await school.claim(NINE)
    told = await school.refused(Trouble.NO_PERMISSION, NINE)
    await school.services.posts.note_reported(told.post)
    await school.give_up(NINE + DAY)
    await school.claim(NINE + DAY)

    assert await school.refused(Trouble.NO_PERMISSION, NINE + DAY) is None


async def test_a_successful_post_ends_the_problem(school):
    await school.schedule()
    [post] = await school.claim(NINE)
    await school.refused(Trouble.NO_PERMISSION, NINE)

    await school.note(post, NINE + RETRY_AFTER_REFUSAL)

    assert (await school.services.schedules.status(school.id)).schedule.trouble is None


async def test_a_server_whose_questions_are_gone_has_a_problem_and_the_day_can_be_used_again(school, small_pack):
    await school.schedule()
    retired = a_pack([replace(question, retired=True) for question in small_pack.questions.values()])
    empty = School(Services.over(school.db, {"a-pack": retired}, "a-pack"))

    [problem] = await empty.claim(NINE)

    assert problem == Problem(school.id, CHANNEL, MIA, Trouble.NO_QUESTIONS, first=True)
    assert await rows(school) == {}
    assert await next_post_at(school) == NINE + DAY
    with pytest.raises(NoQuestions):
        await empty.services.schedules.post_now(school.id, at=NINE)
    assert isinstance(await school.services.schedules.post_now(school.id, at=NINE), DailyPost)


# -- the close


async def test_a_daily_is_closed_at_its_close(school):
    await school.schedule()
    post = await school.post(NINE)
    await school.verdict(post, 7, at=NINE)
    at = post.daily.closes_at

    assert await school.close(at - SECOND) == {}
    closed = (await school.close(at))[post.daily.id]

    assert closed.daily.state is DailyState.SETTLED
    assert closed.daily.closed_at == post.daily.closes_at
    assert list(closed.spread) == [((1,), 1)]


async def test_a_close_is_shown_again_until_it_is_recorded(school):
    """After a crash before the edit is recorded, the post may still show its buttons."""
    await school.schedule()
    post = await school.post(NINE)
    at = post.daily.closes_at
    await school.services.dailies.close_due(at)

    [_lost] = await school.services.posts.acquire(at, limit=9)
    leased = await school.shown(at + LEASE - SECOND)
    again = await school.shown(at + LEASE)

    assert leased == {}
    assert list(again) == [post.daily.id]
    assert await school.close(at + DAY) == {}
    daily = await school.daily(post)
    assert (daily.state, daily.closed_at) == (DailyState.CLOSED, at)


async def test_a_close_that_discord_does_not_accept_is_retried_less_and_less_often_and_not_forever(school):
    await school.schedule()
    post = await school.post(NINE)
    at = post.daily.closes_at
    tried = []
    await school.services.dailies.close_due(at)
    while (await school.daily(post)).state is not DailyState.CLOSED:
        for leased in await school.services.posts.acquire(at, limit=9):
            tried.append(at)
            if await school.services.posts.scene(leased, at=at) is None:
                await school.services.posts.end(leased, PostEnding.OVER, at=at)
            else:
                await school.services.posts.fail(leased, at=at)
        at += SECOND if len(tried) < 4 else 10 * MINUTE

    waits = [(later - earlier).total_seconds() for earlier, later in pairwise(tried)]
    assert waits[:3] == [5, 10, 20]
    assert waits == sorted(waits)
    assert max(waits) == 60 * 60
    assert CLOSE_WITHIN <= tried[-1] - post.daily.closes_at < CLOSE_WITHIN + 2 * 60 * MINUTE


async def test_a_daily_whose_post_was_deleted_closes_without_one(school):
    await school.schedule()
    post = await school.post(NINE)
    at = post.daily.closes_at
    _, [leased] = await school.services.posts.lease(PostKind.DAILY, post.daily.id, at=NINE, again=True)
    await school.services.posts.end(leased, PostEnding.DELETED, at=NINE)
    deleted = (await school.daily(post)).deleted

    assert await school.services.dailies.close_due(at) == [], "nobody needs to hear of it"

    assert deleted
    assert (await school.daily(post)).state is DailyState.CLOSED


async def test_a_lease_that_was_given_before_the_clock_was_set_back_counts_as_over(school):
    await school.schedule()
    post = await school.post(NINE)
    at = post.daily.closes_at
    await school.services.dailies.close_due(at)
    await school.services.posts.acquire(at + 3 * 60 * MINUTE, limit=9)

    assert list(await school.shown(at)) == [post.daily.id]


async def test_held_answers_are_graded_once_even_if_the_close_runs_several_times_at_once(school):
    await school.hold_back()
    await school.schedule()
    post = await school.post(NINE)
    await school.answer(post, at=NINE)
    close_due = school.services.dailies.close_due

    await asyncio.gather(*(close_due(post.daily.closes_at) for _ in range(3)))

    assert len(await school.attempts()) == 1


async def test_the_next_daily_closes_the_last_one_before_its_time(school):
    await school.schedule()
    monday = await school.post(NINE)
    await school.schedule(time=time(8), at=NINE)

    await school.post(MONDAY + DAY)

    daily = await school.daily(monday)
    assert (daily.state, daily.closes_at) == (DailyState.SETTLED, MONDAY + DAY)
    assert monday.daily.id in await school.close(MONDAY + DAY)


async def test_a_daily_whose_question_is_gone_is_withdrawn_and_breaks_no_streak(school, small_pack, caplog):
    await school.schedule()
    post = await school.post(NINE)
    rest = a_pack([question for question in small_pack.questions.values() if question != post.question])
    later = School(Services.over(school.db, {"a-pack": rest}, "a-pack"))

    told = (await later.close(post.daily.closes_at))[post.daily.id]

    assert told == Withdrawn(told.daily, MIA)
    assert (await school.daily(post)).state is DailyState.SKIPPED
    assert "question of a daily is gone" in caplog.text


async def test_a_daily_of_a_retired_question_stays_open_until_its_close(school, small_pack):
    await school.schedule()
    post = await school.post(NINE)
    retired = a_pack([replace(q, retired=q == post.question) for q in small_pack.questions.values()])
    later = School(Services.over(school.db, {"a-pack": retired}, "a-pack"))

    assert (await later.verdict(post, at=NINE)).grade.correct
    assert isinstance((await later.close(post.daily.closes_at))[post.daily.id], Closed)


async def test_a_daily_that_closes_while_it_is_posted_again_is_discussed_once_it_is_recorded(school):
    schedule = await school.schedule()
    await school.services.discussions.set(schedule, Discussion.AT_CLOSE, None)
    post, posts = await school.post(NINE), school.services.posts
    _, [leased] = await posts.lease(PostKind.DAILY, post.daily.id, at=NINE, again=True)
    await posts.end(leased, PostEnding.DELETED, at=NINE)
    await school.services.schedules.post_again(school.id, post.daily.id, at=NINE)
    _, [leased] = await posts.lease(PostKind.DAILY, post.daily.id, at=NINE)
    sent = PostShown(99, NINE, await posts.scene(leased, at=NINE))

    await school.services.dailies.close_due(post.daily.closes_at)
    await posts.acknowledge(leased, sent, at=post.daily.closes_at)

    kinds = [put.post.kind for put in await show_all(school.services, post.daily.closes_at)]
    assert sorted(kinds) == [PostKind.DAILY, PostKind.DISCUSSION]


async def test_a_daily_that_was_found_after_its_close_is_discussed(school):
    """The process that posted the daily again ended before it could record that."""
    schedule = await school.schedule()
    await school.services.discussions.set(schedule, Discussion.AT_CLOSE, None)
    post, posts = await school.post(NINE), school.services.posts
    _, [leased] = await posts.lease(PostKind.DAILY, post.daily.id, at=NINE, again=True)
    await posts.end(leased, PostEnding.DELETED, at=NINE)
    await school.services.schedules.post_again(school.id, post.daily.id, at=NINE)
    at = post.daily.closes_at
    await school.services.dailies.close_due(at)

    _, [leased] = await posts.lease(PostKind.DAILY, post.daily.id, at=at)
    found = await posts.hold(leased, 99, at=at)
    await posts.acknowledge(found, PostShown(99, at, await posts.scene(found, at=at)), at=at)

    daily = await school.daily(post)
    assert (daily.state, daily.message_id) == (DailyState.CLOSED, 99)
    assert [put.post.kind for put in await show_all(school.services, at)] == [PostKind.DISCUSSION]


async def test_the_link_to_a_discussion_is_shown_even_if_the_process_that_opened_it_died(school):
    schedule = await school.schedule()
    await school.services.discussions.set(schedule, Discussion.AT_ONCE, None)
    post, posts = await school.post(NINE), school.services.posts
    _, [leased] = await posts.lease(PostKind.PRIVATE_TALK, post.daily.id, at=NINE)
    await posts.note_thread(leased, 98, 99)
    later = NINE + LEASE

    assert [put.post.kind for put in await show_all(school.services, later)] == [PostKind.PRIVATE_TALK]
    shown = await school.shown(later + MINUTE)
    assert shown[post.daily.id].room.thread_id == 98


# -- how many have answered


async def test_a_count_is_shown_when_it_has_changed_and_not_again(school):
    await school.schedule()
    post = await school.post(NINE)
    dailies = school.services.dailies

    async def counted():
        await dailies.refresh_counts(NINE)
        return {id: scene.daily.answered for id, scene in (await school.shown(NINE)).items()}

    assert await counted() == {}
    for user_id in (7, 8):
        await school.verdict(post, user_id, at=NINE)

    assert await counted() == {post.daily.id: 2}
    assert await counted() == {}


async def test_a_number_that_waits_while_its_daily_closes_gives_way_to_the_answer(school):
    await school.schedule()
    post = await school.post(NINE)
    await school.verdict(post, at=NINE)
    await school.services.dailies.refresh_counts(NINE)

    closed = await school.close(post.daily.closes_at)
    await school.services.dailies.refresh_counts(post.daily.closes_at)

    assert isinstance(closed[post.daily.id], Closed)
    assert await school.shown(post.daily.closes_at) == {}


async def test_if_few_counts_are_shown_at_a_time_each_has_its_turn(school):
    schools = [replace(school, id=number) for number in (1, 2, 3)]
    for each in schools:
        await each.schedule()
    posts = await school.services.dailies.claim_due(NINE)
    for each, post in zip(schools, sorted(posts, key=lambda post: post.daily.guild_id), strict=True):
        await each.note(post, NINE)
        await each.verdict(post, at=NINE)
    first, second, third = sorted(post.daily.id for post in posts)
    stale = partial(school.services.dailies.refresh_counts, NINE, limit=2)

    after = await stale()
    shown = set(await school.shown(NINE))
    for each, post in zip(schools, sorted(posts, key=lambda post: post.daily.guild_id), strict=True):
        await each.verdict(post, 8, at=NINE)
    last = await stale(after=after)

    assert (shown, after, last) == ({first, second}, second, first)
    assert set(await school.shown(NINE)) == {third, first}
