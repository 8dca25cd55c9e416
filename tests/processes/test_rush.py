"""The morning rush with three processes: one is killed in the middle, one is replaced by its successor, and every
server gets exactly one post."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.clock import now
from bot.storage.tables import attempts, dailies
from bot.study.dailies import DailyState
from tests.chaos.members import daily_of
from tests.discord_stub import buttons, faults, user_ids
from tests.processes.conftest import PATIENCE, SERVERS

pytestmark = pytest.mark.postgres

APART = timedelta(milliseconds=20)
"""The time between two servers' dailies: all are due within one minute, in a known order."""
FEW = 3
"""How many requests may arrive together: they are sent one by one, but this Discord may have had to wait for the
processor."""


async def test_every_server_has_one_post_even_if_one_process_dies_and_another_is_replaced(fleet):
    old, dying, untouched, new = [await fleet.start(ids) for ids in ("0-1", "2-3", "4-5", "0-1")]
    await fleet.ready()

    # The second process dies at its tenth post, which Discord has accepted and nobody has recorded.
    tenth = fleet.guilds_of("2-3")[9]
    death = fleet.stub.fault(faults.cut(f"POST /channels/{tenth.channels[0]}/messages", accepted=True, then=dying.kill))
    await fleet.schedule(fleet.stub.guilds, now() + timedelta(seconds=1), apart=APART)

    # Meanwhile, the first process is replaced: for a while, two processes hold its shards, and both get every press.
    post = await a_post_with_letters(fleet, "0-1")
    presses = [await fleet.stub.press(post, "A", member) for member in user_ids(5)]
    for press in presses:
        await press.reply(PATIENCE)
    old.ask_to_stop()
    fleet.given_up("0-1")

    await asyncio.wait_for(death.met.wait(), 40)
    assert await dying.ended() == -9
    fleet.given_up("2-3")
    posted = fleet.posted(fleet.guilds_of("2-3"))
    await fleet.let_pass(timedelta(minutes=10), "2-3")
    fleet.stub.world.forget_nonces()
    successor = await fleet.start("2-3")
    await fleet.ready()

    async def all_noted():
        return await fleet.states() == {DailyState.POSTED.value: SERVERS}

    await fleet.until(all_noted, "some server is still without its daily")

    assert 0 < posted < len(fleet.guilds_of("2-3")), "it died in the middle of its work"
    assert await old.ended() == 0
    await no_server_has_another_post(fleet)
    assert [len(press.shown) for press in presses] == [1] * len(presses)
    assert await fleet.db.read(lambda tx: tx.execute(select(func.count()).select_from(attempts)).scalar()) == len(
        presses
    )
    assert fleet.stub.rest.limits_met <= FEW
    for process in (old, dying, untouched, new, successor):
        assert "Traceback" not in process.said(), process.said()


async def a_post_with_letters(fleet, shard_ids):
    found = []

    async def look():
        posts = (post for guild in fleet.guilds_of(shard_ids) for post in fleet.stub.posts(guild))
        found.extend(post for post in posts if "A" in buttons(post))
        return bool(found)

    await fleet.until(look, "there is no post that letters answer")
    return found[0]


async def no_server_has_another_post(fleet):
    """Check that each channel has exactly the recorded message, with the buttons of its server's daily."""
    rows = await fleet.db.read(
        lambda tx: tx.execute(select(dailies.c.guild_id, dailies.c.id, dailies.c.message_id)).all()
    )
    noted = {row.guild_id: [(row.message_id, row.id)] for row in rows}
    in_channels = {
        guild.id: [(int(post["id"]), daily_of(post)) for post in fleet.stub.posts(guild)] for guild in fleet.stub.guilds
    }
    assert in_channels == noted
