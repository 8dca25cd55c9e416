"""Discord accepts one session of a bot every five seconds, over all its processes."""

from __future__ import annotations

import pytest

from bot.app import IDENTIFY_SECONDS

pytestmark = pytest.mark.postgres


async def test_processes_that_start_at_once_identify_in_turn(fleet):
    fleet.stub.rest.max_concurrency = 1

    for number in range(2):
        await fleet.start(f"{number * 3}")
    await fleet.ready()

    first, second = fleet.stub.gateway.identified_at
    assert second - first >= IDENTIFY_SECONDS * 0.9


async def test_shards_of_different_buckets_wait_for_nobody(fleet):
    for number in range(2):
        await fleet.start(f"{number * 3}-{number * 3 + 2}")
    await fleet.ready()

    times = fleet.stub.gateway.identified_at
    assert len(times) == 6
    assert max(times) - min(times) < 3 * IDENTIFY_SECONDS, "one after the other would take 25 seconds"
