"""Everything that was ever shown is tried after the things that it refers to are gone."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from sqlalchemy import delete

from bot.storage import tables
from tests.builders import a_pack, questions_of
from tests.sets.everything import furnish


async def questions(world):
    pack = world.packs["aws-mla-c01"]
    first, *_ = pack.questions.values()
    world.packs = {**world.packs, pack.name: replace(pack, questions={first.id: first})}
    await world.restart()


async def pack(world):
    """Replace the pack by another one."""
    other = a_pack(questions_of({"1.1": 3, "2.1": 2}))
    world.packs, world.settings = {other.name: other}, replace(world.settings, pack=other.name)
    await world.restart()


async def posts(world):
    """Delete every message of the bot in the channel."""
    for message in world.channel.history():
        world.env.backend.delete_message(message.channel.id, message.id)


async def rows(world):
    """Delete the dailies and competitions, as an erasure does."""

    def work(tx):
        for table in (tables.attempts, tables.dailies, tables.competitions):
            tx.execute(delete(table))

    await world.db.write(work)


async def channel(world):
    gone = world.channel
    world.channel = world.guild.create_text_channel("elsewhere")
    await world.bot.get_channel(gone.id).delete()


async def role(world):
    role = world.bot.get_guild(world.guild.id).get_role(world.prize.id)
    await world.mia.slash(world.channel, "award season", role=world.prize)
    await role.delete()


async def member(world):
    world.guild.remove_member(world.ana)


async def data(world):
    for actor in (world.ana, world.ben):
        asked = await actor.slash(world.channel, "privacy delete")
        await actor.click(asked.response, label="Erase everything")


@pytest.mark.parametrize(
    "gone", [questions, pack, posts, rows, channel, role, member, data], ids=lambda it: it.__name__
)
async def test_every_command_and_button_replies_afterwards(world, everything, gone):
    world.prize = world.guild.create_role("Winner")
    await furnish(world)
    await everything.commands(world.mia)
    await everything.presses(world.mia)
    everything.caplog.clear()

    await gone(world)
    await world.tick()
    everything.caplog.clear()  # ticks log what they could not post
    await everything.commands(world.mia)
    await everything.again(world.mia)
    await world.pass_time(days=1)
    everything.caplog.clear()
    await everything.again(world.ben)
    await everything.commands(world.mia)


async def test_the_ticks_continue_without_an_error_after_every_post_was_deleted(world, everything):
    world.prize = world.guild.create_role("Winner")
    await furnish(world)
    await posts(world)
    everything.caplog.clear()

    await world.ana.slash(world.channel, "quiz")
    for _ in range(3):
        await world.pass_time(minutes=2)
        await world.pass_time(days=1)

    assert [record.getMessage() for record in everything.caplog.records if record.levelno >= logging.ERROR] == []
    assert len(world.posts()) == 3
