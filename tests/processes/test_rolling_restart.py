"""A process that is asked to stop in the middle of a rush leaves nothing waiting for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.clock import now
from bot.storage.dailies import State
from bot.storage.tables import dailies
from tests.processes.conftest import SHARDS

pytestmark = pytest.mark.postgres


async def test_what_is_in_line_when_a_process_is_asked_to_stop_is_free_for_another(fleet):
    process, guilds = await fleet.start("0", posts_per_second=SHARDS), fleet.guilds_of("0")  # one post a second
    await fleet.ready()
    await fleet.schedule(guilds, now() + timedelta(seconds=0.5))

    async def begun():
        return fleet.posted(guilds) > 0

    await fleet.until(begun, "nothing is posted")
    process.ask_to_stop()

    assert await process.ended() == 0
    rows = await fleet.db.read(lambda tx: tx.execute(select(dailies.c.state, dailies.c.lease_until)).all())
    left = [row.lease_until for row in rows if row.state == State.CLAIMED.value]
    assert left
    assert max(left) <= now()
    assert len(left) + fleet.posted(guilds) == len(guilds)
