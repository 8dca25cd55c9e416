"""What all handlers share, and the rendering of templates into responses."""

from __future__ import annotations

import asyncio
from asyncio import Semaphore
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.services import Services
from bot.study.characters import visible
from bot.study.code_blocks import one_line, parts
from bot.web.limits import Buckets

_HERE = Path(__file__).parent
AT_ONCE, WAITING = 4, 64
"""How many pages are rendered at a time, and how many requests may wait, because members in Discord take precedence."""
NAME = 40
DESCRIPTION = 155
"""The length up to which search engines show a description."""


class Reach(Enum):
    """Who may see a page, and cache it. PUBLIC: anyone, and search engines. UNLISTED: anyone who knows the address.
    PRIVATE: anyone with the link, while it is valid."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"


NOINDEX = "noindex, nofollow, noarchive"

REACH: Mapping[Reach, Mapping[str, str]] = {
    # A cached copy could reveal the key of a question that has since become a daily.
    Reach.PUBLIC: {"Cache-Control": "no-cache", "X-Robots-Tag": "noarchive"},
    Reach.UNLISTED: {"Cache-Control": "no-cache", "X-Robots-Tag": NOINDEX},
    Reach.PRIVATE: {"Cache-Control": "no-store", "X-Robots-Tag": NOINDEX},
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file. Its path changes with its content, so that browsers can cache it for good."""

    path: str
    body: bytes
    content_type: str

    @classmethod
    def read(cls, name: str, content_type: str) -> Asset:
        body = (_HERE / "static" / name).read_bytes()
        stem, _, ending = name.partition(".")
        return cls(f"/static/{stem}-{sha256(body).hexdigest()[:12]}.{ending}", body, content_type)


STYLE, ICON = Asset.read("style.css", "text/css"), Asset.read("icon.svg", "image/svg+xml")


def _nothing(_guild_id: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Site:
    """The site. `url`: the public address of the pages. `name_of`: the name of a server that this process knows."""

    services: Services
    url: str
    now: Callable[[], datetime]
    name_of: Callable[[int], str | None] = _nothing
    client_header: str | None = None
    buckets: Buckets = field(default_factory=Buckets)
    turns: Semaphore = field(default_factory=lambda: Semaphore(AT_ONCE))
    waiting: Semaphore = field(default_factory=lambda: Semaphore(WAITING))
    renderer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "web"))

    @property
    def secure(self) -> bool:
        return self.url.startswith("https://")


SITE = web.AppKey("site", Site)


def _plural(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _time(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{_day(local.date())}, {local:%H:%M}"


def _name(name: str) -> str:
    """Return a name as it looks, without invisible or direction-changing characters."""
    return _clip(visible(name), NAME) or "a member"


def _clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _summary(text: str, limit: int = DESCRIPTION) -> str:
    return _clip(" ".join(one_line(text).split()), limit)


def _link(source: str) -> str | None:
    """Return the address of a source if it is safe to link to; None for a book or an unsafe address."""
    try:
        found = urlsplit(source)
    except ValueError:
        return None
    odd = any(char.isspace() or char in "<>\"'`\\" for char in source)
    return source if found.scheme == "https" and found.hostname and not odd else None


def _label(source: str) -> str:
    found = urlsplit(source)
    return _clip(found.netloc + found.path, 60)


TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters.update(
    clip=_clip,
    day=_day,
    label=_label,
    link=_link,
    name=_name,
    one_line=one_line,
    parts=parts,
    percent=_percent,
    plural=_plural,
    summary=_summary,
    time=_time,
)
TEMPLATES.globals.update(style=STYLE.path, icon=ICON.path)


async def page(
    request: web.Request,
    template: str,
    *,
    reach: Reach,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **about: Any,
) -> web.Response:
    """Render a template in a thread, because a long exam takes several milliseconds."""
    site = request.app[SITE]
    known = {"site_url": site.url, "path": request.path if reach is Reach.PUBLIC else None, "reach": reach.value}
    text = await asyncio.get_running_loop().run_in_executor(
        site.renderer, lambda: TEMPLATES.get_template(template).render(**known, **about)
    )
    return web.Response(
        text=text, status=status, content_type="text/html", charset="utf-8", headers={**REACH[reach], **(headers or {})}
    )
