"""Everything, with each permission that the bot has in a channel missing in turn."""

from __future__ import annotations

import pytest

from bot.cogs.ui.outgoing import NEEDED, PICTURES
from tests.sets.everything import furnish


@pytest.mark.parametrize("permission", [*NEEDED, *PICTURES])
async def test_every_command_and_button_answers_without_it(world, everything, permission):
    await furnish(world)
    world.forbid(**{permission: False})

    await everything.commands(world.mia)
    await everything.presses(world.mia)
    everything.caplog.clear()  # the ticks that follow log what they could not post
    await world.pass_time(days=1)
    everything.caplog.clear()
    await everything.commands(world.mia)
