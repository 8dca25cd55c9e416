"""Load: thousands of presses, each timed from the gateway to the callback.

    presses = cycle(to_press(post, "B", member) for member in user_ids(1000))
    figures = await saturate(stub, presses, in_hand=64, seconds=10)
    figures = await at_pace(stub, presses, per_second=figures.per_second / 2, seconds=10)

Run it in a different process from the bot's. A `BotProcess` always has its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.discord_stub.stub import DiscordStub, button_of
from tests.discord_stub.world import Interaction

LAST_REPLIES = 5.0
"""Seconds to wait for the replies to the last presses."""


@dataclass(frozen=True, slots=True)
class Press:
    message: dict[str, Any]
    custom_id: str
    user_id: int


def to_press(message: dict[str, Any], label: str, user_id: int) -> Press:
    return Press(message, button_of(message, label), user_id)


@dataclass(frozen=True)
class Figures:
    """The result of a measurement. `latencies`: seconds, ascending, of the presses that were answered within the
    measured time. `unanswered`: how many presses got no reply, even in the LAST_REPLIES seconds after it."""

    seconds: float
    latencies: tuple[float, ...]
    unanswered: int

    @classmethod
    def of(cls, parts: Sequence[Figures]) -> Figures:
        """Combine several measurements, made one after the other, into one."""
        latencies = sorted(latency for part in parts for latency in part.latencies)
        return cls(sum(part.seconds for part in parts), tuple(latencies), sum(part.unanswered for part in parts))

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency in seconds that this share of the answers did not exceed, such as 0.99 for the p99."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


async def saturate(stub: DiscordStub, presses: Iterator[Press], *, in_hand: int, seconds: float) -> Figures:
    """Press as fast as the bot answers: each answer is followed by the next press, with `in_hand` presses waiting at
    any time."""
    done: list[Interaction] = []
    end = time.perf_counter() + seconds

    async def press_on() -> None:
        while time.perf_counter() < end:
            interaction = await _press(stub, next(presses))
            with suppress(TimeoutError):
                await interaction.reply(LAST_REPLIES)
            done.append(interaction)
            stub.world.forget(interaction)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(in_hand):
            group.create_task(press_on())
    return _figures(done, began, end)


async def at_pace(stub: DiscordStub, presses: Iterator[Press], *, per_second: float, seconds: float) -> Figures:
    """Press at even intervals, whether or not the bot keeps up: time in a queue counts as latency."""
    done: list[Interaction] = []
    began = time.perf_counter()
    end = began + seconds
    while (due := began + len(done) / per_second) < end:
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        done.append(await _press(stub, next(presses)))
    await asyncio.gather(*(interaction.reply(LAST_REPLIES) for interaction in done), return_exceptions=True)
    for interaction in done:
        stub.world.forget(interaction)
    return _figures(done, began, time.perf_counter())


async def _press(stub: DiscordStub, press: Press) -> Interaction:
    return await stub.send(*stub.pressed(press.message, press.custom_id, press.user_id))


def _figures(done: list[Interaction], began: float, end: float) -> Figures:
    answered = [item for item in done if item.answered_at is not None and item.answered_at <= end]
    latencies = sorted(item.answered_at - item.sent_at for item in answered if item.answered_at is not None)
    return Figures(end - began, tuple(latencies), sum(item.answered_at is None for item in done))
