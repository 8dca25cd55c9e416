"""The delivery of posts: leased to one sender at a time, shown once, and ended when their time has passed."""

from __future__ import annotations

from datetime import time, timedelta
from random import Random

import pytest

from bot.app import RENDERERS
from bot.services import posts as services_posts
from bot.services.leases import LEASE, NEW, is_fresh, is_new
from bot.services.posts import PostEnding
from bot.services.schedules import SchedulePlan
from bot.storage.posts import PostKind
from bot.study.schedules import Schedule, Trouble
from tests.conftest import MONDAY
from tests.services.channel import show_all
from tests.services.contests import CHANNEL, DAY, GUILD, HOUR, MANAGER, Arena, member

ANA = member(1)
DAILY_CHANNEL = 250
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def arena(services):
    return Arena(services)


async def take(arena, **options):
    return await arena.services.posts.acquire(arena.at, limit=9, **options)


async def refuse(arena, post, trouble=Trouble.CHANNEL_GONE):
    return await arena.services.posts.refuse(post, trouble, at=arena.at)


async def edited(arena):
    """Show the due posts; return how many of them are edited."""
    return len([put for put in await show_all(arena.services, arena.at) if not put.sent])


async def with_a_daily(arena):
    plan = SchedulePlan(DAILY_CHANNEL, None, Schedule(time(9), "UTC"), ())
    await arena.services.schedules.set(GUILD, plan, by=MANAGER, rng=Random(1), at=arena.at)


def test_every_kind_has_a_policy_and_a_renderer(services):
    assert set(services.posts.policies) == set(RENDERERS) == set(PostKind)


def test_two_features_cannot_register_the_same_kind():
    with pytest.raises(ValueError, match="registered twice: duel"):
        services_posts.by_kind([{"daily": 1, "duel": 2}, {"duel": 3}])


async def test_a_leased_post_belongs_to_one_process_until_its_lease_expires(arena):
    await arena.announce()

    first = await take(arena)
    second = await take(arena)
    arena.at += 61 * SECOND
    third = await take(arena)

    assert [len(each) for each in (first, second, third)] == [1, 0, 1]
    assert is_fresh(third[0], arena.at), "the nonce guards it still"
    assert third[0].nonce == first[0].nonce


async def test_only_a_lease_that_is_not_new_is_renewed_before_sending(arena):
    await arena.announce()
    [post] = await take(arena)

    at_once = await arena.services.posts.hold(post, at=arena.at + SECOND)
    later = await arena.services.posts.hold(post, at=arena.at + NEW)

    assert at_once.lease.until == post.lease.until
    assert later.lease.until == arena.at + NEW + LEASE


async def test_a_new_lease_of_a_server_that_has_removed_the_bot_is_released(arena):
    await arena.announce()
    [post] = await take(arena)
    await arena.services.guilds.left(GUILD, at=arena.at)

    assert await arena.services.posts.hold(post, at=arena.at) is None

    await arena.services.guilds.joined(GUILD, at=arena.at)
    assert await take(arena) != []


def test_a_lease_from_before_the_clock_was_set_back_is_not_new():
    assert not is_new(MONDAY + LEASE + SECOND, MONDAY)
    assert is_new(MONDAY + LEASE, MONDAY)
    assert not is_new(MONDAY + LEASE, MONDAY + NEW)


@pytest.mark.sqlite
async def test_at_startup_a_single_process_does_not_wait_for_its_own_lease(arena):
    await arena.announce()
    await take(arena)

    await arena.services.posts.release_all(arena.at)

    assert len(await take(arena)) == 1


async def test_once_the_nonce_has_expired_the_channel_is_searched_first(arena):
    await arena.announce()
    await take(arena)

    arena.at += 5 * MINUTE
    (post,) = await take(arena)

    assert not is_fresh(post, arena.at)


async def test_an_attempt_with_a_future_time_has_an_unknown_age(arena):
    await arena.announce()
    (post,) = await take(arena)
    await arena.services.posts.fail(post, at=arena.at - HOUR)

    arena.at -= 30 * MINUTE
    (post,) = await take(arena)

    assert not is_fresh(post, arena.at)


async def test_retries_come_after_a_delay_that_doubles(arena):
    await arena.announce()
    waits = []
    for _ in range(6):
        (post,) = await take(arena)
        await arena.services.posts.fail(post, at=arena.at)
        since = arena.at
        while not (due := await arena.services.posts.acquire(arena.at, limit=9)):
            arena.at += SECOND
        waits.append((arena.at - since).total_seconds())
        await arena.services.posts.release(due, at=arena.at)

    assert waits[0] == 5
    assert waits == sorted(waits)
    assert waits[-1] == 60, "a message that is awaited is tried each minute at least"


async def test_posts_that_can_wait_let_others_go_first_but_not_forever(arena):
    await arena.announce("old")
    await arena.sent()
    arena.at += MINUTE
    await arena.join(ANA)

    await arena.announce("new")
    soon = await take(arena)
    urgent = [post.kind for post in soon if post.due_at <= arena.at]
    await arena.services.posts.release(soon, at=arena.at)
    arena.at += HOUR
    await arena.announce("newer")
    later = await take(arena)

    assert [post.message_id is None for post in soon] == [True, False]
    assert urgent == ["standings"]
    assert [post.subject for post in later] == ["2", "1", "3"]


