"""The connection between the bot and Discord, and the faults that can happen on it."""

from __future__ import annotations

import fnmatch
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from discord.http import Route

NONCE_REMEMBERED = timedelta(minutes=2)
"""How long the wire remembers a nonce. Discord's documentation says "the past few minutes"; the bot must not rely on
more than this."""

MESSAGES = "/channels/*/messages"

Deliver = Callable[[], Awaitable[Any]]
Fault = Callable[[Deliver], Awaitable[Any]]


class Crash(BaseException):
    """The process dies here, and runs no further code."""


class Dropped(aiohttp.ServerDisconnectedError):
    """The connection broke before the reply came."""


@dataclass
class Wire:
    """Passes requests on to the simulated Discord. A fault happens to the next matching request.

    A message with a recently used nonce is dropped, and the first message is returned. Discord does this, but the
    simulation does not.
    """

    now: Callable[[], datetime]
    faults: list[tuple[str, str, Fault]] = field(default_factory=list)
    sent: dict[tuple[str, str], tuple[datetime, Any]] = field(default_factory=dict)

    def dies_before(self, method: str = "POST", path: str = MESSAGES) -> None:
        """Let the process die before the request is sent."""
        self._loses(method, path, Crash(), delivered=False)

    def dies_after(self, method: str = "POST", path: str = MESSAGES) -> None:
        """Let Discord process the request, and let the bot's process die before it gets the reply."""
        self._loses(method, path, Crash(), delivered=True)

    def drops_request(self, method: str = "POST", path: str = MESSAGES) -> None:
        self._loses(method, path, Dropped(), delivered=False)

    def drops_reply(self, method: str = "POST", path: str = MESSAGES) -> None:
        """Let Discord process the request, and lose its reply."""
        self._loses(method, path, Dropped(), delivered=True)

    def then(self, act: Callable[[], Awaitable[None]], method: str = "POST", path: str = MESSAGES) -> None:
        """Let Discord process the request, and call `act` before the bot continues."""

        async def happen(deliver: Deliver) -> Any:
            reply = await deliver()
            await act()
            return reply

        self.faults.append((method, path, happen))

    def _loses(self, method: str, path: str, error: BaseException, *, delivered: bool) -> None:
        async def happen(deliver: Deliver) -> Any:
            if delivered:
                await deliver()
            raise error

        self.faults.append((method, path, happen))

    async def carry(self, route: Route, send: Deliver, nonce: object) -> Any:
        path = route.url.removeprefix(Route.BASE)

        async def deliver() -> Any:
            return await self._once((path, str(nonce)), send) if nonce else await send()

        for fault in self.faults:
            if fault[0] == route.method and fnmatch.fnmatch(path, fault[1]):
                self.faults.remove(fault)
                return await fault[2](deliver)
        return await deliver()

    async def _once(self, key: tuple[str, str], send: Deliver) -> Any:
        if key in self.sent and self.now() - self.sent[key][0] < NONCE_REMEMBERED:
            return self.sent[key][1]
        reply = await send()
        self.sent[key] = self.now(), reply
        return reply
