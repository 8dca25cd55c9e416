"""Everything is tried while time jumps forward and back, as on a laptop that slept, after a clock was set, or after a
snapshot was restored."""

from __future__ import annotations

from datetime import timedelta

from tests.sets.everything import furnish

STEPS = (timedelta(days=2), -timedelta(days=1), timedelta(days=40), -timedelta(hours=3))


async def test_every_command_and_button_replies_after_each_step(world, everything):
    await furnish(world)
    await everything.commands(world.mia)
    await everything.presses(world.mia)

    for step in STEPS:
        world.env.backend.advance_clock(step.total_seconds())
        await world.tick()
        await everything.commands(world.mia)
        await everything.again(world.mia)
