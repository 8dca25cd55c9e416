"""Faults between a bot and Discord, configured in advance and applied to matching requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any


class After(Enum):
    """What becomes of a request once its fault is met: an answer of another kind, none at all, or a broken connection."""

    ANSWER = "answer"
    SILENCE = "silence"
    CUT = "cut"


@dataclass
class Fault:
    """Requests like `POST /channels/*/messages` meet it, so many times.

    `accepted`: Discord does what it was asked, and only the answer is lost.
    """

    requests: str
    after: After
    status: int = 0
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    accepted: bool = False
    times: int = 1
    skip: int = 0
    """How many requests that fit pass unharmed first."""
    then: Callable[[], None] | None = None
    """Called at the moment of the fault, once the request was accepted or refused: to kill the bot just there, say."""
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
    """Discord, or what stands before it, answers with an error."""
    return Fault(requests, After.ANSWER, status, {"message": "ill", "code": code}, times=times)


def rate_limited(requests: str, *, seconds: float, everywhere: bool = False, times: int = 1) -> Fault:
    """429, for this route or for the whole bot. The header `Via` is how discord.py tells Discord from a wall before it."""
    return Fault(
        requests,
        After.ANSWER,
        429,
        {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere},
        {"Via": "1.1 google", "Retry-After": str(seconds)},
        times=times,
    )


def silence(requests: str, *, accepted: bool = False, times: int = 1) -> Fault:
    """No answer ever comes."""
    return Fault(requests, After.SILENCE, accepted=accepted, times=times)


def cut(requests: str, *, accepted: bool = False, times: int = 1, then: Callable[[], None] | None = None) -> Fault:
    """The connection breaks instead of an answer."""
    return Fault(requests, After.CUT, accepted=accepted, times=times, then=then)
