"""The one clock: this machine's, unless Discord's says otherwise.

A machine that wakes with an empty battery, or from an old snapshot, may think for a moment that it is next year. What
it does then (a daily, a season's end) cannot be undone, so the bot follows Discord's time if the two differ.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from bot.records import dataclass

log = logging.getLogger(__name__)

TOLERANCE = timedelta(minutes=1)
"""How far this machine's clock may be from Discord's; the latter comes in whole seconds, and late."""
LOOK_EVERY = 1.0
"""Seconds between checks for a change of this machine's clock."""
ASK_EVERY = 60 * 60.0
"""Seconds after which Discord is asked again, even if nothing seems to have changed."""
ASK_WITHIN = 10.0


def wall() -> datetime:
    """Return this machine's time."""
    return datetime.now(UTC)  # noqa: TID251  the one place


def steady() -> float:
    """Return monotonic seconds; where the system offers it, including time asleep."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@dataclass(frozen=True, slots=True)
class Told:
    """Discord's time, the monotonic time when we learned it, and how far ahead this machine was."""

    time: datetime
    steady: float
    ahead: timedelta


class Clock:
    """Follows this machine until it learns a time that differs, and that time from then on."""

    def __init__(self, wall: Callable[[], datetime] = wall, steady: Callable[[], float] = steady) -> None:
        self._wall, self._steady = wall, steady
        self._told: Told | None = None

    def now(self) -> datetime:
        return self.right(self._wall())

    def right(self, at: datetime) -> datetime:
        """Return what the time is where a clock of this machine shows `at`."""
        ahead = self._ahead(at)
        return at if abs(ahead) <= TOLERANCE else at - ahead

    def tell(self, discord: datetime) -> None:
        """Record Discord's time at this moment."""
        before = self._told
        at = self._wall()
        self._told = Told(discord, self._steady(), at - discord)
        if abs(at - discord) > TOLERANCE:
            log.error("this machine's clock is wrong by %s: Discord's is followed", at - discord)
        elif before is not None and abs(before.ahead) > TOLERANCE:
            log.info("this machine's clock agrees with Discord's again")

    def forget(self) -> None:
        self._told = None

    @property
    def doubtful(self) -> bool:
        """Return whether this machine's clock, or the monotonic one, has jumped since Discord's time was recorded."""
        return self._told is not None and abs(self._ahead(self._wall()) - self._told.ahead) > TOLERANCE

    def _ahead(self, at: datetime) -> timedelta:
        if self._told is None:
            return timedelta()
        return at - self._told.time - timedelta(seconds=self._steady() - self._told.steady)


CLOCK = Clock()
"""The clock of this process, because a machine has one."""


def now() -> datetime:
    return CLOCK.now()


def right(at: datetime) -> datetime:
    return CLOCK.right(at)


async def discord_time(api_url: str) -> datetime | None:
    """Return Discord's time; None if it does not say."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ASK_WITHIN), trust_env=True) as session,
            session.get(f"{api_url}/gateway") as answer,
        ):
            return parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return None


async def _ask(api_url: str) -> None:
    told = await discord_time(api_url)
    if told is not None:
        CLOCK.tell(told)


async def _keep_asking(api_url: str) -> None:
    asked = steady()
    while True:
        await asyncio.sleep(LOOK_EVERY)
        if CLOCK.doubtful or steady() - asked > ASK_EVERY:
            await _ask(api_url)
            asked = steady()


@asynccontextmanager
async def following(api_url: str) -> AsyncIterator[None]:
    """Keep `now` right meanwhile: ask Discord at once, from time to time, and when this machine's clock was set or it
    slept.

    Without an answer, nothing changes.
    """
    await _ask(api_url)
    asking = asyncio.create_task(_keep_asking(api_url), name="clock")
    try:
        yield
    finally:
        asking.cancel()
        CLOCK.forget()
