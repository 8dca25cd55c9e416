"""Serve `/healthz` and `/metrics`, only to this machine unless a setting says otherwise."""

from __future__ import annotations

import errno
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import clock, metrics
from bot.app import Cohort
from bot.config import Unusable
from bot.jobs import Jobs
from bot.storage.engine import DatabaseFailed

if TYPE_CHECKING:
    from aiohttp import web

log = logging.getLogger(__name__)

TICK_SILENCE = timedelta(seconds=60)
POST_OVERDUE = timedelta(minutes=5)
"""How long the bot may go without a tick, and how long a due post may wait, before the bot counts as unhealthy."""


@dataclass(frozen=True, slots=True)
class Health:
    """The state of each part: "ok", or what is wrong with it."""

    gateway: str
    database: str
    scheduler: str
    posts: str

    @property
    def healthy(self) -> bool:
        return all(part == "ok" for part in (self.gateway, self.database, self.scheduler, self.posts))


async def examine(bot: Cohort, ticks: Jobs, at: datetime) -> Health:
    ready = bot.is_ready()
    metrics.GATEWAY.set(ready)
    if ready:
        metrics.GATEWAY_LATENCY.set(bot.latency)
    database, posts = bot.services.db.trouble or "ok", "ok"
    try:
        overdue = await bot.services.upkeep.oldest_due_post(at)
    except DatabaseFailed as error:
        database = str(error)
    except Exception as error:
        # A failure of one part says nothing about the others.
        log.exception("checking the health of the database failed")
        database = f"unexpected error ({type(error).__name__}); see the log"
    else:
        metrics.OVERDUE.set(overdue.total_seconds())
        if overdue > POST_OVERDUE:
            posts = f"the oldest due post has been waiting for {overdue}"
    silent = at - ticks.last_run if ticks.last_run is not None else None
    scheduler = (
        "ok"
        if silent is not None and silent < TICK_SILENCE
        else f"no tick {f'for {silent}' if silent else 'since startup'}"
    )
    return Health("ok" if ready else "not connected", database, scheduler, posts)


@asynccontextmanager
async def serving(bot: Cohort, ticks: Jobs, host: str, port: int) -> AsyncIterator[None]:
    """Serve both pages while the context is open. Raises Unusable if the port is taken, or the host is not this
    machine."""
    if not port:
        yield
        return
    from aiohttp import web  # aiohttp's server, which nothing else needs if there are no web pages

    async def healthz(_request: web.Request) -> web.Response:
        health = await examine(bot, ticks, clock.now())
        body: dict[str, Any] = {"healthy": health.healthy} | {
            part: getattr(health, part) for part in ("gateway", "database", "scheduler", "posts")
        }
        return web.json_response(body, status=200 if health.healthy else 503)

    async def figures(_request: web.Request) -> web.Response:
        await examine(bot, ticks, clock.now())
        return web.Response(body=generate_latest(metrics.REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})

    site = web.Application()
    site.router.add_get("/healthz", healthz)
    site.router.add_get("/metrics", figures)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except (OSError, UnicodeError) as error:
            raise Unusable(_not_served(host, port, error)) from error
        yield
    finally:
        await runner.cleanup()


def _not_served(host: str, port: int, error: OSError | UnicodeError) -> str:
    if isinstance(error, OSError) and error.errno in (errno.EADDRINUSE, errno.EACCES, errno.EPERM):
        return (
            f"COHORT_HEALTH_PORT: port {port} is taken or cannot be opened ({error.strerror}). "
            "Choose another port, or 0 to turn the pages off."
        )
    return f"COHORT_HEALTH_HOST: {host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 to open the pages to the network."
