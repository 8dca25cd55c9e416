"""After startup the bot knows its servers only by id, until Discord has sent each of them."""

from __future__ import annotations

import asyncio

import pytest

from bot.clock import now
from bot.cogs.ui import delivery, outgoing
from bot.cogs.ui.outgoing import CannotLook
from tests.faults.conftest import ANA, SOON

READ_HISTORY = 1 << 16


async def begin_anew(live):
    """Let the bot connect again without being sent any server."""
    live.stub.gateway.silent_of_guilds = live.stub.gateway.refuse_resume = True
    await live.stub.gateway.drop()

    async def named():
        guild = live.bot.get_guild(live.guild.id)
        return guild.name if guild else None

    await live.until(named, "", SOON)


@pytest.fixture
async def unheard_of(live):
    await begin_anew(live)
    return live


def inbox(live, user_id):
    channel_id = int(live.stub.world.direct_channel(user_id)["id"])
    return [message["content"] for message in live.stub.world.messages[channel_id].values()]


async def test_a_message_to_managers_waits_for_the_name_and_the_owner_of_their_server(unheard_of):
    live = unheard_of
    telling = asyncio.create_task(live.bot.outgoing.tell(live.guild.id, [None], "missed in {}".format))
    await asyncio.sleep(0.1)
    assert not telling.done()

    await live.stub.gateway.tell_of_guilds()

    assert await telling
    assert inbox(live, live.guild.owner_id) == [f"missed in {live.guild.name}"]


async def test_if_a_server_stays_unknown_the_manager_is_notified_now_and_the_owner_later(unheard_of, monkeypatch):
    monkeypatch.setattr(outgoing, "KNOWN_WITHIN", 0.05)
    live = unheard_of

    assert await live.bot.outgoing.tell(live.guild.id, [ANA], "missed in {}".format)
    assert not await live.bot.outgoing.tell(live.guild.id, [None], "missed in {}".format)

    assert inbox(live, ANA) == ["missed in your server"]


async def test_a_history_is_not_read_before_the_bot_knows_whether_it_may_read_it(unheard_of, monkeypatch):
    """Without the permission, Discord returns an empty history, and a second post would be sent."""
    live = unheard_of
    live.stub.world.forbid(live.guild.channels[0], READ_HISTORY)
    channel = live.bot.get_partial_messageable(live.guild.channels[0], guild_id=live.guild.id)
    looking = asyncio.create_task(live.bot.outgoing.find(channel, lambda _: True, claimed_at=now()))

    await live.stub.gateway.tell_of_guilds()
    with pytest.raises(CannotLook):
        await looking

    await begin_anew(live)
    monkeypatch.setattr(delivery, "PATIENCE", 0.05)
    with pytest.raises(TimeoutError):
        await live.bot.outgoing.find(channel, lambda _: True, claimed_at=now())
