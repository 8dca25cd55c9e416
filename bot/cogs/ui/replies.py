"""Messages as values, and the one way in which each is sent."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import discord
from discord import ui

from bot.cogs.ui.buttons import Press, button
from bot.cogs.ui.deferral import deferral_of
from bot.cogs.ui.delivery import LOST, at_least_once, describe, where
from bot.cogs.ui.files import fitted
from bot.cogs.ui.menus import ChannelMenu, Menu, menu
from bot.study.errors import Refusal, Refused
from bot.study.members import ALONE, Member

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """What a member is to read, with what can be done next. Pings nobody: that is the bot's default."""

    embed: discord.Embed
    buttons: Sequence[Press] = ()
    files: Sequence[discord.File] = ()
    menus: Sequence[Menu | ChannelMenu] = ()

    def view(self) -> ui.View | None:
        if not self.buttons and not self.menus:
            return None
        if not self.menus:
            return _row(tuple(self.buttons))
        return _view(self.buttons, self.menus)


def _view(buttons: Sequence[Press], menus: Sequence[Menu | ChannelMenu] = ()) -> ui.View:
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


async def reply(interaction: discord.Interaction[Any], message: Message) -> None:
    """Answer an interaction, where its handler says; what follows goes into private messages."""
    edits = deferral_of(interaction).edits
    embed = interaction.client.mentions.in_embed(message.embed)
    await _send(interaction, message.files, edits=edits, embed=embed, view=message.view())


async def say(interaction: discord.Interaction[Any], text: str) -> None:
    """One private sentence, in a message of its own."""
    try:
        await _send(interaction, (), edits=False, content=interaction.client.mentions.in_text(text))
    except (discord.HTTPException, *LOST) as failure:
        # The interaction has expired, or Discord is ill; the member sees Discord's own words.
        log.warning("could not reply: %s", describe(failure), extra=where(interaction))


async def _send(
    interaction: discord.Interaction[Any], files: Sequence[discord.File], *, edits: bool, **parts: Any
) -> None:
    deferral, response = deferral_of(interaction), interaction.response
    files = fitted(files, interaction.filesize_limit) if files else ()
    await deferral.end()
    new = {name: part for name, part in parts.items() if part is not None}
    if response.is_done():
        waiting = edits == deferral.edits and deferral.take_waiting()
    else:
        first = await at_least_once(
            lambda: (
                response.edit_message(**parts, attachments=_rewound(files))
                if edits
                else response.send_message(**new, files=_rewound(files), ephemeral=True)
            )
        )
        if first is not None or not deferral.tried:
            return
        waiting = edits == deferral.edits  # the deferral that seemed lost has arrived
    if waiting:
        await at_least_once(lambda: interaction.edit_original_response(**parts, attachments=_rewound(files)))
    else:
        await interaction.followup.send(**new, files=_rewound(files), ephemeral=True)


async def open_form(interaction: discord.Interaction[Any], form: ui.Modal) -> None:
    """Open a form. Raises TOO_LATE_FOR_FORM, because Discord takes none once it has been asked to wait."""
    deferral, response = deferral_of(interaction), interaction.response
    await deferral.end()
    if response.is_done() or (await at_least_once(lambda: response.send_modal(form)) is None and deferral.tried):
        raise Refused(Refusal.TOO_LATE_FOR_FORM)


def _rewound(files: Sequence[discord.File]) -> list[discord.File]:
    """The files, from their beginning: a second try sends them anew."""
    for file in files:
        file.reset()
    return list(files)
