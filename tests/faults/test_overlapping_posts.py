"""Posts of every kind while two processes hold the same shards: each is posted once, and is up to date at the end."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.clock import now
from bot.storage import posts as stored
from bot.storage import tables as t
from tests.discord_stub import faults
from tests.faults import kinds
from tests.faults.kinds import CHANGING, KINDS, pass_time

pytestmark = pytest.mark.postgres

CREATE, EDIT = "POST /channels/*/messages", "PATCH /channels/*/messages/*"
LEASE_OVER = timedelta(seconds=61)
"""Longer than a lease, but Discord still remembers the nonce."""
BACKOFF_OVER = timedelta(hours=1)


@pytest.fixture(autouse=True)
def plain(live, other, monkeypatch):
    """Register the kind of posts that no feature has."""
    for process in (live, other):
        monkeypatch.setitem(process.services.posts.policies, "plain", kinds.PLAIN_POLICY)
        monkeypatch.setitem(process.bot.reconciler.renderers, "plain", kinds.PLAIN_RENDERER)


async def dirty(live):
    return len(await live.db.read(lambda tx: tx.execute(select(t.posts.c.id).where(t.DIRTY)).all()))


async def settled(*processes):
    """Wait until no post is dirty and no process is working on one. Intervals between two edits are skipped."""

    async def left():
        await asyncio.sleep(0.3)  # `pass_time` changes every post, which delays the processes' own writes
        if busy := sum(len(each.bot.outgoing.busy("post")) for each in processes):
            return busy
        await pass_time(processes[0], BACKOFF_OVER)
        return await dirty(processes[0])

    await processes[0].until(left, 0)


async def shown(live):
    """Return whether the only post has been recorded as shown since another process took it over."""
    row = await live.db.read(lambda tx: tx.execute(select(t.posts)).one())
    return row.message_id is not None and row.shown_revision == row.wanted_revision


async def taken_over(live):
    """Wait until another process has shown the post on which the first was working when its lease expired."""
    await pass_time(live, LEASE_OVER)
    await live.until(lambda: shown(live), True)


@pytest.mark.parametrize("kind", KINDS, ids=str)
async def test_a_post_that_changes_hands_while_it_is_sent_appears_once(live, other, kind):
    slow = live.stub.fault(faults.silence(CREATE, accepted=True))
    await kind.want(live, live.guild)
    await slow.met.wait()

    await taken_over(live)
    live.stub.rest.release()  # the first process sends the post again, because its connection broke
    await settled(live, other)

    assert len(kind.up(live, live.guild)) == 1


@pytest.mark.parametrize("kind", CHANGING, ids=str)
async def test_a_post_that_changes_hands_during_an_edit_shows_the_current_state(live, other, kind):
    await kind.want(live, live.guild)
    await settled(live, other)
    slow = live.stub.fault(faults.silence(EDIT))
    subject = await live.db.read(lambda tx: tx.execute(select(t.posts.c.subject)).scalar_one())
    await live.db.write(lambda tx: stored.touch(tx, kind.name, subject, now()))
    await pass_time(live, LEASE_OVER)
    await slow.met.wait()

    await kind.change(live, live.guild)
    await taken_over(live)
    live.stub.rest.release()  # the first process edits the message again, with outdated content
    await settled(live, other)

    [message] = kind.up(live, live.guild)
    assert kind.shows_change(message)
