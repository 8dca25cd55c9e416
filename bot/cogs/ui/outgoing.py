"""What the bot sends unprompted: under one rate limit for all features, found again if its record was lost, and reported
if it cannot be sent."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import discord

from bot.cogs.ui.access import HISTORY, look_at
from bot.cogs.ui.background import BackgroundTasks
from bot.cogs.ui.delivery import (
    LOST,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NOT_IN_SERVER,
    UNKNOWN_CHANNEL,
    accepts_no_messages,
    at_least_once,
    patience,
)
from bot.cogs.ui.layout import walk
from bot.cogs.ui.now import now
from bot.cogs.ui.pace import ALLOWED, Pace
from bot.cogs.ui.pictures import Picture
from bot.cogs.ui.threads import NoForum
from bot.services.leases import Retry
from bot.storage.engine import DatabaseFailed
from bot.study.schedules import Trouble

if TYPE_CHECKING:
    from bot.cogs.ui.client import StudyBot

log = logging.getLogger(__name__)

LOOK_NEAR, NEAR = 200, timedelta(minutes=5)
"""A post that was sent but not recorded is in the channel within seconds of its claim: read this many messages,
starting shortly before the claim."""
LOOK_FAR, FAR = 1000, timedelta(days=1)
"""If the clock was wrong at the claim, perhaps by a whole time zone, read this many of the newest messages."""

KNOWN_WITHIN = 60.0
"""How many seconds a message to managers waits for Discord to describe their server."""
LOOK_EVERY = 0.25
TELL_WAITS = timedelta(minutes=1)
"""How long a message to managers yields to new posts during a rush."""

NOTIFICATION = "notification"
NOTIFY_WITHIN = timedelta(days=1)
"""How long a message to managers is retried while Discord cannot be reached."""
NOTIFY_AGAIN = Retry(timedelta(minutes=1))

ServerText: TypeAlias = Callable[[str], str]
"""Builds a text for a server's manager from the server's name."""


def a_nonce() -> str:
    """Return a new nonce: Discord drops a second message with the same one within minutes."""
    return secrets.token_hex(12)


@dataclass(frozen=True, slots=True)
class Notification:
    """A message to managers that is retried."""

    guild_id: int
    managers: tuple[int | None, ...]
    text: ServerText
    begun_at: datetime
    next_try_at: datetime
    attempts: int = 0
    nonce: str = field(default_factory=a_nonce)


class CannotLook(Exception):
    """The bot is not allowed to read the channel's history. Discord then returns an empty one, so a post may or may not
    exist."""


class Outgoing:
    """Sends everything that the bot sends unprompted, at one `pace`."""

    def __init__(self, bot: StudyBot, *, per_second: float, share: float = 1.0) -> None:
        """Set up the sender. `per_second`: the pace of the whole bot, of which this process has a `share`."""
        self.bot = bot
        self.pace = Pace(per_second * share, allowed=ALLOWED * share)
        self.tasks = BackgroundTasks("outgoing")
        """Background tasks that ticks have started, by feature and id."""
        self._unreached: dict[str, Notification] = {}
        """Notifications to retry, by nonce. They are in memory, so a restart ends the retries."""

    def busy(self, feature: str) -> set[Any]:
        """Return the ids that a feature is working on."""
        return {id for kind, id in self.tasks if kind == feature}

    def begin(self, feature: str, id: Hashable, work: Coroutine[Any, Any, None]) -> None:
        """Send something in the background, so that one slow channel does not delay the others."""
        self.tasks.begin((feature, id), _logged(work, feature, id))

    async def find(
        self, channel: discord.PartialMessageable, ours: Callable[[str], bool], *, claimed_at: datetime
    ) -> int | None:
        """Find the bot's own message in a channel by a button id. Raises as `find_message` does."""
        return await self.find_message(
            channel, lambda message: any(map(ours, _custom_ids(message))), claimed_at=claimed_at
        )

    async def find_message(
        self, channel: discord.PartialMessageable, ours: Callable[[discord.Message], bool], *, claimed_at: datetime
    ) -> int | None:
        """Find a message of the bot's own in a channel.

        Raises CannotLook, what Discord raises, and LOST. A TimeoutError, one of LOST, is also raised if it takes too
        long to learn about the server and its permissions.
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
        """Draw a picture for a post; None if the bot cannot attach files, or drawing fails: the text says the same."""
        guild = self.bot.get_guild(guild_id)
        channel = guild.get_channel_or_thread(channel_id) if guild else None
        if guild is not None and channel is not None and not channel.permissions_for(guild.me).attach_files:
            return None
        try:
            return await draw()
        except Exception:
            log.exception("the picture of a post was not drawn", extra={"guild": guild_id, "channel": channel_id})
            return None

    async def notify(self, guild_id: int, managers: Iterable[int | None], text: ServerText) -> None:
        """Do as `tell` does, and retry it for a day while Discord cannot be reached."""
        at = now()
        await self._notify(Notification(guild_id, tuple(managers), text, begun_at=at, next_try_at=at))

    async def notify_again(self, at: datetime) -> None:
        """Begin the retries that are due."""
        for nonce, waiting in list(self._unreached.items()):
            if not at < waiting.next_try_at <= at + NOTIFY_AGAIN.longest:  # later only if the clock was ahead
                del self._unreached[nonce]
                self.begin(NOTIFICATION, nonce, self._notify(waiting))

    async def _notify(self, one: Notification) -> None:
        if await self.tell(one.guild_id, one.managers, one.text, nonce=one.nonce):
            return
        at, attempts = now(), one.attempts + 1
        if at - one.begun_at < NOTIFY_WITHIN:
            again = at + NOTIFY_AGAIN.after(attempts)
            self._unreached[one.nonce] = replace(one, attempts=attempts, next_try_at=again)
        else:
            _log_unnotified(one.guild_id, one.text)

    async def tell(
        self, guild_id: int, managers: Iterable[int | None], text: ServerText, *, nonce: str | None = None
    ) -> bool:
        """Send a direct message to the first of these users who is in the server and accepts it, else to the owner.

        Return False if Discord could not be reached, so that a retry makes sense.
        """
        guild, known, nonce = None, True, nonce or a_nonce()
        try:
            async with asyncio.timeout(KNOWN_WITHIN):
                guild = await self._server(guild_id)
        except TimeoutError:
            known = False  # the server has an owner, but we do not know who it is
        server = guild.name if guild else "your server"
        for user_id in dict.fromkeys((*managers, guild.owner_id if guild else None)):
            if user_id is None:
                continue
            try:
                if guild is not None and user_id != guild.owner_id and await self.has_left(guild, user_id):
                    continue
                async with self.pace.spare(TELL_WAITS), patience():
                    channel = await self.bot.create_dm(discord.Object(user_id))
                words = self.bot.mentions.in_text(text(server))
                async with self.pace.spare(TELL_WAITS):
                    await at_least_once(partial(channel.send, words, nonce=nonce))
                return True
            except (discord.HTTPException, *LOST) as error:
                if not (isinstance(error, discord.NotFound) or accepts_no_messages(error)):
                    return _unreached(guild_id)
        if not known:
            return _unreached(guild_id)
        _log_unnotified(guild_id, text)
        return True

    async def has_left(self, guild: discord.Guild, user_id: int) -> bool:
        """Ask Discord whether a member has left, because without the members intent we are not notified."""
        try:
            async with self.pace.spare(TELL_WAITS), patience():
                await guild.fetch_member(user_id)
        except discord.NotFound as error:
            return error.code in NOT_IN_SERVER
        return False

    async def _server(self, guild_id: int) -> discord.Guild | None:
        """Return a server that Discord has fully described; None if the bot is not in it.

        After startup, and while a server is unavailable, we know only its id: wait for Discord to send the rest.
        """
        while (guild := self.bot.get_guild(guild_id)) is None or guild.unavailable:
            if guild is None and self.bot.is_ready():
                return None
            await asyncio.sleep(LOOK_EVERY)
        return guild


def _log_unnotified(guild_id: int, text: ServerText) -> None:
    log.warning("no manager could be notified: %s", text("a server"), extra={"guild": guild_id})


def _unreached(guild_id: int) -> bool:
    log.warning("a manager could not be reached, will be retried", extra={"guild": guild_id})
    return False


async def _logged(work: Coroutine[Any, Any, None], feature: str, id: Hashable) -> None:
    """Log a failed send, for example because the database is unavailable. It is retried once its lease expires."""
    try:
        await work
    except DatabaseFailed as error:
        log.error("%s %s will be retried: %s", feature, id, error)  # noqa: TRY400  the sentence says it all
    except Exception:
        log.exception("%s %s failed", feature, id)


def _custom_ids(message: discord.Message) -> list[str]:
    return [getattr(part, "custom_id", None) or "" for part in walk(message.components)]


def trouble_of(error: BaseException) -> Trouble | None:
    """Return why a channel rejects a post; None for a temporary failure of Discord or the network."""
    if isinstance(error, CannotLook):
        return Trouble.NO_HISTORY
    if isinstance(error, NoForum):
        return Trouble.CHANNEL_GONE
    if not isinstance(error, discord.HTTPException) or error.status >= 500 or error.status == 429:
        return None
    if error.code == UNKNOWN_CHANNEL or isinstance(error, discord.NotFound):
        return Trouble.CHANNEL_GONE
    if error.code in (MISSING_ACCESS, MISSING_PERMISSIONS) or isinstance(error, discord.Forbidden):
        return Trouble.NO_PERMISSION
    return Trouble.REFUSED
