"""Threads and forum posts that a post of ours opens for its message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import discord
from discord import ui

from bot.cogs.ui.access import IN_FORUMS, PRIVATE_THREADS, UNDER_POSTS
from bot.cogs.ui.delivery import patience
from bot.cogs.ui.text import clip
from bot.storage.schedules import GuildSchedule
from bot.study.discussions import Discussion, Venue
from bot.study.typed import bare

NAME = 100
"""The longest name of a thread."""
ARCHIVED_AFTER = 3 * 24 * 60
"""Minutes without a message after which Discord archives a thread: a daily is discussed beyond its own day."""
PRIVATE_THREAD: Final = 12
THREAD_EXISTS = 160004
SHUT = frozenset({50083, 160005})
"""Discord's error codes for an archived or locked thread."""


class NoForum(Exception):
    """A channel that was a forum is no longer one."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The thread that a message needs. `message_id`: the message under which it is opened; `tags`: the names of its
    possible tags, best first."""

    venue: Venue
    parent_id: int
    name: str
    message_id: int | None = None
    tags: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return clip(self.name, NAME)


@dataclass(frozen=True, slots=True)
class OpenedThread:
    """A thread that is open. `message_id`: the message it began with, which in a forum is ours; `fresh`: it was opened
    just now, so its message is up to date."""

    thread_id: int
    message_id: int | None = None
    fresh: bool = False


def needed(schedule: GuildSchedule) -> tuple[int, Mapping[str, str]] | None:
    """Return the channel where the dailies of a schedule are discussed, and the permissions needed there.
    None if there are no discussions."""
    if schedule.discussion is Discussion.OFF:
        return None
    if schedule.forum_id is not None:
        return schedule.forum_id, IN_FORUMS
    return schedule.channel_id, PRIVATE_THREADS if schedule.discussion is Discussion.AT_ONCE else UNDER_POSTS


async def open_thread(
    bot: discord.Client,
    opening: Opening,
    view: ui.LayoutView,
    files: Sequence[discord.File],
    pings: discord.AllowedMentions,
) -> OpenedThread:
    """Open a thread. Only a thread under a message may be retried without calling `find_thread` first."""
    settings: dict[str, Any] = {"name": opening.title, "auto_archive_duration": ARCHIVED_AFTER}
    async with patience():
        match opening.venue:
            case Venue.UNDER_POST:
                assert opening.message_id is not None, "there is a message to open it under"
                try:
                    await bot.http.start_thread_with_message(opening.parent_id, opening.message_id, **settings)
                except discord.HTTPException as error:
                    if error.code != THREAD_EXISTS:
                        raise
                return OpenedThread(opening.message_id)  # a thread has the id of its message
            case Venue.PRIVATE:
                made = await bot.http.start_thread_without_message(
                    opening.parent_id, type=PRIVATE_THREAD, invitable=False, **settings
                )
                return OpenedThread(int(made["id"]))
            case Venue.FORUM:
                forum = await _forum(bot, opening.parent_id)
                tags = tags_for(forum, opening.tags)
                posted = await forum.create_thread(
                    view=view, files=files, allowed_mentions=pings, applied_tags=tags, **settings
                )
                return OpenedThread(posted.thread.id, posted.message.id, fresh=True)


async def find_thread(bot: discord.Client, guild_id: int, opening: Opening) -> OpenedThread | None:
    """Find a thread that was opened but not recorded: ours, in this channel, by its name. A private one stays active, so it is
    found even after its daily has closed."""
    async with patience():
        active = await bot.http.get_active_threads(guild_id)
    for thread in active["threads"]:
        ours = int(thread["owner_id"]) == bot.application_id or (bot.user and int(thread["owner_id"]) == bot.user.id)
        if ours and int(thread["parent_id"]) == opening.parent_id and thread["name"] == opening.title:
            found = OpenedThread(int(thread["id"]))
            return replace(found, message_id=found.thread_id) if opening.venue is Venue.FORUM else found
    return None


async def add_member(bot: discord.Client, thread_id: int, user_id: int) -> None:
    """Let a member into a private thread; nothing happens if they are in it."""
    async with patience():
        await bot.http.add_user_to_thread(thread_id, user_id)


async def _forum(bot: discord.Client, channel_id: int) -> discord.ForumChannel:
    """Return a forum. Raises NoForum, and what Discord raises."""
    channel = bot.get_channel(channel_id) or await bot.fetch_channel(channel_id)
    if not isinstance(channel, discord.ForumChannel):
        raise NoForum
    return channel


def tags_for(forum: discord.ForumChannel, names: Sequence[str]) -> list[discord.ForumTag]:
    """Return the first of these tags that we may use. If there is none and the forum requires a tag, return any that we may use."""
    may_moderate = forum.permissions_for(forum.guild.me).manage_threads
    usable = [tag for tag in forum.available_tags if may_moderate or not tag.moderated]
    by_name = {bare(tag.name): tag for tag in reversed(usable)}
    for name in names:
        with suppress(KeyError):
            return [by_name[bare(name)]]
    return usable[:1] if forum.flags.require_tag else []
