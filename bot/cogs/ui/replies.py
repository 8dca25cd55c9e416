"""Messages as values, and the one way in which each is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import discord
from discord import ui
from discord.utils import MISSING

from bot.cogs.ui.buttons import Press, button
from bot.services.recording import Member
from bot.storage.tables import ALONE

T = TypeVar("T")

DEFER_AFTER = 1.5
"""Seconds of work after which Discord is told to wait: its own patience ends at 3."""


@dataclass(frozen=True)
class Message:
    """What a member is to read, with what can be done next. Pings nobody: that is the bot's default."""

    embed: discord.Embed
    buttons: Sequence[Press] = ()
    files: Sequence[discord.File] = ()

    def view(self) -> ui.View | None:
        if not self.buttons:
            return None
        view = ui.View(timeout=None)
        for press in self.buttons:
            view.add_item(button(press))
        return view


def guild_of(interaction: discord.Interaction[Any]) -> int:
    """The server in which somebody acts; ALONE in a direct message, and where a member brought the bot along but its
    managers have not added it."""
    if interaction.guild_id is None or (interaction.is_user_integration() and not interaction.is_guild_integration()):
        return ALONE
    return interaction.guild_id


def member_of(interaction: discord.Interaction[Any]) -> Member:
    user = interaction.user
    # Discord sends them with every interaction in a server: no member cache, and no privileged intent.
    roles = frozenset(role.id for role in user.roles) if isinstance(user, discord.Member) else frozenset()
    return Member(guild_of(interaction), user.id, user.display_name, roles)


async def patiently(interaction: discord.Interaction[Any], work: Coroutine[Any, Any, T], *, editing: bool = False) -> T:
    """The result of `work`; if it takes long, Discord is asked to wait for it, so that its 3 seconds are never missed.

    `editing`: the reply will replace the message that was pressed, and not be a new private one.
    """
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=DEFER_AFTER)
    if not done and not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=not editing)
    return await task


async def reply(interaction: discord.Interaction[Any], message: Message, *, private: bool = True) -> None:
    """Answer an interaction with a message of its own."""
    view = message.view() or MISSING
    if interaction.response.is_done():
        await interaction.followup.send(embed=message.embed, view=view, files=message.files, ephemeral=private)
    else:
        await interaction.response.send_message(embed=message.embed, view=view, files=message.files, ephemeral=private)


async def replace(interaction: discord.Interaction[Any], message: Message) -> None:
    """Put a message in the place of the one whose button was pressed."""
    if interaction.response.is_done():
        await interaction.edit_original_response(
            embed=message.embed, view=message.view(), attachments=list(message.files)
        )
    else:
        await interaction.response.edit_message(
            embed=message.embed, view=message.view(), attachments=list(message.files)
        )
