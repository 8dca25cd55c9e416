"""A promise in a private reply is kept or withdrawn in that reply; replies name only options that commands have; forms
may be out of date."""

from __future__ import annotations

import discord
import pytest

from bot.study.questions import Kind

MESSAGES = "/channels/*/messages"


async def test_a_challenge_that_could_not_be_posted_is_withdrawn_in_its_private_reply(world):
    world.env.inject_error("POST", MESSAGES, status=403, code=50013, message="Missing Permissions")

    promised = await world.ana.slash(world.channel, "duel", member=world.ben)
    await world.tick()

    told = world.read(promised)
    assert "could not be posted" in told
    assert "timed out" in told
    assert "will be posted in a moment" not in told


async def test_the_reason_is_the_permission_that_was_taken_in_the_meantime(world):
    promised = await world.ana.slash(world.channel, "duel", member=world.ben)
    world.forbid(send_messages=False)
    await world.tick()

    assert "Give me Send Messages there" in world.read(promised)


async def test_a_posted_challenge_leaves_its_private_reply_unchanged(world):
    promised = await world.ana.slash(world.channel, "duel", member=world.ben)
    before = world.read(promised)
    await world.tick()
    await world.tick()

    assert world.read(promised) == before


async def test_a_live_round_that_could_not_be_posted_says_so_in_its_private_reply(world):
    promised = await world.ana.slash(world.channel, "live start")
    world.forbid(send_messages=False)
    await world.tick()
    await world.tick()

    assert "could not be posted" in world.read(promised)


async def test_a_live_round_and_a_duel_run_in_a_thread(world):
    await world.bot.get_channel(world.channel.id).create_thread(name="play", type=discord.ChannelType.public_thread)
    [thread] = world.channel.threads

    opened = await world.ana.slash(thread, "live start")
    await world.tick()
    challenged = await world.ana.slash(thread, "duel", member=world.ben)
    await world.tick()

    assert "Your live round" in world.read(opened)
    assert "Your challenge" in world.read(challenged)
    assert len([message for message in thread.history() if message.components]) == 2


@pytest.mark.parametrize("forged", ["a part is missing", "an unknown reason", "no components"])
async def test_a_report_form_from_another_version_says_so(world, monkeypatch, forged):
    message = await world.daily_of(Kind.CHOICE)
    feedback = await world.answer(world.ana, message)
    shown = await world.ana.click(feedback.response, label="Report")
    take = world.bot.intake.take

    async def from_another_version(interaction):
        if forged == "no components":
            del interaction.data["components"]
        elif forged == "a part is missing":
            interaction.data["components"] = interaction.data["components"][1:]
        else:
            interaction.data["components"][0]["component"]["values"] = ["no-such-reason"]
        return await take(interaction)

    monkeypatch.setattr(world.bot.intake, "take", from_another_version)
    reply = await world.ana.submit_modal(shown, {"reason": ["typo"]})

    assert reply.ephemeral
    assert "from another version" in world.read(reply)
