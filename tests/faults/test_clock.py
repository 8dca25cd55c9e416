"""Our clock is set back, or was wrong, while Discord's clock is right."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from bot import clock, jobs
from bot.clock import now
from bot.study.dailies import DailyState
from tests.discord_stub import faults
from tests.faults.conftest import ANA
from tests.faults.kinds import pass_time
from tests.faults.test_reconciler import NONCE_OVER

TRIES = 3
CREATE = "POST /channels/*/messages"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


async def test_a_clock_that_is_set_back_causes_no_second_post_and_no_second_answer(live):
    post = await live.daily()
    await (await live.stub.press(post, "A", ANA)).reply()

    for step in (-1, 1, -5, -60, 30):
        await live.bot.poster.post_due(now() + step * MINUTE)
        await live.bot.poster.finished()
    again = await (await live.stub.press(post, "B", ANA)).reply()

    assert len(live.stub.posts(live.guild)) == 1
    assert "Your first answer counts" in again.text
    assert len(await live.recorded(ANA)) == 1


@pytest.mark.parametrize("ahead", [HOUR, 10 * HOUR], ids=["an hour", "ten hours"])
async def test_a_claim_made_by_a_clock_that_was_ahead_is_not_sent_twice(live, ahead):
    """The daily is claimed and sent with a clock that is ahead, and the bot is killed before it records that. The bot
    restarts when the clock is right again."""
    live.stub.fault(faults.cut(CREATE, accepted=True, times=TRIES))
    await live.schedule(live.guild, seconds=3600)
    await live.bot.poster.post_due(now() + ahead)
    await live.bot.poster.finished()
    live.stub.world.forget_nonces()
    await pass_time(live, NONCE_OVER)

    await live.bot.recover(now() + 10 * MINUTE)
    await live.bot.poster.finished()

    assert await live.state_of(live.guild) is DailyState.POSTED
    assert len(live.stub.posts(live.guild)) == 1


async def test_a_claim_made_by_a_clock_that_was_ahead_is_taken_over_without_waiting_for_its_lease(live):
    live.stub.fault(faults.cut(CREATE, times=TRIES))
    await live.schedule(live.guild, seconds=3600)
    await live.bot.poster.post_due(now() + HOUR)
    await live.bot.poster.finished()

    await live.bot.poster.post_due(now() + MINUTE)
    await live.bot.poster.finished()

    assert await live.state_of(live.guild) is DailyState.POSTED


async def test_dailies_are_posted_after_the_clock_of_the_machine_went_back_an_hour(live, monkeypatch):
    monkeypatch.setattr(jobs, "WATCH_EVERY", 0.1)
    monkeypatch.setattr(clock, "LOOK_EVERY", 0.1)

    async def doubtful():
        return clock.CLOCK.doubtful

    with time_machine.travel(now(), tick=True) as traveller:
        traveller.shift(-HOUR)
        await live.until(doubtful, False)  # this Discord runs on the same machine, so it confirms the clock when asked
        await live.schedule(live.guild)
        post = await live.post_of(live.guild)

    assert post
