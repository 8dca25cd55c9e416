"""Messages as values, and the one way in which each is sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import discord
from discord import ui
from discord.utils import MISSING

from bot.cogs.ui.buttons import Press, button
from bot.cogs.ui.delivery import LOST, at_least_once, describe, where
from bot.cogs.ui.intake import ARRIVED
from bot.cogs.ui.menus import Menu, menu
from bot.services.recording import Member
from bot.storage.tables import ALONE

log = logging.getLogger(__name__)

T = TypeVar("T")

DEFER_AFTER = 1.5
"""Seconds after which Discord is told to wait: its own patience ends at 3."""


@dataclass(frozen=True)
class Message:
    """What a member is to read, with what can be done next. Pings nobody: that is the bot's default."""

    embed: discord.Embed
    buttons: Sequence[Press] = ()
    files: Sequence[discord.File] = ()
    menus: Sequence[Menu] = ()

    def view(self) -> ui.View | None:
        if not self.buttons and not self.menus:
            return None
        if not self.menus:
            return _row(tuple(self.buttons))
        return _view(self.buttons, self.menus)


def _view(buttons: Sequence[Press], menus: Sequence[Menu] = ()) -> ui.View:
    view = ui.View(timeout=None)
    for press in buttons:
        view.add_item(button(press))
    for each in menus:
        view.add_item(menu(each))
    # Its buttons answer by their ids alone. One that is not stopped would be kept by the library for each private reply, with
    # a timer of a quarter of an hour.
    view.stop()
    return view


_row = lru_cache(maxsize=1024)(_view)
"""A view that is stopped is never changed again, so that the same buttons need no second one."""


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
    asking: asyncio.Task[None] | None = None

    def ask() -> None:
        nonlocal asking
        if not interaction.response.is_done():
            asking = asyncio.create_task(_ask_to_wait(interaction, thinking=not editing))

    loop = asyncio.get_running_loop()
    timer = loop.call_at(interaction.extras.get(ARRIVED, loop.time()) + DEFER_AFTER, ask)
    try:
        return await work
    finally:
        timer.cancel()
        if asking is not None:
            await asking  # what follows depends on whether Discord has been told


async def _ask_to_wait(interaction: discord.Interaction[Any], *, thinking: bool) -> None:
    try:
        await at_least_once(lambda: interaction.response.defer(ephemeral=True, thinking=thinking))
    except (discord.HTTPException, *LOST) as failure:
        # The work goes on, and is on record when it is done; the member will see it when they ask again.
        log.warning("could not ask Discord to wait: %s", describe(failure), extra=where(interaction))


async def reply(interaction: discord.Interaction[Any], message: Message, *, private: bool = True) -> None:
    """Answer an interaction with a message of its own."""
    response, view = interaction.response, message.view()
    if response.type is discord.InteractionResponseType.deferred_channel_message:
        await _edit_reply(interaction, message, view)
    elif response.is_done():
        await interaction.followup.send(
            embed=message.embed, view=view or MISSING, files=_rewound(message), ephemeral=private
        )
    else:
        await at_least_once(
            lambda: response.send_message(
                embed=message.embed, view=view or MISSING, files=_rewound(message), ephemeral=private
            )
        )


async def replace(interaction: discord.Interaction[Any], message: Message) -> None:
    """Put a message in the place of the one whose button was pressed."""
    response, view = interaction.response, message.view()
    if response.is_done():
        await _edit_reply(interaction, message, view)
    else:
        await at_least_once(
            lambda: response.edit_message(embed=message.embed, view=view, attachments=_rewound(message))
        )


async def _edit_reply(interaction: discord.Interaction[Any], message: Message, view: ui.View | None) -> None:
    await at_least_once(
        lambda: interaction.edit_original_response(embed=message.embed, view=view, attachments=_rewound(message))
    )


def _rewound(message: Message) -> list[discord.File]:
    """The files, from their beginning: a second try sends them anew."""
    for file in message.files:
        file.reset()
    return list(message.files)
