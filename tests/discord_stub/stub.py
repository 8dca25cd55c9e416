"""The whole stub: a Discord on a loopback address, with members who press and type."""

from __future__ import annotations

import secrets
import time
from functools import cache
from typing import Any, Self

import orjson
from aiohttp import web

from tests.components import walk
from tests.discord_stub import payloads
from tests.discord_stub.faults import Fault
from tests.discord_stub.gateway import Gateway
from tests.discord_stub.rest import API, Rest
from tests.discord_stub.world import Guild, Interaction, World, name_of

COMMAND, COMPONENT, MODAL = 2, 3, 5
BUTTON = 2


class DiscordStub:
    """A simulated Discord that runs on the current event loop; `async with` starts and stops it.

    `on_interaction` sees every interaction before it is sent; `requests_per_second` enforces Discord's limit for a bot.
    """

    def __init__(
        self,
        *,
        guilds: int = 1,
        channels: int = 1,
        token: str = "stub.token.of-no-use",
        requests_per_second: int | None = None,
        port: int = 0,
    ) -> None:
        self.token = token
        self.world = World(guilds, channels)
        self.rest = Rest(self.world, token, requests_per_second=requests_per_second)
        self.gateway = Gateway(self.world, token)
        self._port = port
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        server = web.Server(self._handle, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        # A bot answers hundreds of interactions at once, each on its own connection.
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, backlog=4096)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.gateway.url = self.rest.gateway_url = f"ws://127.0.0.1:{self._port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        self.rest.release()
        await self.gateway.drop()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The value for DISCORD_API_URL."""
        return f"http://127.0.0.1:{self._port}{API}"

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith(API):
            return await self.rest.handle(request)
        return await self.gateway.handle(request)

    # -- the bot's side

    async def connected(self, within: float = 60.0, *, sessions: int = 1) -> None:
        """Wait until the bot is connected with this many sessions in total: each process has one session for each of
        its shards. Raises TimeoutError."""
        await self.gateway.until(lambda: len(self.gateway.connected) >= sessions, within)

    async def gone(self, within: float = 60.0) -> None:
        await self.gateway.until(lambda: not self.online, within)

    def fault(self, fault: Fault) -> Fault:
        """Add a fault for the next matching requests. Several faults for the same requests occur in the order in which
        they were added."""
        self.rest.faults.append(fault)
        return fault

    def clear_faults(self) -> None:
        self.rest.faults.clear()

    @property
    def online(self) -> bool:
        """Whether a bot is connected now."""
        return bool(self.gateway.connected)

    # -- what there is

    @property
    def guilds(self) -> list[Guild]:
        return list(self.world.guilds.values())

    def posts(self, guild: Guild) -> list[dict[str, Any]]:
        """Return the messages in a server's first channel, oldest first."""
        return list(self.world.messages[guild.channels[0]].values())

    # -- the members' side

    async def press(self, message: dict[str, Any], label: str, user_id: int, *, times: int = 1) -> Interaction:
        """Press a button of a message. `times`: how often Discord delivers this press."""
        return await self.send(*self.pressed(message, button_of(message, label), user_id), times=times)

    def pressed(self, message: dict[str, Any], custom_id: str, user_id: int) -> tuple[Interaction, str]:
        """Return a press and its gateway payload, without sending it."""
        channel = self.world.channels[int(message["channel_id"])]
        guild_id = int(channel["guild_id"]) if "guild_id" in channel else None
        interaction = self._interaction(guild_id, int(channel["id"]), user_id, custom_id)
        data = f'{{"custom_id":"{custom_id}","component_type":{BUTTON}}}'
        shared = f'"message":{_json_of(message)},"channel":{_json_of(channel)}'
        return interaction, self._payload(interaction, COMPONENT, data, shared)

    async def command(
        self,
        guild: Guild,
        user_id: int,
        name: str,
        /,
        *,
        permissions: int = payloads.EVERYDAY,
        times: int = 1,
        **options: Any,
    ) -> Interaction:
        """Send a command, such as `answer` or `daily status`, in a server's first channel."""
        root, *path = name.split(" ")
        command = next((known for known in self.world.commands if known["name"] == root), None)
        assert command is not None, f"the bot has not registered /{root}"
        types = {str: 3, int: 4, bool: 5}
        values: list[dict[str, Any]] = [
            {"name": key, "type": types[type(value)], "value": value} for key, value in options.items()
        ]
        for part in reversed(path):
            values = [{"name": part, "type": 1, "options": values}]
        data = {"id": command["id"], "name": root, "type": 1, "options": values}
        channel = self.world.channels[guild.channels[0]]
        interaction = self._interaction(guild.id, guild.channels[0], user_id, name)
        shared = f'"channel":{_json_of(channel)}'
        payload = self._payload(interaction, COMMAND, orjson.dumps(data).decode(), shared, permissions)
        return await self.send(interaction, payload, times=times)

    def _interaction(self, guild_id: int | None, channel_id: int, user_id: int, what: str) -> Interaction:
        id = self.world.new_id()
        return Interaction(id, f"{id}.{secrets.token_hex(8)}", guild_id, channel_id, user_id, what)

    def _payload(
        self, interaction: Interaction, kind: int, data: str, shared: str, permissions: int = payloads.EVERYDAY
    ) -> str:
        if interaction.guild_id is not None:
            owners = f'{{"0":"{interaction.guild_id}"}}'
            place = f'"guild_id":"{interaction.guild_id}","guild_locale":"en-US","context":0'
            who = f'"member":{_member_json(interaction.user_id, permissions)}'
        else:
            owners, place = '{"0":"0"}', '"context":1'
            who = f'"user":{_user_json(interaction.user_id)}'
        return (
            f'{{"id":"{interaction.id}","token":"{interaction.token}","type":{kind},"version":1,'
            f'"application_id":"{payloads.APPLICATION_ID}","channel_id":"{interaction.channel_id}",{place},{who},'
            f'"data":{data},{shared},"locale":"en-US","entitlements":[],"attachment_size_limit":10485760,'
            f'"authorizing_integration_owners":{owners},"app_permissions":"{payloads.EVERYDAY}"}}'
        )

    async def send(self, interaction: Interaction, payload: str, *, times: int = 1) -> Interaction:
        """Deliver an interaction. If no bot is connected, it is never answered."""
        self.world.expect(interaction)
        interaction.sent_at = time.perf_counter()
        for session in self.gateway.sessions_of(interaction.guild_id):
            for _ in range(times):
                await session.tell("INTERACTION_CREATE", payload)
        return interaction


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """Return the custom ids of a message's buttons, by label."""
    return {
        part["label"]: part["custom_id"]
        for part in walk(message["components"])
        if part["type"] == BUTTON and not part.get("disabled")
    }


def button_of(message: dict[str, Any], label: str) -> str:
    found = buttons(message)
    assert label in found, f"no button {label!r}; there is {sorted(found)}"
    return found[label]


_written: dict[str, tuple[dict[str, Any], str]] = {}


def _json_of(payload: dict[str, Any]) -> str:
    """Return an object as JSON, encoded once for each version of a message or channel. An edited message is a new
    object with the same id."""
    known = _written.get(payload["id"])
    if known is None or known[0] is not payload:
        known = _written[payload["id"]] = (payload, orjson.dumps(payload).decode())
    return known[1]


@cache
def _member_json(user_id: int, permissions: int) -> str:
    return orjson.dumps(payloads.member(payloads.user(user_id, name_of(user_id)), permissions)).decode()


@cache
def _user_json(user_id: int) -> str:
    return orjson.dumps(payloads.user(user_id, name_of(user_id))).decode()


def user_ids(count: int) -> list[int]:
    """Return the ids of this many members."""
    return [(2_000_000 + number) << 22 for number in range(count)]
