"""The web server of the pages, in the bot's process and behind a reverse proxy."""

from __future__ import annotations

import errno
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from aiohttp import web

from bot import clock
from bot.config import Settings, Unusable
from bot.services import Services
from bot.web import private, public
from bot.web.guard import Handler, guarded
from bot.web.site import ICON, SITE, STYLE, Asset, Site

log = logging.getLogger(__name__)

BODY = 1024
LINE, FIELD, FIELDS = 2_048, 4_096, 64
"""Limits of a request: the bytes of its first line and of each header, and the number of headers."""
KEEP_ALIVE = 15.0
CLOSE_WITHIN = 1.0


class _Quiet(logging.Filter):
    """Keeps request data out of the log, because even an invalid request may contain a token."""

    def filter(self, record: logging.LogRecord) -> bool:
        what = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "unknown"
        record.msg, record.args, record.exc_info = "an invalid request was refused: %s", (what,), None
        record.levelno, record.levelname = logging.INFO, "INFO"
        return True


_unread = logging.getLogger("bot.web.unread")
_unread.addFilter(_Quiet())


def application(site: Site) -> web.Application:
    app = web.Application(middlewares=[guarded], client_max_size=BODY)
    app[SITE] = site
    app.router.add_get("/private/{token}", private.show)
    app.router.add_get("/", public.home)
    app.router.add_get("/boards/{guild:[1-9][0-9]{0,18}}", public.board)
    app.router.add_get("/packs/{pack}", public.pack)
    app.router.add_get("/packs/{pack}/{section}", public.section)
    app.router.add_get("/packs/{pack}/questions/{question}", public.question)
    app.router.add_get("/robots.txt", public.robots)
    app.router.add_get("/sitemap.xml", public.sitemap)
    for asset in (STYLE, ICON):
        app.router.add_get(asset.path, _giving(asset))
    app.on_cleanup.append(_end_rendering)
    return app


def _giving(asset: Asset) -> Handler:
    async def give(_request: web.Request) -> web.Response:
        return web.Response(
            body=asset.body,
            content_type=asset.content_type,
            charset="utf-8",
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )

    return give


async def _end_rendering(app: web.Application) -> None:
    app[SITE].renderer.shutdown(wait=False, cancel_futures=True)


@asynccontextmanager
async def serving(
    services: Services,
    settings: Settings,
    *,
    name_of: Callable[[int], str | None],
    now: Callable[[], datetime] = clock.now,
) -> AsyncIterator[None]:
    """Serve the web pages while the context is open. Raises Unusable if the port is taken, or the host is not this
    machine."""
    assert settings.web_url is not None, "there are web pages"
    site = Site(services, settings.web_url, now, name_of, settings.web_client_header)
    runner = web.AppRunner(
        application(site),
        access_log=None,
        logger=_unread,
        keepalive_timeout=KEEP_ALIVE,
        lingering_time=CLOSE_WITHIN,
        shutdown_timeout=CLOSE_WITHIN,
        max_line_size=LINE,
        max_field_size=FIELD,
        max_headers=FIELDS,
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, settings.web_host, settings.web_port).start()
        except (OSError, UnicodeError) as error:
            raise Unusable(_not_served(settings, error)) from error
        log.info("web pages are served at %s", settings.web_url)
        yield
    finally:
        await runner.cleanup()


def _not_served(settings: Settings, error: OSError | UnicodeError) -> str:
    if isinstance(error, OSError) and error.errno in (errno.EADDRINUSE, errno.EACCES, errno.EPERM):
        return (
            f"COHORT_WEB_PORT: port {settings.web_port} is taken or cannot be opened ({error.strerror}). Choose another port, or "
            "leave out COHORT_WEB_URL to turn off the web pages."
        )
    return f"COHORT_WEB_HOST: {settings.web_host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 inside a container."
