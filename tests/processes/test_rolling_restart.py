"""A process that is asked to stop in the middle of a rush leaves no work that has to wait for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.clock import now
from bot.storage.tables import DIRTY, posts
from tests.processes.conftest import SHARDS

pytestmark = pytest.mark.postgres


async def test_queued_work_of_a_stopping_process_is_free_for_another(fleet):
    process, guilds = await fleet.start("0", posts_per_second=SHARDS), fleet.guilds_of("0")  # one post a second
    await fleet.ready()
    await fleet.schedule(guilds, now() + timedelta(seconds=0.5))

    async def begun():
        return fleet.posted(guilds) > 0

    await fleet.until(begun, "nothing is posted")
    process.ask_to_stop()

    assert await process.ended() == 0
    free = select(posts.c.lease_until, posts.c.next_try_at).where(DIRTY)
    left = await fleet.db.read(lambda tx: tx.execute(free).all())
    assert left
    assert {row.lease_until for row in left} == {None}
    assert max(row.next_try_at for row in left) <= now()
    assert len(left) + fleet.posted(guilds) == len(guilds)
