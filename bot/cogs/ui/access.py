"""Finds out what prevents the bot from posting in a channel, at the moment when this is reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

import discord

from bot.cogs.ui.delivery import LOST, patience
from bot.cogs.ui.text import human_join, when
from bot.study.errors import CannotPost, Refusal, Refused

HISTORY: Final = "Read Message History"
NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "read_message_history": HISTORY,
}
"""Permissions that the bot needs in a channel where it posts."""
IN_THREADS = {
    "view_channel": "View Channel",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": HISTORY,
}
"""Permissions that the bot needs in a thread."""
UNDER_POSTS = {
    **NEEDED,
    "create_public_threads": "Create Public Threads",
    "send_messages_in_threads": "Send Messages in Threads",
}
"""Permissions that the bot needs in a channel where it opens threads under its posts."""
PRIVATE_THREADS = {**UNDER_POSTS, "create_private_threads": "Create Private Threads"}
"""Permissions that the bot needs in a channel where it also opens private threads."""
IN_FORUMS = {**NEEDED, "send_messages_in_threads": "Send Messages in Threads"}
"""Permissions that the bot needs in a forum; Send Messages is called Create Posts there."""
PICTURES = {"attach_files": "Attach Files"}
"""Also needed to post pictures. Without it, posts have only their text."""
IN_TIMEOUT = frozenset({"view_channel", "read_message_history"})
"""The permissions that a member keeps while timed out."""
PLACES = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.Thread)
"""The kinds of channels where a command may create a post."""

Place: TypeAlias = discord.abc.GuildChannel | discord.Thread


@dataclass(frozen=True, slots=True)
class Access:
    """What the bot may do in a channel, according to Discord. `looked_at`: the permissions that were
    checked; empty if the bot cannot see the channel."""

    channel_id: int
    looked_at: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    timed_out_until: datetime | None = None
    locked: bool = False
    """Whether it is a thread where only moderators may write."""

    @property
    def clear(self) -> bool:
        """Whether nothing that the bot knows of prevents posting."""
        return not self.missing and self.timed_out_until is None

    @property
    def blind(self) -> bool:
        """Whether the bot can post there but not read the history."""
        return self.missing == (HISTORY,) and self.timed_out_until is None


def look(place: Place, me: discord.Member | None = None, needed: Mapping[str, str] | None = None) -> Access:
    """Return what the bot may do in a channel or thread. Permissions removed by a timeout do not count as missing.
    `needed`: the permissions to check, by discord.py's names; by default, those for posts."""
    me = me or place.guild.me
    holder = place.parent if isinstance(place, discord.Thread) else place
    if me is None or holder is None:
        return Access(place.id)
    # Do not use the subclass's method: it also removes permissions that depend on a missing one, such as Attach Files
    # without Send Messages, although they may be granted.
    granted = discord.abc.GuildChannel.permissions_for(holder, me)
    timed_out = me.is_timed_out() and not granted.administrator
    needed = needed or (IN_THREADS if isinstance(place, discord.Thread) else NEEDED)
    missing = [name for name in needed if not getattr(granted, name) and (name in IN_TIMEOUT or not timed_out)]
    return Access(
        place.id,
        tuple(needed.values()),
        tuple(needed[name] for name in missing),
        me.timed_out_until if timed_out else None,
        isinstance(place, discord.Thread) and place.locked and not granted.manage_threads,
    )


def look_at(bot: discord.Client, guild_id: int, channel_id: int, needed: Mapping[str, str] | None = None) -> Access:
    """Return what the bot may do in a channel, by its id."""
    guild = bot.get_guild(guild_id)
    place = guild.get_channel_or_thread(channel_id) if guild is not None and not guild.unavailable else None
    return look(place, needed=needed) if place is not None else Access(channel_id)


async def look_closely(
    bot: discord.Client, guild_id: int, channel_id: int, needed: Mapping[str, str] | None = None
) -> Access:
    """Check a channel that refused something. If nothing looks wrong, ask Discord whether the bot is timed out."""
    access, guild = look_at(bot, guild_id, channel_id, needed), bot.get_guild(guild_id)
    place = guild.get_channel_or_thread(channel_id) if guild is not None else None
    if not access.looked_at or not access.clear or guild is None or place is None:
        return access
    try:
        async with patience():
            return look(place, await guild.fetch_member(guild.me.id), needed)
    except (discord.HTTPException, *LOST):
        return access


def refusal(access: Access) -> str:
    """Say why the bot is not allowed to post in a channel, and what to do about it."""
    refused = f"I am not allowed to post in <#{access.channel_id}>"
    remedy = f" Give me {human_join(access.missing)} there." if access.missing else ""
    if access.timed_out_until is not None:
        return f"{refused}: I am timed out in this server until {when(access.timed_out_until)}. A moderator can end that.{remedy}"
    if access.missing:
        return f"{refused}.{remedy}"
    if access.locked:
        return f"{refused}: the thread is locked. A moderator can unlock it."
    if not access.looked_at:
        return (
            f"{refused}, and Discord does not show me that channel. Check that it is still there, and give me "
            f"{human_join(list(NEEDED.values()))} in it. If I already have all of them, I may be timed out: a moderator can end that."
        )
    return (
        f"{refused}: Discord refused my post, although I now have {human_join(access.looked_at)} there. I may be timed out "
        "without knowing it: a moderator can end that."
    )


def require_access(place: Place, needed: Mapping[str, str] | None = None) -> None:
    """Require that the bot can post. Raises CannotPost."""
    access = look(place, needed=needed)
    if not access.clear:
        raise CannotPost(refusal(access))


def postable(channel: object) -> discord.TextChannel:
    """Return a channel that a member chose for posts. Raises NOT_A_TEXT_CHANNEL, CannotPost."""
    if not isinstance(channel, discord.TextChannel):
        raise Refused(Refusal.NOT_A_TEXT_CHANNEL)
    require_access(channel)
    return channel


def postable_here(channel: object) -> int:
    """Return the id of the channel where a command was used, for a post. Raises CANNOT_POST_HERE, CannotPost."""
    if not isinstance(channel, PLACES):
        raise Refused(Refusal.CANNOT_POST_HERE)
    require_access(channel)
    return channel.id
