"""The page around the playground: the product's name, what to try, and a button to direct messages.

The simulated Discord serves a page for developers, which shows one channel at a time. This server is a proxy for it
that hides its tools and adds ours. Both listen only on the loopback interface.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web

FOLDER = Path(__file__).parent
ASSETS = {"/frame/frame.css": "text/css", "/frame/frame.js": "application/javascript"}
CAPABILITY = "X-Simcord-Capability"
LARGEST = 32 * 2**20
"""Maximum bytes of a request, large enough for imported files."""
OURS = frozenset({"host", "origin", "content-length", "connection", "transfer-encoding", "content-encoding"})
"""Headers that are not passed on, because they belong to one connection."""
NAMED = "<title>SimCord Preview</title>"
CHANGES = (
    (NAMED, "<title>Cohort playground</title>"),
    ("Viewing as", "You are"),
    ("</head>", '<link rel="stylesheet" href="/frame/frame.css"></head>'),
    ("</body>", '<script type="module" src="/frame/frame.js"></script></body>'),
)
WORKSPACE = '<div class="preview-workspace" id="preview-workspace">'
"""The element that holds the conversation; our panel is inserted at its start."""


class PlaygroundView(StrEnum):
    CHANNEL = "channel"
    DIRECT = "direct"


class Frame:
    """The playground's page, around one view of the simulated Discord at a time."""

    def __init__(self, env: Any, channel: Any, people: Sequence[Any]) -> None:
        self._env, self._channel = env, channel
        self._people: Mapping[str, Any] = {person.user.global_name or person.name: person for person in people}
        self._place = PlaygroundView.CHANNEL
        self._view: Any = None
        self._moving = asyncio.Lock()
        self._seen: dict[str, int] = {}
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/#{self._view.capability}"

    async def refresh(self) -> None:
        """Show what the bot has done since the last refresh."""
        async with self._moving:
            await self._view.refresh()

    async def show(self, form: Any) -> None:
        """Open a form for the member who asked for it."""
        async with self._moving:
            await self._view.show(form)

    async def move(self, place: PlaygroundView, viewer: str) -> None:
        """Show the channel or the direct messages, as seen by the member `viewer`."""
        person = self._people.get(viewer) or next(iter(self._people.values()))
        others = [other for other in self._people.values() if other is not person]
        async with self._moving:
            if self._view is not None:
                await self._view.close()
            if place is PlaygroundView.DIRECT:
                self._view = self._env.preview(person.user.dm_channel, viewers=[person.user], layout="channel", port=0)
            else:
                self._view = self._env.preview(self._channel, viewers=[person, *others], layout="channel", port=0)
            await self._view.__aenter__()
            self._place = place

    async def close(self) -> None:
        async with self._moving:
            await self._view.close()

    def direct(self) -> dict[str, int]:
        """Count each member's unseen direct messages."""
        found = {}
        for name, person in self._people.items():
            channel_id = self._env.backend.dm_channels.get(person.id)
            count = len(self._env.backend.messages.get(channel_id, ())) if channel_id is not None else 0
            if self._place is PlaygroundView.DIRECT and self._view.viewers[0].id == person.id:
                self._seen[name] = count
            found[name] = count - self._seen.get(name, 0)
        return found

    # -- requests

    async def index(self, request: web.Request) -> web.Response:
        """Serve the page of the simulated Discord with our additions."""
        answer = await self.passed(request)
        assert answer.text is not None, "the page is text"
        text = answer.text
        for old, new in (*CHANGES, (WORKSPACE, WORKSPACE + (FOLDER / "side.html").read_text(encoding="utf-8"))):
            text = text.replace(old, new, 1)
        answer.text = text
        return answer

    async def asset(self, request: web.Request) -> web.Response:
        text = (FOLDER / request.path.rpartition("/")[2]).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=ASSETS[request.path], headers={"Cache-Control": "no-store"})

    async def state(self, request: web.Request) -> web.Response:
        self._require_capability(request)
        return web.json_response({"place": self._place, "direct": self.direct()})

    async def place(self, request: web.Request) -> web.Response:
        self._require_capability(request)
        asked = await request.json()
        await self.move(PlaygroundView(asked["place"]), str(asked["viewer"]))
        return web.json_response({"capability": self._view.capability})

    async def passed(self, request: web.Request) -> web.Response:
        """Forward a request to the simulated Discord's own server."""
        inner = self._view.url.partition("/#")[0]
        headers = {name: value for name, value in request.headers.items() if name.lower() not in OURS}
        if request.headers.get("Origin") == f"http://{request.host}":
            headers["Origin"] = inner
        session: ClientSession = request.app[SESSION]
        async with session.request(
            request.method, f"{inner}{request.path_qs}", headers=headers, data=await request.read()
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in OURS}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)

    def _require_capability(self, request: web.Request) -> None:
        if request.headers.get(CAPABILITY) != self._view.capability:
            raise web.HTTPUnauthorized

    @web.middleware
    async def only_here(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Refuse other host names, because a hostile site may point its name at the loopback interface (DNS
        rebinding)."""
        if request.host not in (f"127.0.0.1:{self.port}", f"localhost:{self.port}"):
            raise web.HTTPForbidden
        answer: web.StreamResponse = await handler(request)
        return answer


async def _nothing(_: web.Request) -> web.Response:
    return web.Response(status=204)


SESSION = web.AppKey("session", ClientSession)


@asynccontextmanager
async def framed(env: Any, channel: Any, people: Sequence[Any], port: int) -> AsyncIterator[Frame]:
    """Serve the playground's page on the loopback interface; port 0 means any."""
    frame = Frame(env, channel, people)
    app = web.Application(middlewares=[frame.only_here], client_max_size=LARGEST)
    app.router.add_get("/", frame.index)
    for path in ASSETS:
        app.router.add_get(path, frame.asset)
    app.router.add_get("/favicon.ico", _nothing)
    app.router.add_get("/frame/state", frame.state)
    app.router.add_post("/frame/place", frame.place)
    app.router.add_route("*", "/{path:.*}", frame.passed)
    async with ClientSession(auto_decompress=True) as session:
        app[SESSION] = session
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await frame.move(PlaygroundView.CHANNEL, "")
        try:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", port).start()
            frame.port = runner.addresses[0][1]
            yield frame
        finally:
            await runner.cleanup()
            await frame.close()
