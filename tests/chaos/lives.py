"""The lives of a bot, one after the other. Some overlap for a while, as in a rolling restart: the younger process
starts while the older one is working or holds the database file."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from tests.chaos.findings import Findings
from tests.discord_stub import BotProcess, DiscordStub
from tests.discord_stub.faults import Fault, answer, cut, rate_limited

MOST_REQUESTS = 60
"""The bot is killed after at most this many requests. A number of requests measures work, and does not depend on the
speed of the machine."""
AT_WORK = (0.1, 1.5)
"""The range from which the maximum lifetime after connecting is drawn, as a multiple of the time that the start
took."""
OVERLAPS = 0.3
"""The share of lives in which another process starts before the end."""
A_MOMENT = 0.03
A_TICK = 1.0
"""Seconds between two ticks of the bot."""
CONNECT_WITHIN = 60.0

MOMENTS = {
    "a post was accepted, its answer lost": ("POST /channels/*/messages", True),
    "a post was refused": ("POST /channels/*/messages", False),
    "a role was given": ("PUT /guilds/*/members/*/roles/*", True),
    "a role was about to be taken": ("DELETE /guilds/*/members/*/roles/*", False),
    "an event was made": ("POST /guilds/*/scheduled-events", True),
    "a thread was opened": ("POST /channels/*/threads", True),
    "a thread was about to be opened": ("POST /channels/*/threads", False),
    "a post was edited": ("PATCH /channels/*/messages/*", True),
    "an answer was told": ("POST /interactions/*", True),
    "an answer was about to be told": ("POST /interactions/*", False),
}
"""The moments at which the bot is killed: at a request like this, after (True) or before (False) Discord has processed
it."""


TROUBLES = {
    "refused by an ill Discord": partial(answer, status=500, times=2),
    "told to wait": partial(rate_limited, seconds=0.2, times=2),
    "told to wait, as everything is": partial(rate_limited, seconds=0.2, everywhere=True),
    "cut off": partial(cut, accepted=False),
    "cut off once it was taken": partial(cut, accepted=True),
}
"""What else can happen to requests during a life."""


@dataclass
class Lives:
    stub: DiscordStub
    bot: BotProcess
    """The process that is in charge. Between two lives it is dead, unless it took over from the other process."""
    younger: BotProcess
    """The process that takes over when two overlap."""
    rng: Random
    findings: Findings
    shared: bool
    """Whether two processes may work on the database; otherwise, the younger one has to wait."""
    at_work: Callable[[], Awaitable[None]]
    """Called once the bot is connected."""
    nobody_left: Callable[[], Awaitable[None]]
    """Called when the last process is dead."""
    start_takes: float = 0.5
    """Seconds from start to connection, as last measured."""
    _sessions: int = field(init=False, default=0)
    """The number of sessions before the newest process was started."""

    async def next(self, *, may_overlap: bool) -> None:
        """Run one life from its start to its end. If another process overlaps with it, that process continues."""
        fate = self.rng.random()
        moment = self.rng.choice(list(MOMENTS)) if fate < 0.5 else None
        self._trouble()
        death = self.stub.fault(self._death_at(moment)) if moment else None
        took_over = self.bot.running
        born = time.monotonic()
        if not took_over:
            await self._start(self.bot)
            if fate > 0.9:
                await asyncio.sleep(self.rng.uniform(0.3, 1.1) * self.start_takes)
                await self._die("it was starting")
                return
        await self._connected(self.bot)
        if not took_over:
            self.start_takes = time.monotonic() - born
        await asyncio.sleep(A_TICK)  # the bot's first tick keeps lobbies open
        await self.at_work()
        overlaps = may_overlap and self.rng.random() < OVERLAPS
        if overlaps and self.shared:
            await self._start(self.younger)
            await self._connected(self.younger)
        longest = self.start_takes * self.rng.uniform(*AT_WORK)
        if death is None:
            await self._let_it_work(longest)
        else:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(death.met.wait(), longest + 2 * A_TICK)
        if overlaps and not self.shared:
            await self._start(self.younger)
            await asyncio.sleep(self.rng.uniform(0, 2 * self.start_takes))
            if len(self.stub.gateway.connected) > 1:
                self.findings.problems.append("two bots are at work on one file")
        self.findings.overlaps += overlaps
        if overlaps and death is None and self.rng.random() < 0.5:
            await self._give_way()
        else:
            await self._die(moment if moment and death and death.met.is_set() else "it was at work")

    async def start(self) -> None:
        """Start the last life; the caller ends it."""
        await self._start(self.bot)
        await self._connected(self.bot)

    async def _start(self, bot: BotProcess) -> None:
        self._sessions = self.stub.gateway.identified
        await bot.start()

    async def _connected(self, bot: BotProcess) -> None:
        gateway = self.stub.gateway
        try:
            await gateway.until(lambda: gateway.identified > self._sessions, CONNECT_WITHIN)
        except TimeoutError:
            raise AssertionError(f"the bot did not connect; it said:\n{bot.said()[-3000:]}") from None

    def _trouble(self) -> None:
        """Make some requests fail during this life, in half of all lives."""
        if self.rng.random() < 0.5:
            trouble = self.rng.choice(list(TROUBLES))
            requests = self.rng.choice([requests for requests, _ in MOMENTS.values() if "interactions" not in requests])
            fault = TROUBLES[trouble](requests)
            fault.skip = self.rng.randrange(4)
            self.stub.fault(fault)
            self.findings.troubles[trouble] += 1

    async def _let_it_work(self, longest: float) -> None:
        """Wait until the bot has made some requests, and a moment longer, so that it is not always killed at the
        beginning of a request."""
        enough = self.stub.rest.requests.total() + self.rng.randrange(MOST_REQUESTS)
        deadline = time.monotonic() + longest
        while self.stub.rest.requests.total() < enough and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await asyncio.sleep(self.rng.uniform(0, A_MOMENT))

    def _death_at(self, moment: str) -> Fault:
        requests, accepted = MOMENTS[moment]
        # Do not always kill the bot at the first request of this kind, but at one of the first few.
        fault = cut(requests, accepted=accepted, then=self.bot.kill)
        fault.skip = self.rng.randrange(30 if "interactions" in requests else 2)
        return fault

    async def _die(self, moment: str) -> None:
        self.findings.kills[moment] += 1
        self.bot.kill()
        await self._end(-9)

    async def _give_way(self) -> None:
        """Ask the older of two processes to stop, as a rolling restart does."""
        self.findings.replaced += 1
        self.bot.ask_to_stop()
        await self._end(0)

    async def _end(self, expected: int) -> None:
        if (code := await self.bot.ended()) != expected:
            self.findings.problems.append(f"the bot had ended by itself, with exit code {code}")
        self.stub.clear_faults()
        if not self.younger.running:
            await self.stub.gone()
            await self.nobody_left()
            return
        self.bot, self.younger = self.younger, self.bot
        gateway = self.stub.gateway
        await gateway.until(lambda: len(gateway.connected) <= 1, CONNECT_WITHIN)
