"""Posts: whatever happens to the request, there is one post for each server and date, and no server waits because
another has a problem."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import metrics
from bot.clock import now
from bot.cogs.ui import delivery
from bot.cogs.ui.pace import Pace
from bot.logs import count_rate_limits
from bot.storage import tables
from bot.study.dailies import DailyState
from tests.discord_stub import faults
from tests.faults.conftest import ANA, SOON
from tests.faults.kinds import pass_time
from tests.reading import card_of

CREATE, EDIT = "POST /channels/*/messages", "PATCH /channels/*/messages/*"
TRIES = 3
"""How often a request is sent if its connection breaks. A request that gets no response is not sent again before its
lease expires."""
SHORT = 1.0
"""Seconds after which a request without a response is given up: more than a request takes on a busy machine."""
LEASE_OVER = timedelta(seconds=61)
NONCE_OVER = timedelta(minutes=10)


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_post_waits_when_discord_limits_the_rate(live, everywhere):
    limited = live.stub.fault(faults.rate_limited(CREATE, seconds=0.3, everywhere=everywhere))

    await live.schedule(live.guild)
    await live.post_of(live.guild)

    assert limited.met.is_set()
    assert len(live.stub.posts(live.guild)) == 1


async def test_each_limit_that_discord_sets_is_counted_once(live, monkeypatch, caplog):
    caplog.set_level(logging.WARNING, "discord.http")  # an earlier test may have set another level
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
async def test_a_post_is_sent_again_after_an_outage_of_discord(live, status):
    live.stub.fault(faults.answer(CREATE, status))

    await live.schedule(live.guild)
    await live.post_of(live.guild)

    assert len(live.stub.posts(live.guild)) == 1


@pytest.mark.parametrize("accepted", [True, False], ids=["taken", "not taken"])
async def test_a_post_whose_connection_breaks_is_sent_again_at_once_and_appears_once(live, accepted):
    live.stub.fault(faults.cut(CREATE, accepted=accepted))

    await live.schedule(live.guild)
    await live.post_of(live.guild)

    assert len(live.stub.posts(live.guild)) == 1


@pytest.mark.parametrize("later", [LEASE_OVER, NONCE_OVER], ids=["the nonce holds", "the nonce is forgotten"])
@pytest.mark.parametrize("accepted", [True, False], ids=["taken", "not taken"])
@pytest.mark.parametrize(("fault", "times"), [(faults.cut, TRIES), (faults.silence, 1)], ids=["cut", "silence"])
async def test_a_post_without_a_response_appears_once_in_the_end(live, monkeypatch, fault, times, accepted, later):
    lost = live.stub.fault(fault(CREATE, accepted=accepted, times=times))
    with monkeypatch.context() as patched:
        if fault is faults.silence:
            patched.setattr(delivery, "PATIENCE", SHORT)
        await live.schedule(live.guild)
        await lost.met.wait()
        await _sending_is_over(live)
    if later == NONCE_OVER:
        live.stub.world.forget_nonces()

    await pass_time(live, later)
    await live.bot.poster.post_due(now())
    await live.bot.poster.finished()

    assert await live.state_of(live.guild) is DailyState.POSTED
    (post,) = live.stub.posts(live.guild)
    assert (await (await live.stub.press(post, "A", ANA)).reply()).shown[0]["components"]


async def test_a_server_whose_post_gets_no_response_does_not_delay_others(live, monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE", 2 * SOON)
    silent, *others = live.stub.guilds
    live.stub.fault(faults.silence(f"POST /channels/{silent.channels[0]}/messages"))

    for guild in live.stub.guilds:
        await live.schedule(guild, seconds=3600)

    await live.bot.poster.post_due(now() + timedelta(seconds=3600))
    for guild in others:
        await live.post_of(guild)

    assert await live.state_of(silent) is DailyState.CLAIMED
    live.stub.rest.release()
    await live.bot.poster.finished()


async def test_posts_that_come_due_while_one_waits_for_a_response_are_sent_at_once(live, monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE", 2 * SOON)
    silent, other, _ = live.stub.guilds
    lost = live.stub.fault(faults.silence(f"POST /channels/{silent.channels[0]}/messages"))
    await live.schedule(silent)
    await lost.met.wait()

    await live.schedule(other)

    assert await live.post_of(other)
    assert await live.state_of(silent) is DailyState.CLAIMED
    live.stub.rest.release()


async def test_a_closed_post_whose_edit_was_lost_is_edited_after_a_while(live):
    await live.daily()
    live.stub.fault(faults.cut(EDIT, times=TRIES))

    await close(live)
    await live.bot.poster.finished()
    await pass_time(live, LEASE_OVER)
    await live.bot.poster.close_due(now())
    await live.bot.poster.finished()

    assert "closed" in author_of(live)


async def close(live):
    """Move the open daily's close into the past, and run the tick."""
    past = now() - timedelta(minutes=1)
    await live.db.write(lambda tx: tx.execute(update(tables.dailies).values(closes_at=past)) and None)
    await live.bot.poster.close_due(now())


async def test_a_close_that_discord_refuses_is_not_retried_every_second(live, caplog):
    await live.daily()
    live.stub.fault(faults.answer(EDIT, 400, times=100))

    await close(live)
    for _ in range(4):
        await live.bot.poster.finished()
        await live.bot.poster.close_due(now())

    assert caplog.text.count("post refused") == 1


async def test_a_close_without_a_response_does_not_delay_questions_of_other_servers(live, monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE", 2 * SOON)
    await live.daily()
    lost = live.stub.fault(faults.silence(EDIT))
    await close(live)
    await lost.met.wait()

    other = live.stub.guilds[1]
    await live.schedule(other)

    assert await live.post_of(other)
    live.stub.rest.release()


async def test_a_close_during_an_edit_of_the_count_is_what_the_post_finally_shows(live, monkeypatch):
    """The edit with the number was rendered while the daily was open, its connection broke, and it is sent again after
    the daily has closed."""
    monkeypatch.setattr(delivery, "_PAUSES", (0.5, 0.5))
    post = await live.daily()
    await (await live.stub.press(post, "A", ANA)).reply()
    lost = live.stub.fault(faults.cut(EDIT))
    await live.bot.poster.refresh_counts(now())
    await lost.met.wait()

    await close(live)
    await live.bot.poster.finished()
    await live.bot.poster.close_due(now())
    await live.bot.poster.finished()

    assert "closed" in author_of(live)


async def test_a_count_that_waits_for_a_slot_until_its_daily_is_closed_is_not_shown(live):
    post = await live.daily()
    await (await live.stub.press(post, "A", ANA)).reply()
    pace = live.bot.outgoing.pace = Pace(2)
    async with pace:
        pass  # use up a slot: the next one is half a second away, and closes go before numbers

    await live.bot.poster.refresh_counts(now())
    await close(live)
    await live.bot.poster.finished()

    assert "closed" in author_of(live)


def author_of(live):
    return card_of(live.stub.posts(live.guild)[0]).above


async def _sending_is_over(live):
    async def at_work():
        return bool(live.bot.outgoing.busy("post"))

    await live.until(at_work, False, SOON)
