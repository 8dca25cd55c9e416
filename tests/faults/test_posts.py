"""Posts: whatever happens to the request, one post for each server and date, and no server waits for another's trouble."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from bot import metrics
from bot.cogs.ui import delivery
from bot.jobs import now
from bot.logs import count_rate_limits
from bot.storage.dailies import State
from tests.discord_stub import faults
from tests.faults.conftest import ANA, SOON

CREATE = "POST /channels/*/messages"
TRIES = 3
"""A request whose connection breaks is sent so often; one that meets silence is not sent again before its lease is over."""
SHORT = 1.0
"""Seconds until silence is given up: more than a request takes on a busy machine."""
LEASE_OVER = timedelta(seconds=61)
NONCE_OVER = timedelta(minutes=10)


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_post_waits_when_discord_limits_the_rate(live, everywhere):
    limited = live.stub.fault(faults.rate_limited(CREATE, seconds=0.3, everywhere=everywhere))

    await live.schedule(live.guild)
    await live.post_of(live.guild)

    assert limited.met.is_set()
    assert len(live.stub.posts(live.guild)) == 1


async def test_each_limit_that_discord_sets_is_counted_once(live, monkeypatch):
    before = metrics.RATE_LIMITS._value.get()
    monkeypatch.setattr(logging.getLogger("discord.http"), "filters", [count_rate_limits])
    live.stub.fault(faults.rate_limited(CREATE, seconds=0.1, everywhere=True))

    await live.schedule(live.guild)
    await live.post_of(live.guild)

    assert metrics.RATE_LIMITS._value.get() == before + 1


async def test_a_limit_for_the_whole_bot_holds_back_the_posts_of_every_server(live):
    live.stub.fault(faults.rate_limited(CREATE, seconds=0.3, everywhere=True))

    for guild in live.stub.guilds:
        await live.schedule(guild)
    for guild in live.stub.guilds:
        await live.post_of(guild)

    assert [len(live.stub.posts(guild)) for guild in live.stub.guilds] == [1, 1, 1]


@pytest.mark.parametrize("status", [500, 502])
async def test_a_post_is_sent_again_after_an_illness_of_discords(live, status):
    live.stub.fault(faults.answer(CREATE, status))

    await live.schedule(live.guild)
    await live.post_of(live.guild)

    assert len(live.stub.posts(live.guild)) == 1


@pytest.mark.parametrize("accepted", [True, False], ids=["taken", "not taken"])
async def test_a_post_whose_connection_breaks_is_sent_again_at_once_and_up_once(live, accepted):
    live.stub.fault(faults.cut(CREATE, accepted=accepted))

    await live.schedule(live.guild)
    await live.post_of(live.guild)

    assert len(live.stub.posts(live.guild)) == 1


@pytest.mark.parametrize("later", [LEASE_OVER, NONCE_OVER], ids=["the nonce holds", "the nonce is forgotten"])
@pytest.mark.parametrize("accepted", [True, False], ids=["taken", "not taken"])
@pytest.mark.parametrize(("fault", "times"), [(faults.cut, TRIES), (faults.silence, 1)], ids=["cut", "silence"])
async def test_a_post_without_an_answer_is_up_once_in_the_end(live, monkeypatch, fault, times, accepted, later):
    lost = live.stub.fault(fault(CREATE, accepted=accepted, times=times))
    with monkeypatch.context() as patched:
        if fault is faults.silence:
            patched.setattr(delivery, "PATIENCE", SHORT)
        await live.schedule(live.guild)
        await lost.met.wait()
        await _sending_is_over(live)
    if later == NONCE_OVER:
        live.stub.world.forget_nonces()

    await live.bot.poster.post_due(now() + later)

    assert await live.state_of(live.guild) is State.POSTED
    (post,) = live.stub.posts(live.guild)
    assert (await (await live.stub.press(post, "A", ANA)).reply()).shown[0]["embeds"]


async def test_a_server_whose_post_gets_no_answer_holds_up_no_other(live, monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE", 2 * SOON)
    silent, *others = live.stub.guilds
    live.stub.fault(faults.silence(f"POST /channels/{silent.channels[0]}/messages"))

    for guild in live.stub.guilds:
        await live.schedule(guild, seconds=3600)

    posting = asyncio.create_task(live.bot.poster.post_due(now() + timedelta(seconds=3600)))
    for guild in others:
        await live.post_of(guild)

    assert await live.state_of(silent) is State.CLAIMED
    assert not posting.done()
    live.stub.rest.release()
    await posting


async def test_what_comes_due_while_one_post_waits_for_an_answer_is_posted_when_that_is_given_up(live, monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE", SHORT)
    silent, other, _ = live.stub.guilds
    lost = live.stub.fault(faults.silence(f"POST /channels/{silent.channels[0]}/messages"))
    await live.schedule(silent)
    await lost.met.wait()

    await live.schedule(other)

    assert await live.post_of(other)


async def test_a_closed_post_whose_edit_was_lost_is_edited_at_the_next_tick(live):
    await live.daily()
    live.stub.fault(faults.cut("PATCH /channels/*/messages/*", times=TRIES))

    await live.bot.poster.post_due(now() + timedelta(days=1, minutes=1))
    await live.bot.poster.post_due(now() + timedelta(days=1, minutes=2))

    assert "closed" in live.stub.posts(live.guild)[0]["embeds"][0]["author"]["name"]


async def _sending_is_over(live):
    async def at_work():
        return bool(live.bot.poster._sending)

    await live.until(at_work, False, SOON)
