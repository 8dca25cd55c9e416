"""The stub's state: servers, channels, messages, commands, and each interaction with its replies."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.components import faults
from tests.discord_stub import payloads
from tests.reading import card_of

PATIENCE = 3.0
"""Seconds after which Discord rejects the first response to an interaction."""
NONCE_KEPT = 180.0
"""Seconds for which the stub remembers a nonce. Discord's documentation says "a few minutes"."""

REPLY, THINK, UPDATE_LATER, UPDATE, COMPLETE, FORM = 4, 5, 6, 7, 8, 9
"""Discord's numbers for the types of interaction responses that the stub supports."""


class Refused(Exception):
    """A request that Discord rejects with an error code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message}


def accepted(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message if Discord accepts it. Raises Refused."""
    if wrong := list(faults(message)):
        raise Refused(400, 50035, f"Invalid Form Body: {'; '.join(wrong)}")
    return message


@dataclass(frozen=True)
class Guild:
    id: int
    name: str
    owner_id: int
    channels: tuple[int, ...]

    def shard(self, count: int) -> int:
        return (self.id >> 22) % count


@dataclass(slots=True, eq=False)
class Interaction:
    """An interaction and the responses to it. `sent_at` and `answered_at` are readings of `time.perf_counter`."""

    id: int
    token: str
    guild_id: int | None
    channel_id: int
    user_id: int
    what: str
    sent_at: float = 0.0
    answered_at: float | None = None
    answer: dict[str, Any] | None = None
    """The bot's first response; Discord accepts only one."""
    shown: list[dict[str, Any]] = field(default_factory=list)
    """The messages that the member has been shown, as they are now."""
    again: int = 0
    """How often the bot responded again and was rejected."""
    _seen: asyncio.Future[None] | None = None

    @property
    def kind(self) -> int | None:
        return self.answer["type"] if self.answer else None

    @property
    def text(self) -> str:
        """Everything that the member can read."""
        parts = []
        for message in self.shown:
            parts.append(message["content"])
            parts += card_of(message).words
        return "\n".join(filter(None, parts))

    async def reply(self, within: float = 30.0) -> Interaction:
        """Wait until the member sees a response. Raises TimeoutError."""
        if not (self.shown or self.kind in (COMPLETE, FORM)):
            self._seen = asyncio.get_running_loop().create_future()
            await asyncio.wait_for(self._seen, within)
        return self

    def see(self) -> None:
        if self._seen is not None and not self._seen.done():
            self._seen.set_result(None)


