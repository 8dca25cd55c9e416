"""Everything is tried with a database that is slower than the bot's timer: each interaction is deferred in time, and
answered."""

from __future__ import annotations

import asyncio

import pytest

from bot.cogs.ui import deferral
from tests.sets.everything import furnish

DEFERRED = (5, 6)
"""Discord's numbers for deferred responses."""


@pytest.fixture
def slow(world, monkeypatch):
    """Return a function that makes each statement take three times as long as the timer for deferring, and returns a
    counter of the interactions' statements."""
    asked = [0]

    def slowly(work):
        async def later(*args):
            asked[0] += (
                asyncio.current_task() in world.bot.intake._tasks
            )  # do not count the task that waits for the end of a command
            await asyncio.sleep(0.03)
            return await work(*args)

        return later

    def begin():
        monkeypatch.setattr(deferral, "DEFER_AFTER", 0.01)
        monkeypatch.setattr(world.db, "_queue_up", slowly(world.db._queue_up))
        monkeypatch.setattr(world.db, "read", slowly(world.db.read))
        return asked

    return begin


async def test_each_interaction_is_deferred_in_time_and_answered(world, everything, slow):
    await furnish(world)
    asked = slow()
    look = everything.look
    before = [len(world.env.http_requests)]

    def and_was_deferred(told, what, command=None):
        first = next(e for e in world.env.http_requests[before[0] :] if e.path.endswith("/callback"))
        if asked[0]:
            assert first.json["type"] in DEFERRED, f"{what} waited for the database without a word"
        asked[0], before[0] = 0, len(world.env.http_requests)
        look(told, what, command)

    everything.look = and_was_deferred
    await everything.commands(world.mia)
    await everything.presses(world.mia)

    assert len(everything.done) > 100
