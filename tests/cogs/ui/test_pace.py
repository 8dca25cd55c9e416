"""The pace: a maximum of requests per second, and requests that can wait go last."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left
from collections.abc import Coroutine
from datetime import timedelta
from random import Random
from selectors import DefaultSelector
from typing import Any

import pytest

from bot.cogs.ui.pace import ALLOWED, Pace

RATE = 45.0


class LateLoop(asyncio.SelectorEventLoop):
    """A simulated event loop: the clock jumps to the next scheduled callback, and slightly past it, as on a busy
    machine."""

    def __init__(self, latest: float) -> None:
        super().__init__(_Jumping(self))
        self.now, self.latest, self.dice = 0.0, latest, Random(5)

    def time(self) -> float:
        return self.now


class _Jumping(DefaultSelector):
    def __init__(self, loop: LateLoop) -> None:
        super().__init__()
        self.loop = loop

    def select(self, timeout: float | None = None) -> Any:
        self.loop.now += 1e-6  # a real clock never stands still
        if timeout:
            self.loop.now += timeout + self.loop.dice.uniform(0, self.loop.latest)
        return super().select(0)


def simulated(story: Coroutine[Any, Any, Any], *, latest: float = 0.0) -> Any:
    with asyncio.Runner(loop_factory=lambda: LateLoop(latest)) as runner:
        return runner.run(story)


async def rush(pace: Pace, posts: int) -> list[float]:
    """Return when each of these posts, all due at once, got its slot."""
    loop, slots = asyncio.get_running_loop(), []

    async def post() -> None:
        async with pace:
            slots.append(loop.time())

    await asyncio.gather(*(post() for _ in range(posts)))
    return slots


def most_in_a_second(slots: list[float]) -> int:
    return max(bisect_left(slots, first + 1) - place for place, first in enumerate(slots))


@pytest.mark.parametrize("latest", [0.0, 0.02, 0.07], ids=lambda latest: f"up to {latest * 1000:.0f} ms late")
def test_a_rush_keeps_the_pace_even_if_the_loop_wakes_up_late(latest):
    slots = simulated(rush(Pace(RATE), 2000), latest=latest)

    assert 2000 / (slots[-1] - slots[0]) >= 0.95 * RATE
    assert most_in_a_second(slots) <= ALLOWED


def test_requests_that_the_database_releases_at_once_still_keep_the_pace():
    async def held_up() -> list[float]:
        pace, loop, sent = Pace(RATE), asyncio.get_running_loop(), list[float]()

        async def post() -> None:
            async with pace:
                pass
            # All writes that arrive meanwhile share one commit.
            await asyncio.sleep(1.5 - loop.time() % 1.5)
            await pace.go()
            sent.append(loop.time())

        await asyncio.gather(*(post() for _ in range(600)))
        return sent

    sent = simulated(held_up())

    assert most_in_a_second(sent) <= ALLOWED
    assert 600 / (sent[-1] - sent[0]) >= 0.9 * RATE


@pytest.mark.parametrize("rate", [0.5, 1, 15, 45, 49.5, 50])
def test_no_second_has_more_requests_than_discord_accepts_even_after_a_pause(rate):
    async def after_a_pause() -> list[float]:
        pace = Pace(rate)
        await rush(pace, 1)
        await asyncio.sleep(60)
        return await rush(pace, 200)

    assert most_in_a_second(simulated(after_a_pause(), latest=0.05)) <= ALLOWED


def test_processes_that_share_a_bot_send_no_more_together_than_one_alone():
    async def three() -> list[float]:
        paces = [Pace(RATE / 3, allowed=ALLOWED / 3) for _ in range(3)]
        await asyncio.sleep(60)
        return sorted(slot for slots in await asyncio.gather(*(rush(pace, 100) for pace in paces)) for slot in slots)

    assert most_in_a_second(simulated(three())) <= ALLOWED


def test_patient_requests_go_when_no_other_wants_a_slot_and_the_most_patient_last():
    async def story() -> list[str]:
        pace, order = Pace(RATE), []

        async def wait_for(what: str, patience: timedelta | None) -> None:
            async with pace if patience is None else pace.spare(patience):
                order.append(what)

        await rush(pace, 5)  # use up every slot
        await asyncio.gather(
            *(wait_for("count", timedelta(minutes=15)) for _ in range(5)),
            *(wait_for("close", timedelta(minutes=5)) for _ in range(5)),
            *(wait_for("post", None) for _ in range(100)),
        )
        return order

    order = simulated(story())

    assert order == ["post"] * 100 + ["close"] * 5 + ["count"] * 5


def test_patient_requests_do_not_wait_forever():
    async def story() -> float:
        pace, loop = Pace(RATE), asyncio.get_running_loop()
        endless = asyncio.create_task(_endless(pace))
        await asyncio.sleep(1)
        async with asyncio.timeout(600), pace.spare(timedelta(minutes=5)):
            waited = loop.time()
        endless.cancel()
        return waited

    # More posts come than can be sent. So after five minutes, the patient request competes with posts that have already
    # waited for half a minute.
    assert 300 <= simulated(story()) < 350


async def _endless(pace: Pace) -> None:
    async with asyncio.TaskGroup() as group:
        while True:
            group.create_task(rush(pace, 45))
            await asyncio.sleep(0.9)


async def test_a_cancelled_request_does_not_delay_others():
    pace = Pace(20)
    async with pace, pace:
        waiting = asyncio.create_task(pace.__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()

    async with asyncio.timeout(5), pace.spare():
        assert waiting.cancelled()


async def test_no_slot_comes_before_its_time_on_a_real_clock():
    pace = Pace(100)
    began = time.monotonic()

    await rush(pace, 31)

    assert time.monotonic() - began >= 0.2


async def test_without_a_limit_nobody_waits():
    pace = Pace(None)

    async with asyncio.timeout(5):
        for _ in range(1000):
            async with pace, pace.spare():
                await pace.go()
