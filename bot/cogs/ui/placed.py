"""What a post may create in a server instead of a message: a scheduled event, or a thread under a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import discord

from bot.cogs.ui.delivery import patience
from bot.cogs.ui.now import now
from bot.cogs.ui.threads import THREAD_EXISTS
from bot.storage.posts import Post

ARCHIVED_AFTER: Final = 10080
"""Minutes without a message after which Discord archives a thread: a week."""
LOCATION = 100
"""The maximum length of an event's location in Discord."""

CREATE_EVENTS = "Create Events"


class Placed(Protocol):
    """What a post creates instead of a message. Creating it twice has the same effect as once."""

    async def put(self, bot: discord.Client, post: Post) -> tuple[int, datetime] | None:
        """Create or edit the event or thread. Return its id and the time of the change, or None if there is nothing to
        keep up to date.

        Raises what Discord raises, and LOST.
        """
        ...


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """An entry in the server's list of events, where members can say that they are interested. `off`: delete it."""

    name: str
    about: str
    starts_at: datetime
    ends_at: datetime
    off: bool = False

    async def put(self, bot: discord.Client, post: Post) -> tuple[int, datetime] | None:
        guild = bot.get_guild(post.guild_id)
        if guild is None or guild.unavailable:
            raise ConnectionError("the server is not known yet")
        place = f"https://discord.com/channels/{post.guild_id}/{post.channel_id}"[:LOCATION]
        async with patience():
            if post.message_id is not None:
                await self._change(await guild.fetch_scheduled_event(post.message_id), place)
                return post.message_id, now()
            # Events have no nonce, so look for one that an earlier attempt may have created.
            found = await self._find(bot, guild) if post.attempts > 1 else None
            if self.off:
                if found is not None:
                    await found.delete()
                return None
            if found is not None:
                return found.id, now()
            made = await guild.create_scheduled_event(
                name=self.name,
                description=self.about,
                start_time=self.starts_at,
                end_time=self.ends_at,
                entity_type=discord.EntityType.external,
                privacy_level=discord.PrivacyLevel.guild_only,
                location=place,
            )
        return made.id, now()

    async def _change(self, event: discord.ScheduledEvent, place: str) -> None:
        if self.off:
            await event.delete()
        elif event.status is discord.EventStatus.scheduled:
            await event.edit(
                name=self.name,
                description=self.about,
                start_time=self.starts_at,
                end_time=self.ends_at,
                location=place,
            )

    async def _find(self, bot: discord.Client, guild: discord.Guild) -> discord.ScheduledEvent | None:
        mine = bot.user.id if bot.user is not None else bot.application_id
        for event in await guild.fetch_scheduled_events(with_counts=False):
            if event.creator_id == mine and event.name == self.name and event.start_time == self.starts_at:
                return event
        return None


@dataclass(frozen=True, slots=True)
class PostThread:
    """A thread under a message. Discord gives it the message's id, and a message can have only one."""

    message_id: int
    name: str

    async def put(self, bot: discord.Client, post: Post) -> tuple[int, datetime]:
        channel = bot.get_partial_messageable(post.channel_id, guild_id=post.guild_id)
        try:
            async with patience():
                await channel.get_partial_message(self.message_id).create_thread(
                    name=self.name, auto_archive_duration=ARCHIVED_AFTER
                )
        except discord.HTTPException as error:
            if error.code != THREAD_EXISTS:
                raise
        return self.message_id, now()


def lacks_events(guild: discord.Guild | None) -> bool:
    """Return whether the bot is not allowed to create events in this server."""
    return guild is None or not guild.me.guild_permissions.create_events


def may_create_events(interaction: discord.Interaction[discord.Client]) -> bool:
    """Return whether a member may have the bot create an event: both need the permission, or the member manages the server."""
    allowed = interaction.permissions.create_events or interaction.permissions.manage_guild
    return allowed and not lacks_events(interaction.guild)


def event_note(interaction: discord.Interaction[discord.Client], *, made: bool, wanted: bool) -> str:
    """Say whether there is an event in the server's list, and what is missing if there is none."""
    if made:
        return "It is also in the server's list of events."
    if not wanted:
        return "It is not in the server's list of events, because `/settings events:` is off."
    if lacks_events(interaction.guild):
        return f"It is not in the server's list of events, because I need the permission {CREATE_EVENTS} for that."
    return f"It is not in the server's list of events, because you need the permission {CREATE_EVENTS} for that."
