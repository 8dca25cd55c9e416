"""Faults between a bot and Discord, configured in advance and applied to matching requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any


class After(Enum):
    """How a request with a fault ends: with a different response, without a response, or with a broken connection."""

    ANSWER = "answer"
    SILENCE = "silence"
    CUT = "cut"


@dataclass
class Fault:
    """The next `times` requests that match a pattern, such as `POST /channels/*/messages`, meet this fault.

    `accepted`: Discord processes the request, and only the response is lost.
    """

    requests: str
    after: After
    status: int = 0
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    accepted: bool = False
    times: int = 1
    skip: int = 0
    """How many matching requests succeed before the first fault."""
    then: Callable[[], None] | None = None
    """Called at the moment of the fault, once the request was accepted or refused; for example, to kill the bot."""
    met: asyncio.Event = field(default_factory=asyncio.Event)

    def fits(self, request: str) -> bool:
        if self.times <= 0 or not fnmatchcase(request, self.requests):
            return False
        self.skip -= 1
        return self.skip < 0

    def meet(self) -> None:
        self.times -= 1
        self.met.set()


def answer(requests: str, status: int, *, code: int = 0, times: int = 1) -> Fault:
    """Let Discord, or a proxy in front of it, respond with an error."""
    return Fault(requests, After.ANSWER, status, {"message": "ill", "code": code}, times=times)


def rate_limited(requests: str, *, seconds: float, everywhere: bool = False, times: int = 1) -> Fault:
    """Respond with 429, for this route or for the whole bot. discord.py distinguishes Discord from a proxy in front of
    it by the header `Via`."""
    return Fault(
        requests,
        After.ANSWER,
        429,
        {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere},
        {"Via": "1.1 google", "Retry-After": str(seconds)},
        times=times,
    )


def silence(requests: str, *, accepted: bool = False, times: int = 1) -> Fault:
    """Never respond."""
    return Fault(requests, After.SILENCE, accepted=accepted, times=times)


def cut(requests: str, *, accepted: bool = False, times: int = 1, then: Callable[[], None] | None = None) -> Fault:
    """Break the connection instead of responding."""
    return Fault(requests, After.CUT, accepted=accepted, times=times, then=then)
