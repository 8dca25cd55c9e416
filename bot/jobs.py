"""Which tick runs how often. No rules: what is due is a column, and a tick asks for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Tick = Callable[[datetime], Awaitable[object]]

POST_EVERY = 5
COUNT_EVERY = 10
"""Seconds. A post's number of answers is edited at most this often."""
ANNOUNCE_EVERY = 5
GIVE_EVERY = 10
ERASE_EVERY = 6 * 60 * 60


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the one clock


def schedule(
    *,
    post_due: Tick,
    refresh_counts: Callable[[], Awaitable[None]],
    announce: Tick,
    give_roles: Tick,
    erase_left: Tick,
) -> AsyncIOScheduler:
    """The scheduler, not yet started. A tick that takes longer than its interval is not run twice at once, and one that
    fails is logged by the scheduler and comes again."""
    scheduler = AsyncIOScheduler(timezone=UTC)

    def add(id: str, tick: Tick, seconds: int) -> None:
        async def run() -> None:
            await tick(now())

        scheduler.add_job(run, "interval", seconds=seconds, id=id, max_instances=1, coalesce=True)

    add("dailies", post_due, POST_EVERY)
    add("announcements", announce, ANNOUNCE_EVERY)
    add("awards", give_roles, GIVE_EVERY)
    add("erasures", erase_left, ERASE_EVERY)
    scheduler.add_job(refresh_counts, "interval", seconds=COUNT_EVERY, id="counts", max_instances=1, coalesce=True)
    return scheduler
