"""The part of Discord's REST API that the bot uses."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

import orjson
from aiohttp import web

from tests.discord_stub import payloads
from tests.discord_stub.faults import After, Fault
from tests.discord_stub.world import Refused, World

API = "/api/v10"


class Rest:
    """The REST API. `requests` counts the requests by method and path; `unknown` lists those that the stub does not
    support."""

    def __init__(self, world: World, token: str, *, requests_per_second: int | None = None) -> None:
        self.world = world
        self.token = token
        self.gateway_url = ""
        self.shards = 1
        self.max_concurrency = 16
        """How many sessions may begin within five seconds."""
        self.faults: list[Fault] = []
        self.requests: Counter[str] = Counter()
        self.unknown: list[str] = []
        self.limits_met = 0
        self._per_second = requests_per_second
        self._second = (0, 0)
        self._released = asyncio.Event()

    def release(self) -> None:
        """Release the requests that were left without a response."""
        self._released.set()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        name = f"{request.method} {request.path.removeprefix(API)}"
        self.requests[name if "/interactions/" not in name else "POST /interactions"] += 1
        fault = next((fault for fault in self.faults if fault.fits(name)), None) if self.faults else None
        if fault is None:
            return await self._answer(request)
        return await self._faulty(request, fault)

    async def _faulty(self, request: web.BaseRequest, fault: Fault) -> web.StreamResponse:
        if fault.accepted:
            await self._answer(request)
        else:
            await request.read()
        if fault.then is not None:
            fault.then()
        fault.meet()
        if fault.after is After.ANSWER:
            return _json(fault.body, fault.status, fault.headers)
        if fault.after is After.SILENCE:
            await self._released.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        parts = tuple(request.path.removeprefix(API).split("/")[1:])
        if parts[0] not in ("interactions", "webhooks"):
            if request.headers.get("Authorization") != f"Bot {self.token}":
                return _json({"message": "401: Unauthorized", "code": 0}, 401)
            if self._over_limit():
                self.limits_met += 1
                body = {"message": "You are being rate limited.", "retry_after": 0.5, "global": True}
                return _json(body, 429, {"Via": "1.1 google"})
        try:
            return _json(self._route(request, parts, await _body(request)))
        except Refused as refusal:
            return _json(refusal.body, refusal.status)

    def _over_limit(self) -> bool:
        if self._per_second is None:
            return False
        second, count = self._second
        now = int(time.monotonic())
        self._second = (now, count + 1 if now == second else 1)
        return self._second[1] > self._per_second

    def _route(self, request: web.BaseRequest, parts: tuple[str, ...], body: Any) -> Any:
        world = self.world
        match (request.method, *parts):
            case ("POST", "interactions", _, token, "callback"):
                response = world.respond(token, body)
                return response if request.rel_url.query.get("with_response") in ("1", "true") else None
            case ("POST", "channels", channel, "messages"):
                return world.create_message(int(channel), body)
            case ("PATCH", "channels", channel, "messages", message):
                return world.edit_message(int(channel), int(message), body)
            case ("GET", "channels", channel, "messages"):
                query = {key: int(value) for key, value in request.rel_url.query.items() if value.isdigit()}
                return world.history(
                    int(channel), limit=query.get("limit", 50), before=query.get("before"), after=query.get("after")
                )
            case ("GET", "channels", channel, "messages", message):
                return world.message(int(channel), int(message))
            case ("DELETE", "channels", channel, "messages", message):
                return world.delete_message(int(channel), int(message))
            case ("POST", "channels", channel, "messages", message, "threads"):
                return world.start_thread(int(channel), body, int(message))
            case ("POST", "channels", channel, "threads"):
                return world.start_thread(int(channel), body)
            case ("GET", "guilds", guild, "threads", "active"):
                return world.active_threads(int(guild))
            case ("GET", "guilds", guild, "scheduled-events"):
                return list(world.events_of(int(guild)).values())
            case ("POST", "guilds", guild, "scheduled-events"):
                return world.create_event(int(guild), body)
            case ("GET", "guilds", guild, "scheduled-events", event):
                return world.event(int(guild), int(event))
            case ("PATCH", "guilds", guild, "scheduled-events", event):
                return world.edit_event(int(guild), int(event), body)
            case ("DELETE", "guilds", guild, "scheduled-events", event):
                return world.delete_event(int(guild), int(event))
            case ("GET", "channels", channel):
                return world.channel(int(channel))
            case ("POST", "webhooks", _, token):
                return world.follow_up(token, body)
            case ("PATCH", "webhooks", _, token, "messages", "@original"):
                return world.edit_reply(token, body)
            case ("GET", "webhooks", _, token, "messages", "@original"):
                return world.answered(token).shown[0]
            case ("GET", "users", "@me"):
                return payloads.BOT_USER
            case ("GET", "users", "@me", "guilds"):
                return world.guild_page(int(request.rel_url.query.get("after", 0)))
            case ("GET", "guilds", guild):
                return world.guild(int(guild))
            case ("GET", "guilds", guild, "members", member):
                return world.member(int(guild), int(member))
            case ("PUT" | "DELETE", "guilds", guild, "members", member, "roles", role):
                return world.change_role(int(guild), int(member), int(role), give=request.method == "PUT")
            case ("POST", "users", "@me", "channels"):
                return world.direct_channel(int(body["recipient_id"]))
            case ("GET", "oauth2", "applications", "@me") | ("GET", "applications", "@me"):
                return payloads.APPLICATION
            case ("PUT", "applications", _, "commands"):
                return world.set_commands(body)
            case ("GET", "applications", _, "commands"):
                return world.commands
            case ("GET", "gateway"):
                return {"url": self.gateway_url}
            case ("GET", "gateway", "bot"):
                limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": self.max_concurrency}
                return {"url": self.gateway_url, "shards": self.shards, "session_start_limit": limit}
            case _:
                self.unknown.append(f"{request.method} {request.path}")
                raise Refused(404, 0, "404: Not Found")


async def _body(request: web.BaseRequest) -> Any:
    if request.content_type == "multipart/form-data":
        form = await request.post()
        return orjson.loads(str(form["payload_json"]))
    raw = await request.read()
    return orjson.loads(raw) if raw else None


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    if body is None:
        return web.Response(status=204)
    return web.Response(body=orjson.dumps(body), status=status, headers=headers, content_type="application/json")
