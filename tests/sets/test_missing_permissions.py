"""Everything is tried without each of the bot's channel permissions in turn, and with the bot timed out."""

from __future__ import annotations

import re

import pytest

from bot.cogs.ui.access import NEEDED, PICTURES
from tests.sets.everything import furnish

ASKED_FOR = re.compile(r"Give me ([^.]+) there\.")


def hear(world, everything):
    """Collect every reply from now on."""
    said, look = [], everything.look

    def and_note(told, what, command=None):
        look(told, what, command)
        said.append(world.read(told))

    everything.look = and_note
    return said


def asked_for(texts):
    return {words for text in texts for words in ASKED_FOR.findall(text)}


async def do_it_all(world, everything):
    await everything.commands(world.mia)
    await everything.presses(world.mia)
    everything.caplog.clear()  # the ticks that follow log what they could not post
    await world.pass_time(days=1)
    everything.caplog.clear()
    await everything.commands(world.mia)


@pytest.mark.parametrize("permission", [*NEEDED, *PICTURES])
async def test_every_command_and_button_replies_without_the_permission_and_asks_for_no_other(
    world, everything, permission
):
    await furnish(world)
    world.forbid(**{permission: False})
    said = hear(world, everything)

    await do_it_all(world, everything)

    expected = {NEEDED[permission]} if permission in NEEDED else set()
    assert asked_for([*said, *world.inbox(world.mia)]) == expected


async def test_every_command_and_button_replies_during_a_timeout_and_asks_for_no_permission(world, everything):
    await furnish(world)
    world.time_out(days=3)
    said = hear(world, everything)

    await do_it_all(world, everything)

    assert asked_for([*said, *world.inbox(world.mia)]) == set()
    assert any("I am timed out in this server until" in text for text in said)
