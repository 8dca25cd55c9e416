"""Which tick runs how often. No rules: what is due is a column, and a tick asks for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Tick = Callable[[datetime], Awaitable[None]]

POST_EVERY = 5
COUNT_EVERY = 10
"""Seconds. A post's number of answers is edited at most this often."""

ERASE_EVERY = 6
"""Hours."""


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the one clock


def schedule(
    *,
    post_due: Tick,
    refresh_counts: Callable[[], Awaitable[None]],
    erase_left: Callable[[datetime], Awaitable[object]],
) -> AsyncIOScheduler:
    """The scheduler, not yet started. A tick that takes longer than its interval is not run twice at once, and one that
    fails is logged by the scheduler and comes again."""
    scheduler = AsyncIOScheduler(timezone=UTC)

    async def tick() -> None:
        await post_due(now())

    async def erase() -> None:
        await erase_left(now())

    scheduler.add_job(erase, "interval", hours=ERASE_EVERY, id="erasures", max_instances=1, coalesce=True)
    scheduler.add_job(tick, "interval", seconds=POST_EVERY, id="dailies", max_instances=1, coalesce=True)
    scheduler.add_job(refresh_counts, "interval", seconds=COUNT_EVERY, id="counts", max_instances=1, coalesce=True)
    return scheduler
