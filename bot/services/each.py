"""Run one action for each of many servers, isolated from each other and without delaying members."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from typing import TypeVar

from bot.storage.engine import DatabaseFailed

log = logging.getLogger(__name__)

KeyT = TypeVar("KeyT")
T = TypeVar("T")


PORTION_TAKES = 0.04
"""Maximum seconds per batch, which is the longest that a press has to wait."""
MOST = 16
"""Maximum actions per batch, however fast they are."""


async def each(keys: Sequence[KeyT], action: Callable[[KeyT], Awaitable[T | None]]) -> list[T]:
    """Return what the action returns for each key, without the Nones; failures are logged and left out.

    Batches alternate with members' writes. Their size adapts to the time they take: closing a season costs a hundred
    times as much as skipping a duel.
    """
    kept: list[T] = []
    first, size = 0, 1
    while first < len(keys):
        began = perf_counter()
        kept += await _portion(keys[first : first + size], action)
        first += size
        took = perf_counter() - began
        if took > PORTION_TAKES:
            size = max(1, size // 2)
        elif took < PORTION_TAKES / 2:
            size = min(MOST, size * 2)
    return kept


async def _portion(keys: Sequence[KeyT], action: Callable[[KeyT], Awaitable[T | None]]) -> list[T]:
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
