"""One action for each of many servers, where one's failure is nobody else's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.storage.engine import DatabaseFailed

log = logging.getLogger(__name__)

T = TypeVar("T")


FEW = 16
"""How many writes a tick hands over at a time: a press that comes meanwhile waits for no more than these."""


async def each(keys: Sequence[int], action: Callable[[int], Awaitable[T | None]]) -> list[T]:
    """What the action returns for each key, without the Nones; a failure is logged and left out."""
    outcomes = await asyncio.gather(*map(action, keys), return_exceptions=True)
    kept: list[T] = []
    for key, outcome in zip(keys, outcomes, strict=True):
        if isinstance(outcome, DatabaseFailed):
            log.error("one of many failed, the rest goes on: %s", outcome, extra={"key": key})
        elif isinstance(outcome, Exception):
            log.error("one of many failed, the rest goes on", extra={"key": key}, exc_info=outcome)
        elif isinstance(outcome, BaseException):
            raise outcome
        elif outcome is not None:
            kept.append(outcome)
    return kept


async def few_at_a_time(keys: Sequence[int], action: Callable[[int], Awaitable[T | None]]) -> list[T]:
    """The same for many keys, in such portions that what members do gets in between."""
    kept: list[T] = []
    for first in range(0, len(keys), FEW):
        kept += await each(keys[first : first + FEW], action)
    return kept
