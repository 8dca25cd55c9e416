"""A small Discord on loopback: REST and gateway on real sockets. It can be made to fail, and remembers everything that
it was sent.

async with DiscordStub(guilds=2) as stub:
    ...start a bot with DISCORD_API_URL=stub.url and DISCORD_TOKEN=stub.token...
    await stub.connected()
    pressed = await stub.press(stub.posts(stub.guilds[0])[-1], "B", ana)
    print((await pressed.reply()).text)
"""

from __future__ import annotations

from tests.discord_stub.nursery import Nursery
from tests.discord_stub.process import BotProcess
from tests.discord_stub.stub import DiscordStub, button_of, buttons, user_ids
from tests.discord_stub.world import Guild, Interaction

__all__ = ["BotProcess", "DiscordStub", "Guild", "Interaction", "Nursery", "button_of", "buttons", "user_ids"]
