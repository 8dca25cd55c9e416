"""The bot loses Read Message History: the post is sent anyway, and the managers are notified each time this happens."""

from __future__ import annotations

HISTORY = "Read Message History"


def told(world):
    return [text for text in world.inbox(world.mia) if HISTORY in text]


def lose(world):
    world.forbid(read_message_history=False)


async def status(world):
    return world.read(await world.mia.slash(world.channel, "daily status"))


async def test_the_manager_is_notified_once_and_each_question_is_still_posted(world):
    await world.schedule_daily()
    lose(world)

    await world.pass_time(hours=1)
    first = told(world)
    await world.pass_time(days=1)
    await world.pass_time(days=1)

    assert len(world.posts()) == 3
    assert len(first) == 1
    assert f"Give me {HISTORY} there." in first[0]
    assert "could not be posted" not in first[0]
    assert told(world) == first


async def test_the_loss_is_reported_even_if_the_post_cannot_be_sent(world):
    """The managers are notified before the post is sent, whether or not it succeeds."""
    await world.schedule_daily()
    lose(world)
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=503)

    await world.pass_time(hours=1)

    assert world.posts() == []
    assert len(told(world)) == 1


async def test_a_schedule_that_is_refused_without_the_permission_is_accepted_with_it_and_its_loss_is_reported(world):
    lose(world)
    refused = world.read(await world.schedule_daily())
    world.permit()
    set_ = world.read(await world.schedule_daily())
    lose(world)

    await world.pass_time(hours=1)

    assert f"Give me {HISTORY} there." in refused
    assert "The daily is scheduled" in set_
    assert len(told(world)) == 1
    assert len(world.posts()) == 1


async def test_a_permission_that_is_restored_and_lost_again_is_reported_again(world):
    await world.schedule_daily()
    lose(world)
    await world.pass_time(hours=1)
    world.permit()
    await world.pass_time(days=1)
    between = len(told(world))
    lose(world)

    await world.pass_time(days=1)

    assert between == 1
    assert len(told(world)) == 2


async def test_a_permission_that_is_restored_and_lost_between_two_posts_is_reported_again(world):
    await world.schedule_daily()
    lose(world)
    await world.pass_time(hours=1)
    world.permit()
    await world.env.settle()
    lose(world)

    await world.pass_time(days=1)

    assert len(told(world)) == 2


async def test_another_change_in_the_channel_does_not_cause_a_second_report(world):
    await world.schedule_daily()
    lose(world)
    await world.pass_time(hours=1)
    world.forbid(read_message_history=False, attach_files=False)
    await world.env.settle()

    await world.pass_time(days=1)

    assert len(told(world)) == 1


async def test_status_says_so_while_the_permission_is_missing(world):
    await world.schedule_daily()
    well = await status(world)
    lose(world)
    before = await status(world)
    await world.pass_time(hours=1)
    after = await status(world)
    world.permit()

    again = await status(world)

    assert HISTORY not in well
    assert HISTORY in before
    assert HISTORY in after
    assert HISTORY not in again


async def test_posting_by_hand_also_reports_the_loss(world):
    await world.schedule_daily()
    lose(world)

    await world.mia.slash(world.channel, "daily post")
    await world.tick()

    assert len(told(world)) == 1
    assert len(world.posts()) == 1