class World:
    def __init__(self, guilds: int, channels: int = 1) -> None:
        self.patience = PATIENCE
        self.commands: list[dict[str, Any]] = []
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, dict[str, Any]] = {}
        self.messages: dict[int, dict[int, dict[str, Any]]] = {}
        """Messages by channel, oldest first."""
        self.interactions: dict[str, Interaction] = {}
        """Interactions that can still get a response or a follow-up, by token."""
        self.hidden: set[int] = set()
        """Channels that the bot cannot see."""
        self.prizes: set[int] = set()
        """Servers with a role that can be won."""
        self.holders: set[tuple[int, int, int]] = set()
        """The roles that members have, as server, member and role."""
        self.events: dict[int, dict[int, dict[str, Any]]] = {}
        """The scheduled events, by server."""
        self.repeated_nonces = 0
        self._nonces: dict[str, tuple[float, int, int]] = {}
        self._last_id = 0
        for number in range(guilds):
            self._add_guild(number, channels)

    def _add_guild(self, number: int, channels: int) -> None:
        id = (1_000_000 + number) << 22
        guild = Guild(id, f"Server {number}", (3_000_000 + number) << 22, tuple(id + 1 + n for n in range(channels)))
        self.guilds[id] = guild
        for place, channel_id in enumerate(guild.channels):
            self.channels[channel_id] = payloads.channel(channel_id, id, f"channel-{place}")
            self.messages[channel_id] = {}

    def new_id(self) -> int:
        """Return a new snowflake with the current time."""
        self._last_id = max(self._last_id + 1, (int(time.time() * 1000) - payloads.EPOCH_MS) << 22)
        return self._last_id

    # -- messages

    # -- servers

    def guild_page(self, after: int, size: int = 200) -> list[dict[str, Any]]:
        """Return a page of the servers that the bot is in, in the order of their ids."""
        ids = [id for id in sorted(self.guilds) if id > after][:size]
        return [
            {
                "id": str(id),
                "name": self.guilds[id].name,
                "icon": None,
                "owner": False,
                "permissions": "0",
                "features": [],
            }
            for id in ids
        ]

    def guild(self, guild_id: int) -> dict[str, Any]:
        if guild_id not in self.guilds:
            raise Refused(404, 10004, "Unknown Guild")
        guild = self.guilds[guild_id]
        return payloads.guild(guild.id, guild.name, guild.owner_id, [], 1)

    def member(self, guild_id: int, user_id: int) -> dict[str, Any]:
        self.guild(guild_id)
        return payloads.member(
            payloads.BOT_USER if user_id == payloads.BOT_ID else payloads.user(user_id, name_of(user_id))
        )

    def change_role(self, guild_id: int, user_id: int, role_id: int, *, give: bool) -> None:
        if guild_id not in self.prizes or role_id != payloads.prize_of(guild_id):
            raise Refused(404, 10011, "Unknown Role")
        (self.holders.add if give else self.holders.discard)((guild_id, user_id, role_id))

    def channel(self, channel_id: int) -> dict[str, Any]:
        if channel_id not in self.channels:
            raise Refused(404, 10003, "Unknown Channel")
        if channel_id in self.hidden:
            raise Refused(403, 50001, "Missing Access")
        return self.channels[channel_id]

    def forbid(self, channel_id: int, permissions: int) -> None:
        """Take permissions from everyone in a channel."""
        channel = self.channels[channel_id]
        overwrite = {"id": channel["guild_id"], "type": 0, "allow": "0", "deny": str(permissions)}
        self.channels[channel_id] = {**channel, "permission_overwrites": [overwrite]}

    def message(self, channel_id: int, message_id: int) -> dict[str, Any]:
        self.channel(channel_id)
        if message_id not in self.messages[channel_id]:
            raise Refused(404, 10008, "Unknown Message")
        return self.messages[channel_id][message_id]

    def create_message(self, channel_id: int, sent: dict[str, Any]) -> dict[str, Any]:
        """Create a message. If the author has recently used the same enforced nonce, return the first message instead,
        even if it is in another channel."""
        self.channel(channel_id)
        nonce = sent.get("nonce") if sent.get("enforce_nonce") else None
        if nonce is not None and (known := self._nonces.get(str(nonce))) is not None:
            at, where, id = known
            if time.monotonic() - at < NONCE_KEPT and id in self.messages[where]:
                self.repeated_nonces += 1
                return self.messages[where][id]
        message = accepted(payloads.message(self.new_id(), channel_id, sent))
        self.messages[channel_id][int(message["id"])] = message
        if nonce is not None:
            self._nonces[str(nonce)] = (time.monotonic(), channel_id, int(message["id"]))
        return message

    # -- threads

    def add_forum(self, guild_id: int) -> int:
        """Add a forum to a server without a gateway event; the bot finds it when it requests the channel."""
        id = self.new_id()
        self.channels[id] = payloads.forum(id, guild_id, "forum")
        self.messages[id] = {}
        return id

    def start_thread(self, parent_id: int, sent: dict[str, Any], message_id: int | None = None) -> dict[str, Any]:
        """Start a thread. A message can have only one thread, which has the message's id; the first message of a forum
        post has the id of its thread."""
        parent = self.channel(parent_id)
        if message_id is not None:
            self.message(parent_id, message_id)
        id = message_id or self.new_id()
        if id in self.channels:
            raise Refused(400, 160004, "A thread has already been created for this message")
        thread = payloads.thread(id, parent, sent["name"], sent.get("type") or payloads.PUBLIC_THREAD)
        self.channels[id], self.messages[id] = thread, {}
        if parent["type"] != payloads.FORUM:
            return thread
        self.messages[id][id] = accepted(payloads.message(id, id, sent["message"]))
        return {**thread, "message": self.messages[id][id]}

    def threads(self, guild_id: int) -> list[dict[str, Any]]:
        return [one for one in self.channels.values() if "thread_metadata" in one and one["guild_id"] == str(guild_id)]

    def active_threads(self, guild_id: int) -> dict[str, Any]:
        return {"threads": self.threads(guild_id), "members": []}

    def edit_message(self, channel_id: int, message_id: int, sent: dict[str, Any]) -> dict[str, Any]:
        after = accepted(payloads.edited(self.message(channel_id, message_id), sent, self.new_id()))
        self.messages[channel_id][message_id] = after
        return after

    def delete_message(self, channel_id: int, message_id: int) -> None:
        self.message(channel_id, message_id)
        del self.messages[channel_id][message_id]

    def history(
        self, channel_id: int, *, limit: int, before: int | None = None, after: int | None = None
    ) -> list[dict[str, Any]]:
        """Return messages, newest first, as Discord does. With `after`, these are the first messages after that id."""
        self.channel(channel_id)
        ids: Iterable[int] = self.messages[channel_id]
        if after is not None:
            ids = [id for id in ids if id > after][:limit]
        else:
            ids = [id for id in ids if before is None or id < before][-limit:]
        return [self.messages[channel_id][id] for id in reversed(list(ids))]

    def forget_nonces(self) -> None:
        """Forget all nonces, as if some minutes had passed."""
        self._nonces.clear()

    def direct_channel(self, user_id: int) -> dict[str, Any]:
        id = user_id + 1
        if id not in self.channels:
            self.channels[id] = payloads.direct_channel(id, payloads.user(user_id, name_of(user_id)))
            self.messages[id] = {}
        return self.channels[id]

    # -- events

    def events_of(self, guild_id: int) -> dict[int, dict[str, Any]]:
        self.guild(guild_id)
        return self.events.setdefault(guild_id, {})

    def event(self, guild_id: int, event_id: int) -> dict[str, Any]:
        if event_id not in self.events_of(guild_id):
            raise Refused(404, 10070, "Unknown Guild Scheduled Event")
        return self.events_of(guild_id)[event_id]

    def create_event(self, guild_id: int, sent: dict[str, Any]) -> dict[str, Any]:
        made = payloads.event(self.new_id(), guild_id, sent)
        self.events_of(guild_id)[int(made["id"])] = made
        return made

    def edit_event(self, guild_id: int, event_id: int, sent: dict[str, Any]) -> dict[str, Any]:
        self.events_of(guild_id)[event_id] = {**self.event(guild_id, event_id), **sent}
        return self.event(guild_id, event_id)

    def delete_event(self, guild_id: int, event_id: int) -> None:
        self.event(guild_id, event_id)
        del self.events_of(guild_id)[event_id]

    # -- commands

    def set_commands(self, sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
        known = {command["name"]: command["id"] for command in self.commands}
        self.commands = [
            {
                "application_id": str(payloads.APPLICATION_ID),
                "version": "1",
                "type": 1,
                "description": "",
                "default_member_permissions": None,
                "dm_permission": True,
                "nsfw": False,
                **command,
                "id": known.get(command["name"]) or str(self.new_id()),
            }
            for command in sent
        ]
        return self.commands

    # -- interactions

    def expect(self, interaction: Interaction) -> None:
        self.interactions[interaction.token] = interaction

    def forget(self, interaction: Interaction) -> None:
        self.interactions.pop(interaction.token, None)

    def respond(self, token: str, body: dict[str, Any]) -> dict[str, Any]:
        """Handle the first response to an interaction."""
        interaction = self.interactions.get(token)
        at = time.perf_counter()
        if interaction is None or (interaction.answer is None and at - interaction.sent_at > self.patience):
            raise Refused(404, 10062, "Unknown interaction")
        if interaction.answer is not None:
            interaction.again += 1
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        kind, data = body["type"], body.get("data") or {}
        message = None
        if kind in (REPLY, UPDATE):
            message = accepted(payloads.message(self.new_id(), interaction.channel_id, data))
            interaction.shown.append(message)
        interaction.answer, interaction.answered_at = body, at
        if kind not in (THINK, UPDATE_LATER):
            interaction.see()
        state = {
            "id": str(interaction.id),
            "type": 2,
            "response_message_id": message["id"] if message else None,
            "response_message_loading": kind == THINK,
            "response_message_ephemeral": bool((data.get("flags") or 0) & payloads.EPHEMERAL),
        }
        return {"interaction": state, "resource": {"type": kind, "message": message} if message else {"type": kind}}

    def answered(self, token: str) -> Interaction:
        interaction = self.interactions.get(token)
        if interaction is None or interaction.answer is None:
            raise Refused(404, 10015, "Unknown Webhook")
        return interaction

    def follow_up(self, token: str, sent: dict[str, Any]) -> dict[str, Any]:
        """Add another message for the member. After a deferred response, the first one replaces the placeholder."""
        interaction = self.answered(token)
        message = accepted(payloads.message(self.new_id(), interaction.channel_id, sent))
        interaction.shown.append(message)
        interaction.see()
        return message

    def edit_reply(self, token: str, sent: dict[str, Any]) -> dict[str, Any]:
        interaction = self.answered(token)
        if interaction.shown:
            interaction.shown[0] = accepted(payloads.edited(interaction.shown[0], sent, self.new_id()))
        else:
            interaction.shown.append(accepted(payloads.message(self.new_id(), interaction.channel_id, sent)))
        interaction.see()
        return interaction.shown[0]


def name_of(user_id: int) -> str:
    return f"member-{user_id >> 22}"
