"""The life of one daily through every fault: exactly one post for each server and local date, even after a crash at any
point."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select, text

from bot.storage.tables import DIRTY, posts
from tests.journeys.wire import Crash

MISSING_ACCESS, MISSING_PERMISSIONS, UNKNOWN_CHANNEL, CLOSED_TO_US = 50001, 50013, 10003, 50007
FLAGGED = 20026


async def due(world, **options):
    """Move the clock to nine, the hour of the daily, without running a tick."""
    await world.schedule_daily(**options)
    world.env.backend.advance_clock(60 * 60)


async def the_only_post_works(world):
    """Check that there is exactly one post in the channel, and that its buttons accept an answer."""
    (message,) = world.posts()
    reply = await world.answer(world.ana, message)
    assert "Right" in world.read(reply)
    return message


# -- crashes between the claim and the record of the message


async def crash_before_the_send(world, wire):
    wire.dies_before()


async def crash_before_the_reply(world, wire):
    wire.dies_after()


async def crash_before_the_note(world, wire):
    """Crash after the reply has arrived and before it is recorded."""

    async def write(_work):
        world.db.__dict__.pop("write")
        raise Crash

    async def arm():
        world.db.write = write

    wire.then(arm)


async def back(world):
    """Start the next process and let it do what it can. On a shared database, it cannot know that the sender of a claim
    is dead before the lease expires."""
    await world.restart()
    await world.tick()
    if world.db.shared:
        await world.pass_time(seconds=61)


async def in_sql(world, *statements):
    for statement in statements:
        await world.db.write(lambda tx, statement=statement: tx.execute(text(statement)) and None)


REFUSE = (
    "CREATE TRIGGER refuse BEFORE UPDATE ON dailies WHEN NEW.state = 'posted' "
    "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
)


REFUSE_ON_POSTGRESQL = (
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the disk is full'; END $$",
    "CREATE TRIGGER refuse BEFORE UPDATE ON dailies FOR EACH ROW WHEN (NEW.state = 'posted') EXECUTE FUNCTION refuse()",
)


CRASHES = [crash_before_the_send, crash_before_the_reply, crash_before_the_note]


@pytest.mark.parametrize("crash", CRASHES, ids=lambda crash: crash.__name__)
@pytest.mark.parametrize("minutes", [0, 1, 2, 10, 10 * 60], ids=lambda minutes: f"back after {minutes} min")
async def test_a_crash_at_any_step_leaves_exactly_one_post(world, wire, crash, minutes):
    await due(world)
    await crash(world, wire)
    with pytest.raises(Crash):
        await world.tick()

    world.env.backend.advance_clock(60 * minutes)
    await back(world)

    await the_only_post_works(world)


@pytest.mark.parametrize("crash", CRASHES, ids=lambda crash: crash.__name__)
async def test_after_a_crash_without_a_restart_another_process_takes_over_when_the_lease_expires(world, wire, crash):
    await due(world)
    await crash(world, wire)
    with pytest.raises(Crash):
        await world.tick()

    await world.tick()
    before = len(world.posts())
    await world.pass_time(seconds=61)

    assert before == (0 if crash is crash_before_the_send else 1)
    await the_only_post_works(world)


@pytest.mark.parametrize("crash", [crash_before_the_reply, crash_before_the_note], ids=lambda crash: crash.__name__)
async def test_a_post_sent_in_the_last_minute_is_found_again_on_the_next_day(world, wire, crash):
    await world.schedule_daily(time="23:59")
    world.env.backend.advance_clock(60 * (15 * 60 + 59))
    await crash(world, wire)
    with pytest.raises(Crash):
        await world.tick()

    world.env.backend.advance_clock(60)
    await world.restart()
    await world.tick()

    await the_only_post_works(world)
    assert world.inbox(world.mia) == []


async def test_a_post_is_found_again_in_a_channel_that_was_busy_since(world, wire):
    await due(world)
    await crash_before_the_reply(world, wire)
    with pytest.raises(Crash):
        await world.tick()
    for number in range(250):
        world.env.backend.create_message(world.channel.id, world.ben.id, f"message {number}")
    world.env.backend.advance_clock(60 * 60)

    await world.restart()
    await world.tick()

    await the_only_post_works(world)


async def test_a_press_counts_before_the_bot_knows_that_its_post_is_up(world, wire):
    await due(world)
    await crash_before_the_note(world, wire)
    with pytest.raises(Crash):
        await world.tick()

    pressed = await world.answer(world.ana, world.posts()[0])
    await back(world)

    assert "Right" in world.read(pressed)
    assert "1 member has answered" in world.read(world.posts()[0])
    assert "ana" in world.read(await world.ana.slash(world.channel, "leaderboard"))


async def test_a_record_that_cannot_be_written_is_written_later(world, wire, caplog):
    await due(world)
    await in_sql(world, *(REFUSE_ON_POSTGRESQL if world.db.shared else [REFUSE]))
    with caplog.at_level(logging.ERROR):
        await world.tick()
    await in_sql(world, "DROP TRIGGER refuse" + (" ON dailies" if world.db.shared else ""))

    await world.pass_time(minutes=3)

    assert "post 1 failed" in caplog.text or "post 1 will be retried" in caplog.text
    await the_only_post_works(world)


# -- Discord's possible responses


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_an_outage_of_discord_ends_without_a_message_to_the_managers(world, wire, status):
    await due(world)
    world.env.inject_error("POST", "/channels/*/messages", status=status)

    await world.tick()
    await world.pass_time(seconds=61)

    await the_only_post_works(world)
    assert world.inbox(world.mia) == []


async def test_a_dropped_reply_leaves_one_post(world, wire):
    await due(world)
    wire.drops_reply()

    await world.tick()
    await world.pass_time(seconds=61)

    await the_only_post_works(world)


async def test_replies_dropped_again_and_again_leave_one_post(world, wire):
    await due(world)
    for _ in range(6):
        wire.drops_reply()
        await world.pass_time(seconds=61)

    await world.pass_time(seconds=61)

    await the_only_post_works(world)


async def test_a_request_that_never_arrived_is_sent_again(world, wire):
    await due(world)
    wire.drops_request()

    await world.tick()
    await world.pass_time(seconds=61)

    await the_only_post_works(world)


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (403, MISSING_PERMISSIONS, "I am not allowed to post in"),
        (403, MISSING_ACCESS, "I am not allowed to post in"),
        (404, UNKNOWN_CHANNEL, "The channel of the daily is gone"),
        (400, 50035, "Discord did not accept the post in"),
    ],
)
async def test_a_refusal_is_reported_to_the_manager_once_and_shown_until_it_is_fixed(world, wire, status, code, told):
    await due(world)
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=status, code=code, times=3)

    await world.tick()
    for _ in range(2):
        await world.pass_time(minutes=11)

    (message,) = world.inbox(world.mia)
    assert "The question of the day could not be posted in Study group." in message
    assert told in message
    assert told in world.read(await world.mia.slash(world.channel, "daily status"))
    await world.pass_time(minutes=11)
    await the_only_post_works(world)
    assert "Trouble" not in world.read(await world.mia.slash(world.channel, "daily status"))
    assert len(world.inbox(world.mia)) == 1


async def test_the_daily_can_be_posted_once_a_missing_permission_is_restored(world):
    await world.schedule_daily()
    world.forbid(send_messages=False)

    await world.pass_time(hours=1)
    world.permit()
    reply = await world.mia.slash(world.channel, "daily post")

    assert len(world.inbox(world.mia)) == 1
    assert "Posted: https://discord.com/channels/" in world.read(reply)
    await the_only_post_works(world)


async def test_a_daily_whose_channel_was_deleted_goes_to_the_one_that_the_manager_then_chooses(world):
    doomed = world.guild.create_text_channel("doomed")
    await world.schedule_daily(channel=doomed)
    world.env.backend.delete_channel(doomed.id)
    await world.pass_time(hours=1)

    told = world.inbox(world.mia)
    await world.schedule_daily(channel=world.channel)
    await world.tick()

    assert "The channel of the daily is gone. Choose another with `/daily schedule`." in told[0]
    await the_only_post_works(world)
    await world.pass_time(minutes=11)
    assert world.inbox(world.mia) == told
    assert len(world.posts()) == 1


async def test_a_problem_that_lasts_for_days_is_reported_once_and_nothing_is_retried_forever(world):
    await due(world)
    world.forbid(send_messages=False)
    for _ in range(3):
        await world.tick()
        await world.pass_time(minutes=11)
        await world.pass_time(hours=23, minutes=49)
    world.permit()

    await world.pass_time(minutes=11)

    assert len(world.inbox(world.mia)) == 1
    assert len(world.posts()) == 1
    assert await world.db.read(lambda tx: tx.execute(select(posts.c.id).where(DIRTY)).all()) == []


async def test_without_the_history_the_bot_does_not_post_a_second_time(world, wire):
    await due(world)
    await crash_before_the_reply(world, wire)
    with pytest.raises(Crash):
        await world.tick()
    world.forbid(read_message_history=False)

    world.env.backend.advance_clock(60 * 10)
    await world.restart()
    await world.tick()
    blind = len(world.posts())
    told = world.inbox(world.mia)
    world.permit()
    await world.pass_time(minutes=11)

    assert blind == 1
    assert "Read Message History" in told[0]
    await the_only_post_works(world)


async def test_if_a_manager_accepts_no_messages_the_owner_is_notified(world):
    await due(world)
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=MISSING_PERMISSIONS)
    world.env.inject_error("POST", f"/channels/{world.mia.user.dm_channel.id}/messages", status=403, code=CLOSED_TO_US)

    await world.tick()

    owner = world.guild.owner
    assert world.inbox(world.mia) == []
    assert "could not be posted" in world.read(owner.dm_channel.last_message)


async def test_a_problem_that_nobody_can_be_told_about_is_in_the_log_and_in_the_status(world, caplog):
    await due(world)
    for person in (world.mia.user, world.guild.owner):
        world.env.inject_error("POST", f"/channels/{person.dm_channel.id}/messages", status=403, code=CLOSED_TO_US)
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=MISSING_PERMISSIONS, times=None)

    with caplog.at_level(logging.WARNING):
        await world.tick()
        await world.pass_time(minutes=11)

    assert caplog.text.count("no manager could be notified") == 1
    assert "I am not allowed to post in" in world.read(await world.mia.slash(world.channel, "daily status"))


@pytest.mark.parametrize(("status", "code"), [(503, 0), (403, FLAGGED)])
async def test_a_manager_whom_discord_did_not_reach_is_notified_the_next_time(world, status, code):
    await due(world)
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=MISSING_ACCESS, times=2)
    for person in (world.mia.user, world.guild.owner):
        world.env.inject_error("POST", f"/channels/{person.dm_channel.id}/messages", status=status, code=code)

    await world.tick()
    silent = world.inbox(world.mia)
    await world.pass_time(minutes=11)

    assert silent == []
    assert len(world.inbox(world.mia)) == 1
