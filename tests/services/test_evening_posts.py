"""The posts of an exam evening, in any order: a post that must wait for another waits, and does not end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import RENDERERS
from bot.services.evenings import EveningPlan
from bot.services.exam_papers import HandedIn
from bot.services.leases import RETRY_AFTER_REFUSAL
from bot.services.posts import PostEnding
from bot.storage import posts
from bot.storage.posts import PostKind
from bot.study.exams import Length
from bot.study.members import Member
from bot.study.schedules import Trouble
from tests.conftest import MONDAY
from tests.services.channel import show_all

GUILD, CHANNEL = 1, 10
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
STARTS = MONDAY + timedelta(hours=1)
OVER = STARTS + 2 * MINUTE
ANA = Member(GUILD, 7, "ana")


@pytest.fixture
async def evening_id(services):
    """Create an evening that was taken and is over while none of its posts could be sent; return its id."""
    plan = EveningPlan(CHANNEL, STARTS, Length.SHORT)
    planned = await services.evenings.plan(ANA, plan, seed=1, may_create_events=False, at=MONDAY)
    await services.evenings.sign_up(planned.evening.id, ANA, at=MONDAY)
    await services.evening_steps.advance_due(STARTS)
    turn = await services.evenings.begin(planned.evening.id, ANA, at=STARTS)
    await services.exams.submit(turn.paper.exam.id, ANA, at=STARTS + MINUTE)
    await services.evening_steps.advance_due(OVER)
    return planned.evening.id


async def want_thread(services, evening_id):
    about = PostKind.EVENING_THREAD, evening_id, GUILD, CHANNEL
    await services.db.write(lambda tx: posts.want(tx, *about, at=OVER, expires_at=OVER + DAY))


async def composed(services, kind, subject, at):
    """Lease a post; return it with what would be posted."""
    _, [leased] = await services.posts.lease(kind, subject, at=at)
    scene = await services.posts.scene(leased, at=at)
    assert scene is not None, "a post without a scene ends"
    return leased, RENDERERS[kind].compose(leased, scene)


async def test_after_downtime_the_review_begins_once_the_post_shows_the_result(services, evening_id):
    first = [put.post.kind for put in await show_all(services, OVER)]
    second = [put.post.kind for put in await show_all(services, OVER)]

    assert PostKind.EVENING in first
    assert PostKind.EVENING_THREAD not in first
    assert second == [PostKind.EVENING_THREAD]
    assert [put.post.kind for put in await show_all(services, OVER)] == [PostKind.EVENING_ITEM]


async def test_a_thread_waits_for_its_post_and_is_opened_as_soon_as_that_is_posted(services, evening_id):
    await want_thread(services, evening_id)
    leased, nothing = await composed(services, PostKind.EVENING_THREAD, evening_id, OVER)
    assert nothing is None
    await services.posts.wait(leased, at=OVER)

    shown = {put.post.kind: put.post for put in await show_all(services, OVER)}
    _, thread = await composed(services, PostKind.EVENING_THREAD, evening_id, OVER)

    assert PostKind.EVENING_THREAD not in shown
    assert thread.message_id == 1000 + shown[PostKind.EVENING].id


async def test_nothing_waits_for_a_thread_once_its_post_is_given_up(services, evening_id):
    await want_thread(services, evening_id)
    _, [post] = await services.posts.lease(PostKind.EVENING, evening_id, at=OVER)
    await services.posts.end(post, PostEnding.DELETED, at=OVER)

    assert PostKind.EVENING_THREAD not in [put.post.kind for put in await show_all(services, OVER)]


async def items(services):
    """Lease the posts that are waiting to be sent in the thread."""
    return [post for post in await services.posts.acquire(OVER, limit=100) if post.kind == PostKind.EVENING_ITEM]


async def test_a_question_that_must_wait_does_not_keep_the_rest_of_the_review_waiting(services, evening_id):
    for _ in range(2):
        await show_all(services, OVER)
    [first] = await items(services)

    await services.posts.wait(first, at=OVER)

    [second] = await items(services)
    assert (first.subject, second.subject) == (f"{evening_id}.0", f"{evening_id}.1")


async def test_a_thread_that_is_gone_ends_the_questions_that_wait_too(services, evening_id):
    for _ in range(2):
        await show_all(services, OVER)
    [first] = await items(services)
    await services.posts.wait(first, at=OVER)
    [second] = await items(services)

    await services.posts.end(second, PostEnding.SHUT, at=OVER)

    left = await services.db.read(lambda tx: posts.exists(tx, PostKind.EVENING_ITEM, first.subject))
    assert not left


async def test_an_evening_that_is_called_off_before_it_is_announced_is_not_announced(services):
    """Its message would have no button by which it could be found after a crash, so it could be sent twice."""
    plan = EveningPlan(CHANNEL, STARTS, Length.SHORT)
    planned = await services.evenings.plan(ANA, plan, seed=1, may_create_events=False, at=MONDAY)
    await services.evenings.cancel(planned.evening.id, ANA, manager=False, at=MONDAY)

    assert [put.post.kind for put in await show_all(services, MONDAY)] == []


async def test_an_evening_whose_post_cannot_be_edited_for_a_while_continues(services):
    plan = EveningPlan(CHANNEL, STARTS, Length.SHORT)
    planned = await services.evenings.plan(ANA, plan, seed=1, may_create_events=False, at=MONDAY)
    await show_all(services, MONDAY)
    await services.evenings.sign_up(planned.evening.id, ANA, at=MONDAY + MINUTE)
    _, [leased] = await services.posts.lease(PostKind.EVENING, planned.evening.id, at=MONDAY + MINUTE)

    unsent = await services.posts.refuse(leased, Trouble.NO_PERMISSION, at=MONDAY + MINUTE)

    [shown] = await show_all(services, MONDAY + MINUTE + RETRY_AFTER_REFUSAL)
    assert unsent is None
    assert (shown.scene.evening.over, shown.scene.signed_up) == (False, 1)


async def test_an_announced_but_unrecorded_evening_still_says_that_it_is_called_off(services):
    plan = EveningPlan(CHANNEL, STARTS, Length.SHORT)
    planned = await services.evenings.plan(ANA, plan, seed=1, may_create_events=False, at=MONDAY)
    await services.evenings.cancel(planned.evening.id, ANA, manager=False, at=MONDAY)
    _, [leased] = await services.posts.lease(PostKind.EVENING, planned.evening.id, at=MONDAY)

    held = await services.posts.hold(leased, found=5, at=MONDAY)  # the message was found by its buttons
    scene = await services.posts.scene(held, at=MONDAY)

    assert scene.evening.over
    assert RENDERERS[PostKind.EVENING].compose(held, scene) is not None


async def test_a_member_who_can_answer_the_whole_paper_in_another_evening_has_nothing_to_answer_here(services):
    ben, plan = Member(GUILD, 8, "ben"), EveningPlan(CHANNEL, STARTS, Length.SHORT)
    same = []
    for guild_id in (GUILD, GUILD + 1):
        host = replace(ben, guild_id=guild_id, user_id=guild_id)
        planned = await services.evenings.plan(host, plan, seed=1, may_create_events=False, at=MONDAY)
        await services.evenings.sign_up(planned.evening.id, host, at=MONDAY)
        same.append(planned.evening.id)
    await services.evening_steps.advance_due(STARTS)
    there, here = same
    await services.evenings.sign_up(there, ANA, at=STARTS)

    begun = await services.evenings.begin(here, replace(ANA, guild_id=GUILD + 1), at=STARTS)

    assert isinstance(begun, HandedIn)
