"""What the bot sends of its own accord: at one pace over all features, sent once, and told when it cannot be."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import aiohttp
import discord
from aiolimiter import AsyncLimiter

from bot.storage.schedules import Trouble

if TYPE_CHECKING:
    from bot.cogs.ui.client import StudyBot

log = logging.getLogger(__name__)

LOOK_BACK = 200
"""How many messages of a channel are read to find a post whose note was lost."""
SKEW = timedelta(minutes=5)
"""How far our clock may be ahead of Discord's: the search begins this much before the claim."""

UNREACHABLE = (aiohttp.ClientError, OSError)
"""What the connection to Discord raises when it breaks. Whether Discord took the request is then unknown."""
UNKNOWN_CHANNEL = 10003
UNKNOWN_MEMBER = 10007
MISSING_ACCESS = 50001
MISSING_PERMISSIONS = 50013

NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
}
"""What the bot needs in a channel that it posts to."""
PICTURES = {"attach_files": "Attach Files"}
"""What it needs besides to post pictures there; without it their text goes out alone."""

ServerText: TypeAlias = Callable[[str], str]
"""A text for a server's manager, given the server's name."""


class Outgoing:
    """One for each bot: whoever posts without having been asked goes through its `pace`."""

    def __init__(self, bot: StudyBot, *, per_second: float) -> None:
        self.bot = bot
        # One token a slot and no burst: a second with 45 requests in its first moment would meet Discord's limit.
        self.pace = AsyncLimiter(1, 1 / per_second)

    async def find(
        self, channel: discord.PartialMessageable, ours: Callable[[str], bool], *, since: datetime
    ) -> int | None:
        """The bot's own message in a channel that has a button with such an id. Raises what Discord raises."""
        async for message in channel.history(limit=LOOK_BACK, after=since - SKEW, oldest_first=False):
            if message.author.id == self.bot.application_id or message.author == self.bot.user:
                rows = (component for component in message.components if isinstance(component, discord.ActionRow))
                for button in (child for row in rows for child in row.children):
                    if ours(getattr(button, "custom_id", None) or ""):
                        return message.id
        return None

    async def tell(self, guild_id: int, managers: Iterable[int | None], text: ServerText) -> bool:
        """A direct message to the first of these who takes one or, failing that, to the server's owner.

        False if Discord could not be reached, so that another time is worth trying.
        """
        guild = self.bot.get_guild(guild_id)
        server = guild.name if guild else "your server"
        closed = True
        for user_id in dict.fromkeys((*managers, guild.owner_id if guild else None)):
            if user_id is None:
                continue
            try:
                async with self.pace:
                    channel = await self.bot.create_dm(discord.Object(user_id))
                    await channel.send(text(server))
                return True
            except (discord.NotFound, discord.Forbidden):
                continue  # they take no direct messages from us
            except (discord.HTTPException, *UNREACHABLE):
                closed = False
        log.warning("no manager could be told: %s", text("a server"), extra={"guild": guild_id})
        return closed


def trouble_of(error: discord.HTTPException) -> Trouble | None:
    """Why a channel does not take a post; None for an illness of Discord's own, which passes."""
    if error.code == UNKNOWN_CHANNEL or isinstance(error, discord.NotFound):
        return Trouble.CHANNEL_GONE
    if error.code in (MISSING_ACCESS, MISSING_PERMISSIONS) or isinstance(error, discord.Forbidden):
        return Trouble.NO_PERMISSION
    if error.status >= 500 or error.status == 429:
        return None
    return Trouble.REFUSED


def missing_permissions(channel: discord.TextChannel) -> tuple[str, ...]:
    """What the bot needs in a channel and lacks, in Discord's words."""
    permissions = channel.permissions_for(channel.guild.me)
    return tuple(words for name, words in NEEDED.items() if not getattr(permissions, name))
