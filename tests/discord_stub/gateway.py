"""Discord's gateway: sessions that outlive their connections, and can be resumed or refused."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from itertools import count
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from tests.discord_stub import payloads
from tests.discord_stub.world import Guild, World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
WRONG_TOKEN = 4004
KEPT = 10_000
"""How many events a session keeps for a connection that resumes."""


class Session:
    """The session of one shard. Events are kept while it is disconnected, and sent when it resumes."""

    def __init__(self, id: str, shard: int, shards: int) -> None:
        self.id = id
        self.shard = shard
        self.shards = shards
        self.socket: web.WebSocketResponse | None = None
        self.transport: asyncio.BaseTransport | None = None
        self._sequence = 0
        self._kept: deque[tuple[int, str]] = deque(maxlen=KEPT)

    @property
    def connected(self) -> bool:
        return self.socket is not None

    async def tell(self, event: str, data: str) -> None:
        """Send an event, or keep it for later. `data` is JSON text, because thousands of interactions have most of it
        in common."""
        self._sequence += 1
        frame = f'{{"op":0,"t":"{event}","s":{self._sequence},"d":{data}}}'
        self._kept.append((self._sequence, frame))
        if self.socket is not None:
            await _send(self.socket, frame)

    async def resume(self, socket: web.WebSocketResponse, sequence: int) -> None:
        self.socket = socket
        for number, frame in list(self._kept):
            if number > sequence:
                await _send(socket, frame)
        await self.tell("RESUMED", "{}")


class Gateway:
    def __init__(self, world: World, token: str) -> None:
        self.world = world
        self.token = token
        self.url = ""
        self.beat_every = 41.25
        self.refuse_resume = False
        self.silent_of_guilds = False
        """Whether the gateway sends a new session its servers only when `tell_of_guilds` is called, because sending ten
        thousand takes a while."""
        self.closed = False
        """Whether new connections are broken immediately."""
        self.identified = 0
        self.identified_at: list[float] = []
        """When each session began, by the monotonic clock."""
        self.resumed = 0
        self._sessions: dict[str, Session] = {}
        """Sessions by id, oldest first. Several processes may hold the same shard, each with a session of its own."""
        self._numbers = count(1)
        self._changed = asyncio.Condition()

    async def handle(self, request: web.BaseRequest) -> web.WebSocketResponse:
        if self.closed and request.transport is not None:
            request.transport.abort()
        socket = web.WebSocketResponse(compress=False, autoping=True)
        await socket.prepare(request)
        await _send(socket, _frame(HELLO, {"heartbeat_interval": int(self.beat_every * 1000)}))
        session: Session | None = None
        try:
            async for received in socket:
                if received.type is not WSMsgType.TEXT:
                    break
                frame = orjson.loads(received.data)
                if frame["op"] == HEARTBEAT:
                    await _send(socket, _frame(ACK, None))
                elif frame["op"] in (IDENTIFY, RESUME):
                    if frame["d"]["token"] != self.token:
                        await socket.close(code=WRONG_TOKEN, message=b"Authentication failed.")
                        break
                    welcome = self._identify if frame["op"] == IDENTIFY else self._resume
                    session = await welcome(socket, frame["d"])
                    if session is not None:
                        session.transport = request.transport
        finally:
            if session is not None and session.socket is socket:
                session.socket = None
                await self._tell_waiters()
        return socket

    async def _identify(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> Session:
        self.identified_at.append(time.monotonic())
        shard, shards = data.get("shard") or (0, 1)
        session = Session(f"session-{next(self._numbers)}", shard, shards)
        self._sessions[session.id] = session
        session.socket = socket
        guilds = [guild for guild in self.world.guilds.values() if guild.shard(shards) == shard]
        ready = {
            "v": 10,
            "user": payloads.BOT_USER,
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [shard, shards],
            "application": {"id": str(payloads.APPLICATION_ID), "flags": 0},
        }
        await session.tell("READY", orjson.dumps(ready).decode())
        if not self.silent_of_guilds:
            await self._tell_of(session, guilds)
        self.identified += 1
        await self._tell_waiters()
        return session

    async def tell_of_guilds(self) -> None:
        for session in self.connected:
            guilds = [guild for guild in self.world.guilds.values() if guild.shard(session.shards) == session.shard]
            await self._tell_of(session, guilds)

    async def _tell_of(self, session: Session, guilds: list[Guild]) -> None:
        for guild in guilds:
            await session.tell("GUILD_CREATE", orjson.dumps(self.guild_payload(guild)).decode())

    async def _resume(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> Session | None:
        session = self._sessions.get(data["session_id"])
        if session is None or self.refuse_resume:
            await _send(socket, _frame(INVALID, False))
            return None
        await session.resume(socket, data["seq"])
        self.resumed += 1
        await self._tell_waiters()
        return session

    def guild_payload(self, guild: Guild) -> dict[str, Any]:
        channels = [self.world.channels[id] for id in guild.channels]
        prize = guild.id in self.world.prizes
        return payloads.guild(guild.id, guild.name, guild.owner_id, channels, members=100, prize=prize)

    @property
    def connected(self) -> list[Session]:
        return [session for session in self._sessions.values() if session.connected]

    def sessions_of(self, guild_id: int | None) -> list[Session]:
        """Return the sessions that get a server's events: one for each process that holds its shard. If none is
        connected, the newest session keeps the events until it is resumed. Direct messages belong to the first
        shard."""
        moment = (guild_id or 0) >> 22
        holders = [session for session in self._sessions.values() if moment % session.shards == session.shard]
        return [session for session in holders if session.connected] or holders[-1:]

    async def drop(self) -> None:
        """Break every connection, as a network failure does."""
        for session in self.connected:
            if isinstance(session.transport, asyncio.Transport):
                session.transport.abort()
            session.socket = None

    async def ask_to_reconnect(self) -> None:
        for session in self.connected:
            if session.socket is not None:
                await _send(session.socket, _frame(RECONNECT, None))

    async def forbid(self) -> None:
        """Make the token invalid: close every connection with the code for that, and accept no new connection with the
        token."""
        self.token = ""
        for session in self.connected:
            if session.socket is not None:
                await session.socket.close(code=WRONG_TOKEN, message=b"Authentication failed.")

    async def until(self, predicate: Any, within: float) -> None:
        """Wait until the connections meet a condition. Raises TimeoutError."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(predicate)

    async def _tell_waiters(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def _frame(op: int, data: Any) -> str:
    return orjson.dumps({"op": op, "d": data, "s": None, "t": None}).decode()


async def _send(socket: web.WebSocketResponse, frame: str) -> None:
    if not socket.closed:
        with suppress(ConnectionError, RuntimeError):  # the connection broke just now; the session keeps the event
            await socket.send_str(frame)
