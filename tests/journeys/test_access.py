"""Messages about missing permissions name the permissions that are missing now; for a timeout, they name its end."""

from __future__ import annotations

from contextlib import suppress

import discord
import pytest

from bot.cogs.ui.access import NEEDED
from tests.journeys.wire import Crash

REFUSED = {"status": 403, "code": 50013, "message": "Missing Permissions"}


async def status(world):
    return world.read(await world.mia.slash(world.channel, "daily status"))


@pytest.mark.parametrize("name", NEEDED)
async def test_the_refusal_of_a_schedule_names_the_one_permission_that_is_missing(world, name):
    world.forbid(**{name: False})

    told = world.read(await world.schedule_daily())

    assert f"Give me {NEEDED[name]} there." in told
    assert not [words for words in NEEDED.values() if words != NEEDED[name] and words in told]
    assert "timed out" not in told


@pytest.mark.parametrize("name", ["view_channel", "send_messages"])
async def test_the_manager_and_the_status_name_only_the_missing_permission(world, name):
    await world.schedule_daily()
    world.forbid(**{name: False})
    if name == "view_channel":  # the simulated Discord accepts a post in this channel
        world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", **REFUSED)

    await world.pass_time(hours=1)

    (told,) = world.inbox(world.mia)
    for text in (told, await status(world)):
        assert f"I am not allowed to post in <#{world.channel.id}>. Give me {NEEDED[name]} there." in text
        assert not [words for words in NEEDED.values() if words != NEEDED[name] and words in text]


async def test_a_permission_that_was_restored_is_no_longer_asked_for(world):
    await world.schedule_daily()
    world.forbid(send_messages=False, read_message_history=False)
    await world.pass_time(hours=1)
    before = await status(world)
    world.forbid(read_message_history=False)

    after = await status(world)

    assert "Give me Send Messages and Read Message History there." in before
    assert "Give me Read Message History there." in after


@pytest.mark.parametrize("noticed", [True, False])
async def test_a_bot_that_is_timed_out_says_until_when_and_asks_for_no_permission(world, noticed):
    await world.schedule_daily()
    world.time_out(hours=5, noticed=noticed)
    end = f"<t:{int(world.now.timestamp()) + 5 * 60 * 60}:f>"

    await world.pass_time(hours=1)

    (told,) = world.inbox(world.mia)
    for text in (told, await status(world)):
        assert f"I am timed out in this server until {end}" in text
        assert "A moderator can end that." in text
        assert "Give me" not in text
    world.time_out()
    await world.pass_time(minutes=11)
    assert len(world.posts()) == 1


async def test_status_says_before_the_post_what_will_prevent_it(world):
    await world.schedule_daily()
    well = await status(world)
    world.time_out(hours=5)

    warned = await status(world)

    assert "Trouble" not in well
    assert "I am timed out in this server until" in warned


async def test_a_refusal_without_a_visible_reason_says_what_was_checked(world):
    await world.schedule_daily()
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", **REFUSED)

    await world.pass_time(hours=1)

    (told,) = world.inbox(world.mia)
    for text in (told, await status(world)):
        assert "I now have View Channel, Send Messages and Read Message History there" in text
        assert "I may be timed out" in text
        assert "Give me" not in text


@pytest.mark.parametrize("command", ["competition create", "live start", "duel", "settings"])
async def test_every_command_that_posts_says_that_the_bot_is_timed_out(world, command):
    options = {
        "competition create": {"name": "Sprint", "start": "now", "end": "in 2 days"},
        "duel": {"member": world.ben},
        "settings": {"season_channel": world.channel},
    }
    world.time_out(hours=5)
    await world.env.settle()

    told = world.read(await world.mia.slash(world.channel, command, **options.get(command, {})))

    assert "I am timed out in this server until" in told
    assert "Give me" not in told


async def test_a_refused_competition_asks_only_for_what_is_missing(world):
    await world.mia.slash(world.channel, "competition create", name="Sprint", start="now", end="in 2 days")
    world.forbid(send_messages=False)

    await world.tick()

    (told,) = world.inbox(world.mia)
    assert "Give me Send Messages there. I will try again every ten minutes." in told
    assert "Attach Files" not in told


@pytest.mark.parametrize("away", ["timeout", "permission", "channel"])
async def test_a_live_round_that_cannot_go_on_says_why(world, away):
    await world.ana.slash(world.channel, "live start")
    if away == "timeout":
        world.time_out(hours=5)
    elif away == "permission":
        world.forbid(send_messages=False)
    else:
        world.env.backend.delete_channel(world.channel.id)

    await world.tick()

    (told,) = world.inbox(world.ana)
    expected = {
        "timeout": "I am timed out in this server until",
        "permission": "Give me Send Messages there.",
        "channel": "because its channel is gone",
    }
    assert expected[away] in told
    assert [words for words in expected.values() if words in told] == [expected[away]]


async def test_in_a_thread_its_own_permission_is_asked_for(world):
    await world.bot.get_channel(world.channel.id).create_thread(name="play", type=discord.ChannelType.public_thread)
    [thread] = world.channel.threads
    world.forbid(send_messages=False, send_messages_in_threads=False)

    told = world.read(await world.ana.slash(thread, "live start"))

    assert "Give me Send Messages in Threads there." in told


async def test_a_locked_thread_is_reported_as_locked(world):
    thread = await world.bot.get_channel(world.channel.id).create_thread(
        name="play", type=discord.ChannelType.public_thread
    )
    world.forbid(manage_threads=False)
    [there] = world.channel.threads
    promised = await world.ana.slash(there, "duel", member=world.ben)
    world.env.backend.get_channel(thread.id).thread_metadata.locked = True
    world.bot.get_channel(thread.id).locked = True
    world.env.inject_error("POST", f"/channels/{thread.id}/messages", **REFUSED)

    await world.tick()

    assert "the thread is locked. A moderator can unlock it." in world.read(promised)
    assert "timed out" not in world.read(promised)


async def test_a_live_round_in_a_thread_without_history_is_posted_once(world, wire):
    await world.bot.get_channel(world.channel.id).create_thread(name="play", type=discord.ChannelType.public_thread)
    [thread] = world.channel.threads
    await world.ana.slash(thread, "live start")
    wire.dies_after()
    with suppress(Crash):
        await world.tick()
    world.forbid(read_message_history=False)

    world.env.backend.advance_clock(60 * 3)
    await world.restart()
    await world.tick()

    assert len([message for message in thread.history() if "Live round" in world.read(message)]) == 1
    assert "Give me Read Message History there." in world.inbox(world.ana)[0]


async def test_a_timed_out_bot_that_cannot_give_a_role_does_not_ask_for_permissions(world):
    role = world.guild.create_role("Champion")
    world.time_out(hours=5)
    await world.env.settle()

    told = world.read(await world.mia.slash(world.channel, "award season", role=role))

    assert "I am timed out in this server until" in told
    assert "Manage Roles" not in told
