"""Middleware for every handler: limits, headers, and error pages."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.storage.engine import DatabaseFailed
from bot.study.links import LIFETIME, Invalid, LinkRefused
from bot.web.limits import address_of
from bot.web.site import SITE, Reach, Site, page

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Server": "Cohort",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HSTS = "max-age=31536000"

BUSY_SECONDS = 5

_MINUTES = LIFETIME.seconds // 60
REFUSED = {
    Invalid.FORGED: (
        403,
        "This link is not valid",
        "It is incomplete, or it did not come from Cohort. Ask for a new one in Discord.",
    ),
    Invalid.EXPIRED: (
        410,
        "This link has expired",
        f"A link to a private page works for {_MINUTES} minutes. Ask for a new one in Discord, with the button that gave you this link.",
    ),
    Invalid.GONE: (
        410,
        "This page is gone",
        "What the link showed has been erased or no longer exists. Ask for a new one in Discord.",
    ),
    Invalid.NOT_READY: (
        409,
        "This exam has no result to show now",
        "The exam and its answers are kept. They wait for the end of the time or of the exam evening, or for a pack that is missing. "
        "In Discord, the exam's own message says which.",
    ),
}
ERROR_PAGES = {
    404: ("Page not found", "The address is wrong, or this page is no longer public."),
    405: ("These pages are read-only", "They do not accept other kinds of requests."),
    413: ("This request is too large", "These pages do not accept any data."),
    429: ("Too many requests", "Wait a moment, then load the page again."),
    500: ("Something went wrong", "The error has been logged. Try again later."),
    503: ("Not now", "This page is unavailable right now. Reload it in a moment."),
}


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    site = request.app[SITE]
    response = await _answer(site, request, handler)
    for name, value in HEADERS.items():
        response.headers[name] = value
    if site.secure:
        response.headers["Strict-Transport-Security"] = HSTS
    if request.can_read_body:
        response.force_close()  # discard any request body
    return response


async def _answer(site: Site, request: web.Request, handler: Handler) -> web.StreamResponse:
    wait = site.buckets.take(address_of(request, site.client_header), asyncio.get_running_loop().time())
    if wait:
        return await error_page(request, 429, {"Retry-After": str(math.ceil(wait))})
    if site.waiting.locked():
        return await error_page(request, 503, {"Retry-After": str(BUSY_SECONDS)})
    try:
        async with site.waiting, site.turns:
            if request.can_read_body and request.method in ("GET", "HEAD"):
                return await error_page(request, 413)
            return await handler(request)
    except LinkRefused as refused:
        status, title, text = REFUSED[refused.why]
        return await page(request, "error.html", reach=Reach.PRIVATE, status=status, title=title, text=text)
    except web.HTTPMethodNotAllowed as error:
        return await error_page(request, 405, {"Allow": ", ".join(sorted(error.allowed_methods))})
    except web.HTTPException as error:
        return await error_page(request, error.status if error.status in ERROR_PAGES else 404)
    except DatabaseFailed as error:
        log.warning("a web page was not shown: %s", error)
        return await error_page(request, 503, {"Retry-After": str(BUSY_SECONDS)})
    except Exception:
        # The path may contain a token, so log the route.
        resource = request.match_info.route.resource
        log.exception("a web page failed: %s", resource.canonical if resource is not None else "no route")
        return await error_page(request, 500)


async def error_page(request: web.Request, status: int, headers: dict[str, str] | None = None) -> web.Response:
    """Return the page for an error status, from ERROR_PAGES."""
    title, text = ERROR_PAGES[status]
    return await page(
        request, "error.html", reach=Reach.PRIVATE, status=status, headers=headers, title=title, text=text
    )
