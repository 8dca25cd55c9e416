"""The bot's only clock: this machine's, corrected by Discord's time.

A machine that starts with an empty clock battery, or from an old snapshot, may briefly have a date in another year.
What the bot does then (a daily, the end of a season) cannot be undone, so it follows Discord's time if the two differ.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

log = logging.getLogger(__name__)

TOLERANCE = timedelta(minutes=1)
"""By how much this machine's clock may differ from Discord's time, which arrives late and in whole seconds."""
LOOK_EVERY = 1.0
"""How often, in seconds, to check whether this machine's clock has been changed."""
ASK_EVERY = 60 * 60.0
"""Seconds after which Discord is asked again, even if no change was noticed."""
ASK_WITHIN = 10.0


def wall() -> datetime:
    """Return this machine's time."""
    return datetime.now(UTC)  # noqa: TID251  the only place that reads it


def steady() -> float:
    """Return monotonic seconds, which include time asleep if the system supports that."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@dataclass(frozen=True, slots=True)
class Reference:
    """Discord's time, the monotonic time when we learned it, and how far ahead this machine was."""

    time: datetime
    steady: float
    ahead: timedelta


class Clock:
    """A clock that follows this machine's, corrected by Discord's time if the two differ."""

    def __init__(self, wall: Callable[[], datetime] = wall, steady: Callable[[], float] = steady) -> None:
        self._wall, self._steady = wall, steady
        self._reference: Reference | None = None

    def now(self) -> datetime:
        return self.right(self._wall())

    def right(self, at: datetime) -> datetime:
        """Return the right time at the moment when this machine's clock shows `at`."""
        ahead = self._ahead(at)
        return at if abs(ahead) <= TOLERANCE else at - ahead

    def record(self, discord: datetime) -> None:
        """Record Discord's time at this moment."""
        before = self._reference
        at = self._wall()
        self._reference = Reference(discord, self._steady(), at - discord)
        if abs(at - discord) > TOLERANCE:
            log.error("this machine's clock is wrong by %s: using Discord's time", at - discord)
        elif before is not None and abs(before.ahead) > TOLERANCE:
            log.info("this machine's clock agrees with Discord's again")

    def forget(self) -> None:
        self._reference = None

    @property
    def doubtful(self) -> bool:
        """Return whether this machine's clock, or the monotonic one, has jumped since Discord's time was recorded."""
        return self._reference is not None and abs(self._ahead(self._wall()) - self._reference.ahead) > TOLERANCE

    def _ahead(self, at: datetime) -> timedelta:
        if self._reference is None:
            return timedelta()
        return at - self._reference.time - timedelta(seconds=self._steady() - self._reference.steady)


CLOCK = Clock()
"""The clock of this process."""


def now() -> datetime:
    return CLOCK.now()


def right(at: datetime) -> datetime:
    return CLOCK.right(at)


async def discord_time(api_url: str) -> datetime | None:
    """Return Discord's time; None if it cannot be read."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ASK_WITHIN), trust_env=True) as session,
            session.get(f"{api_url}/gateway") as answer,
        ):
            return parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return None


async def _ask(api_url: str) -> None:
    found = await discord_time(api_url)
    if found is not None:
        CLOCK.record(found)


async def _keep_asking(api_url: str) -> None:
    asked = steady()
    while True:
        await asyncio.sleep(LOOK_EVERY)
        if CLOCK.doubtful or steady() - asked > ASK_EVERY:
            await _ask(api_url)
            asked = steady()


@asynccontextmanager
async def following(api_url: str) -> AsyncIterator[None]:
    """Keep `now` right while the context is open. Discord is asked for the time at once, then at intervals, and
    whenever this machine has slept or its clock was set.

    If Discord does not answer, nothing changes.
    """
    await _ask(api_url)
    asking = asyncio.create_task(_keep_asking(api_url), name="clock")
    try:
        yield
    finally:
        asking.cancel()
        CLOCK.forget()
