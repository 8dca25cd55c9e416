"""What the bot sends of its own accord: at one pace over all features, found again when its note was lost, and told when it
cannot be sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import discord

from bot.cogs.ui.access import HISTORY, look_at
from bot.cogs.ui.delivery import (
    LOST,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MEMBER,
    patience,
)
from bot.cogs.ui.in_hand import InHand
from bot.cogs.ui.layout import walk
from bot.cogs.ui.pace import ALLOWED, Pace
from bot.cogs.ui.pictures import Picture
from bot.storage.engine import DatabaseFailed
from bot.study.schedules import Trouble

if TYPE_CHECKING:
    from bot.cogs.ui.client import StudyBot

log = logging.getLogger(__name__)

LOOK_NEAR, NEAR = 200, timedelta(minutes=5)
"""A post whose note was lost follows its claim within seconds: so many messages are read from a little before the claim on."""
LOOK_FAR, FAR = 1000, timedelta(days=1)
"""Where the clock was wrong when the claim was made, by a time zone perhaps: so many of the newest messages are read."""

KNOWN_WITHIN = 60.0
"""Seconds that a word to the managers waits until we have heard of their server."""
LOOK_EVERY = 0.25
TELL_WAITS = timedelta(minutes=1)
"""How long at most a word to the managers lets the posts of a rush go first."""

ServerText: TypeAlias = Callable[[str], str]
"""A text for a server's manager, given the server's name."""


class CannotLook(Exception):
    """The history of a channel is closed to us, which Discord answers with an empty one: a post may be there or not."""


class Outgoing:
    """One for each bot: whoever sends without having been asked goes through its `pace`."""

    def __init__(self, bot: StudyBot, *, per_second: float, share: float = 1.0) -> None:
        """`per_second`: the pace of the whole bot, of which this process has a `share`."""
        self.bot = bot
        self.pace = Pace(per_second * share, allowed=ALLOWED * share)
        self.hand = InHand("outgoing")
        """What the ticks have begun and do not wait for, by feature and id."""

    def busy(self, feature: str) -> set[int]:
        """Return the ids of what a feature has in hand."""
        return {id for kind, id in self.hand if kind == feature}

    def begin(self, feature: str, id: int, work: Coroutine[Any, Any, None]) -> None:
        """Send something beside the tick that found it due: a channel in which Discord is slow delays no other."""
        self.hand.begin((feature, id), _logged(work, feature, id))

    async def find(
        self, channel: discord.PartialMessageable, ours: Callable[[str], bool], *, claimed_at: datetime
    ) -> int | None:
        """Find the bot's own message in a channel by the id of a button. Raises as `find_message` does."""
        return await self.find_message(
            channel, lambda message: any(map(ours, _custom_ids(message))), claimed_at=claimed_at
        )

    async def find_message(
        self, channel: discord.PartialMessageable, ours: Callable[[discord.Message], bool], *, claimed_at: datetime
    ) -> int | None:
        """Find such a message of the bot's own in a channel.

        Raises CannotLook, what Discord raises, and LOST: also where the server is not known yet, and so not whether its
        history is closed to us.
        """
        if channel.guild_id is not None:
            async with patience():
                await self._server(channel.guild_id)
            if HISTORY in look_at(self.bot, channel.guild_id, channel.id).missing:
                raise CannotLook
        near = channel.history(limit=LOOK_NEAR, after=claimed_at - NEAR, oldest_first=True)
        far = channel.history(limit=LOOK_FAR, after=claimed_at - FAR, oldest_first=False)
        for messages_there in (near, far):
            async with patience():
                async for message in messages_there:
                    if self._is_own(message) and ours(message):
                        return message.id
        return None

    def _is_own(self, message: discord.Message) -> bool:
        return message.author.id == self.bot.application_id or message.author == self.bot.user

    async def picture(self, guild_id: int, channel_id: int, draw: Callable[[], Awaitable[Picture]]) -> Picture | None:
        """A picture for a post; None where the bot may not attach files, or if it cannot be drawn: the text says the same."""
        guild = self.bot.get_guild(guild_id)
        channel = guild.get_channel_or_thread(channel_id) if guild else None
        if guild is not None and channel is not None and not channel.permissions_for(guild.me).attach_files:
            return None
        try:
            return await draw()
        except Exception:
            log.exception("no picture", extra={"guild": guild_id, "channel": channel_id})
            return None

    async def tell(self, guild_id: int, managers: Iterable[int | None], text: ServerText) -> bool:
        """A direct message to the first of these who is still in the server and takes one or, failing that, to its owner.

        False if Discord could not be reached, so that another time is worth trying.
        """
        guild, closed = None, True
        try:
            async with asyncio.timeout(KNOWN_WITHIN):
                guild = await self._server(guild_id)
        except TimeoutError:
            closed = False  # it has an owner, and we do not know whom
        server = guild.name if guild else "your server"
        for user_id in dict.fromkeys((*managers, guild.owner_id if guild else None)):
            if user_id is None:
                continue
            try:
                if guild is not None and user_id != guild.owner_id and await self._has_left(guild, user_id):
                    continue
                async with self.pace.spare(TELL_WAITS), patience():
                    channel = await self.bot.create_dm(discord.Object(user_id))
                async with self.pace.spare(TELL_WAITS), patience():
                    await channel.send(self.bot.mentions.in_text(text(server)))
                return True
            except (discord.NotFound, discord.Forbidden):
                continue  # they take no direct messages from us
            except (discord.HTTPException, *LOST):
                closed = False
        log.warning("no manager could be told: %s", text("a server"), extra={"guild": guild_id})
        return closed

    async def _has_left(self, guild: discord.Guild, user_id: int) -> bool:
        """Ask Discord, because without the members intent nobody tells us who leaves."""
        try:
            async with self.pace.spare(TELL_WAITS), patience():
                await guild.fetch_member(user_id)
        except discord.NotFound as error:
            return error.code == UNKNOWN_MEMBER
        return False

    async def _server(self, guild_id: int) -> discord.Guild | None:
        """A server that Discord has told us all of; None if the bot is not in it. After a start, and where Discord has lost sight of
        a server for a while, it has a bare number at first: that is waited for."""
        while (guild := self.bot.get_guild(guild_id)) is None or guild.unavailable:
            if guild is None and self.bot.is_ready():
                return None
            await asyncio.sleep(LOOK_EVERY)
        return guild


async def _logged(work: Coroutine[Any, Any, None], feature: str, id: int) -> None:
    """Log what a send ends with, such as a database that is away when its fate is noted; its lease brings it back."""
    try:
        await work
    except DatabaseFailed as error:
        log.error("%s %s is tried again: %s", feature, id, error)  # noqa: TRY400  the sentence says it all
    except Exception:
        log.exception("%s %s failed", feature, id)


def _custom_ids(message: discord.Message) -> list[str]:
    return [getattr(part, "custom_id", None) or "" for part in walk(message.components)]


def trouble_of(error: BaseException) -> Trouble | None:
    """Why a channel does not take a post; None for an illness of Discord's own or of the line, which passes."""
    if isinstance(error, CannotLook):
        return Trouble.NO_HISTORY
    if not isinstance(error, discord.HTTPException) or error.status >= 500 or error.status == 429:
        return None
    if error.code == UNKNOWN_CHANNEL or isinstance(error, discord.NotFound):
        return Trouble.CHANNEL_GONE
    if error.code in (MISSING_ACCESS, MISSING_PERMISSIONS) or isinstance(error, discord.Forbidden):
        return Trouble.NO_PERMISSION
    return Trouble.REFUSED
