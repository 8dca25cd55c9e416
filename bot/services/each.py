"""Run one action for each of many servers, isolated from each other and without delaying members."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from typing import TypeVar

from bot.storage.engine import Connection, Database, DatabaseFailed

log = logging.getLogger(__name__)

KeyT = TypeVar("KeyT")
T = TypeVar("T")


PORTION = 16
"""How many actions run at once. Their writes are patient: as many of them share a transaction as its time limit
allows."""
REST = 9
"""How long `write_gently` rests after each transaction, as a multiple of what that took."""


async def each(keys: Sequence[KeyT], action: Callable[[KeyT], Awaitable[T | None]]) -> list[T]:
    """Run an action for each key; return the results that are not None. Failures are logged and left out.

    The action's writes must be `patient`, so that members' writes go first.
    """
    kept: list[T] = []
    for first in range(0, len(keys), PORTION):
        kept += await _portion(keys[first : first + PORTION], action)
    return kept


async def write_each(db: Database, keys: Sequence[KeyT], work: Callable[[Connection, KeyT], T | None]) -> list[T]:
    """Run a patient transaction for each key, as `each` runs actions; members' writes go first."""
    return await each(keys, lambda key: db.write(lambda tx: work(tx, key), patient=True))


async def write_gently(db: Database, keys: Sequence[KeyT], work: Callable[[Connection, KeyT], T | None]) -> list[T]:
    """Do as `write_each` does for work that nobody waits for: one transaction a key, with a rest after each, so that
    members have most of the database's time however slow it is."""
    kept: list[T] = []
    for key in keys:
        began = perf_counter()
        kept += await write_each(db, [key], work)
        await asyncio.sleep(REST * (perf_counter() - began))
    return kept


async def _portion(keys: Sequence[KeyT], action: Callable[[KeyT], Awaitable[T | None]]) -> list[T]:
    outcomes = await asyncio.gather(*map(action, keys), return_exceptions=True)
    kept: list[T] = []
    for key, outcome in zip(keys, outcomes, strict=True):
        if isinstance(outcome, DatabaseFailed):
            log.error("one of many failed, the others continue: %s", outcome, extra={"key": key})
        elif isinstance(outcome, Exception):
            log.error("one of many failed, the others continue", extra={"key": key}, exc_info=outcome)
        elif isinstance(outcome, BaseException):
            raise outcome
        elif outcome is not None:
            kept.append(outcome)
    return kept