async def test_a_post_is_not_sent_after_its_time_has_passed(arena):
    await arena.announce()
    await arena.join(ANA)
    await arena.sent()
    await arena.pass_time(DAY)
    (half,) = [post for post in await take(arena) if post.kind == "half-time"]

    arena.at += 2 * HOUR

    assert await arena.services.posts.scene(half, at=arena.at) is None
    assert await arena.kinds_sent() == []
    arena.at += HOUR
    assert await take(arena) == []


async def test_if_the_channel_is_gone_everything_is_posted_in_that_of_the_daily(arena):
    await with_a_daily(arena)
    await arena.announce()
    await arena.join(ANA)
    (post,) = await take(arena)

    unsent = await refuse(arena, post)
    (moved,) = await arena.sent()
    await arena.pass_time(DAY)
    (half,) = await arena.sent()

    assert (unsent.moved_to, unsent.manager) == (DAILY_CHANNEL, MANAGER)
    assert moved.post.channel_id == half.post.channel_id == DAILY_CHANNEL


async def test_without_another_channel_the_post_is_retried_and_this_is_reported_once(arena):
    await arena.announce()
    (post,) = await take(arena)

    first = await refuse(arena, post)
    await arena.services.posts.note_reported(post)
    arena.at += 5 * MINUTE
    soon = await take(arena)
    arena.at += 6 * MINUTE
    (again,) = await take(arena)
    second = await refuse(arena, again)

    assert (first.moved_to, first.manager) == (None, MANAGER)
    assert soon == []
    assert second is None
    assert again.channel_id == CHANNEL


async def test_a_server_that_removed_the_bot_gets_no_messages_until_the_bot_is_back(arena):
    await arena.announce(starts=HOUR)
    await arena.sent()
    await arena.services.guilds.left(GUILD, at=arena.at)

    await arena.pass_time(HOUR)
    await arena.announce("Second")
    away = await show_all(arena.services, arena.at)
    await arena.services.guilds.joined(GUILD, at=arena.at)
    back = await show_all(arena.services, arena.at)

    assert away == []
    assert sorted(put.sent for put in back) == [False, True]


async def test_a_post_that_expired_while_the_bot_was_removed_is_given_up_once_the_bot_is_back(arena):
    await arena.announce(lasts=HOUR)
    await arena.services.guilds.left(GUILD, at=arena.at)

    arena.at += 10 * DAY
    await arena.services.guilds.joined(GUILD, at=arena.at)

    assert await show_all(arena.services, arena.at) == []
    assert await take(arena) == []


async def test_a_refused_post_is_retried_at_once_when_the_bot_is_invited_again(arena):
    """Adding the bot again is the usual way to give it a permission."""
    await arena.announce()
    [post] = await take(arena)
    await refuse(arena, post, Trouble.NO_PERMISSION)
    await arena.services.guilds.left(GUILD, at=arena.at)

    await arena.services.guilds.joined(GUILD, at=arena.at)

    assert len(await arena.sent()) == 1


async def test_a_post_whose_server_removes_the_bot_while_it_waits_its_turn_is_kept(arena):
    await arena.announce()
    [post] = await take(arena)

    await arena.services.guilds.left(GUILD, at=arena.at)
    held = await arena.services.posts.hold(post, at=arena.at)
    await arena.services.guilds.joined(GUILD, at=arena.at)

    assert held is None
    assert len(await arena.sent()) == 1


async def test_the_standings_message_is_edited_after_a_change_and_at_most_once_a_minute(arena):
    await arena.announce()
    await arena.sent()

    arena.at += MINUTE
    still = await edited(arena)
    await arena.join(ANA)
    joined = await edited(arena)
    await arena.answer(ANA, 0)
    too_soon = await edited(arena)
    arena.at += MINUTE
    scored = await edited(arena)

    assert (still, joined, too_soon, scored) == (0, 1, 0, 1)


async def test_a_failed_edit_is_retried_and_a_deleted_message_is_not(arena):
    await arena.announce()
    await arena.sent()
    arena.at += MINUTE
    await arena.join(ANA)
    (post,) = await take(arena)

    await arena.services.posts.fail(post, at=arena.at)
    arena.at += MINUTE
    (again,) = await take(arena)
    await arena.services.posts.end(again, PostEnding.DELETED, at=arena.at)
    await arena.answer(ANA, 0)
    arena.at += MINUTE

    assert await take(arena) == []


async def test_an_edit_that_its_channel_refuses_is_given_up_after_a_week(arena):
    await arena.announce()
    await arena.sent()
    arena.at += MINUTE
    await arena.join(ANA)
    ended = arena.at + 2 * DAY

    while await edit_is_refused(arena):
        arena.at += 11 * MINUTE

    assert ended + services_posts.EDIT_WITHIN <= arena.at <= ended + services_posts.EDIT_WITHIN + HOUR


async def edit_is_refused(arena):
    """Let the channel reject the edit of the standings message; return whether the edit will be retried."""
    for post in await take(arena):
        if await arena.services.posts.scene(post, at=arena.at) is None:
            await arena.services.posts.end(post, PostEnding.OVER, at=arena.at)
            return False
        assert await refuse(arena, post, Trouble.NO_PERMISSION) is None, "nobody is troubled about an edit"
    return True
