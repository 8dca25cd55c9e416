"""The pace: so many a second and no more, and what can wait goes last."""

from __future__ import annotations

import asyncio
import time

from bot.cogs.ui.pace import Pace


async def test_no_slot_comes_before_its_time():
    pace, began = Pace(100), time.monotonic()

    for _ in range(11):
        async with pace:
            pass

    assert time.monotonic() - began >= 0.099


async def test_what_can_wait_goes_when_nobody_else_wants_a_slot():
    pace, order = Pace(500), []

    async def edit() -> None:
        async with pace.spare():
            order.append("edit")

    async def post_on() -> None:
        for _ in range(7):
            async with pace:
                order.append("post")

    edits = [asyncio.create_task(edit()) for _ in range(5)]
    await asyncio.gather(*(post_on() for _ in range(3)))
    await asyncio.gather(*edits)

    # Before any post asked for a slot, the first edit had one and the second stood in line.
    assert order[:-3].count("post") == 21
    assert order[-3:] == ["edit"] * 3


async def test_one_that_is_given_up_holds_nobody_back():
    pace = Pace(20)
    async with pace:
        waiting = asyncio.create_task(pace.__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()

    async with asyncio.timeout(5), pace.spare():
        assert waiting.cancelled()


async def test_without_a_limit_nobody_waits():
    pace = Pace(None)

    async with asyncio.timeout(5):
        for _ in range(1000):
            async with pace, pace.spare():
                pass
