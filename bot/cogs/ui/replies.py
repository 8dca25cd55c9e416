"""The one way to reply to an interaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message, split
from bot.cogs.ui.deferral import deferral_of
from bot.cogs.ui.delivery import LOST, at_least_once, describe, patience, where
from bot.cogs.ui.files import fitted
from bot.cogs.ui.layout import EMPTIED, layout
from bot.study.errors import Refusal, Refused
from bot.study.members import ALONE, Member

log = logging.getLogger(__name__)


def guild_of(interaction: discord.Interaction[Any]) -> int:
    """Return the server of an interaction; ALONE in a direct message, and where a member uses the bot in a server that
    has not added it."""
    if interaction.guild_id is None or (interaction.is_user_integration() and not interaction.is_guild_integration()):
        return ALONE
    return interaction.guild_id


def member_of(interaction: discord.Interaction[Any]) -> Member:
    user = interaction.user
    if not isinstance(user, discord.Member):
        return Member(guild_of(interaction), user.id, user.display_name)
    # Discord sends these with every interaction in a server, so this needs no member cache or privileged intent.
    roles = frozenset(role.id for role in user.roles)
    return Member(guild_of(interaction), user.id, user.display_name, roles, user.joined_at)


async def reply(interaction: discord.Interaction[Any], message: Message) -> None:
    """Reply to an interaction, in the place that its handler declares. Further messages, and text too long for one,
    become private messages."""
    first, *others = split(message)
    await _put(interaction, first, edits=deferral_of(interaction).edits)
    for other in others:
        await _put(interaction, other, edits=False)


async def _put(interaction: discord.Interaction[Any], message: Message, *, edits: bool) -> None:
    if message.files:
        message = replace(message, files=fitted(message.files, interaction.filesize_limit))
    view = layout(message, interaction.client.mentions)
    await _send(interaction, message.attachments, edits=edits, view=view)


async def reply_publicly(interaction: discord.Interaction[Any], message: Message) -> None:
    """Reply visibly to the whole channel, without pinging anybody."""
    deferral, response = deferral_of(interaction), interaction.response
    view, nobody = layout(message, interaction.client.mentions), discord.AllowedMentions.none()
    await deferral.end()
    if not response.is_done():
        first = await at_least_once(lambda: response.send_message(view=view, allowed_mentions=nobody))
        if first is not None or not deferral.tried:
            return
    # The deferral was private, and so is the reply that directly follows it.
    await interaction.edit_original_response(content="Shared.")
    await interaction.followup.send(view=view, allowed_mentions=nobody)


async def acknowledge(interaction: discord.Interaction[Any]) -> None:
    """Answer a press without a new reply: the member's existing message already shows the result."""
    deferral, response = deferral_of(interaction), interaction.response
    await deferral.end()
    if response.is_done():
        waiting = deferral.take_waiting()
    else:
        first = await at_least_once(response.defer)
        waiting = first is None and deferral.tried  # the deferral that seemed lost has arrived
    if waiting:
        async with patience():
            await interaction.delete_original_response()


async def say(interaction: discord.Interaction[Any], text: str, press: Press | None = None) -> None:
    """Send one private sentence, in a message of its own, with at most one button."""
    mentions = interaction.client.mentions
    parts: dict[str, Any] = (
        {"content": mentions.in_text(text)}
        if press is None
        else {"view": layout(Message(Card(text=text), [press]), mentions)}
    )
    try:
        await _send(interaction, (), edits=False, **parts)
    except (discord.HTTPException, *LOST) as failure:
        # The interaction has expired, or Discord is failing; the member sees Discord's own message.
        log.warning("could not reply: %s", describe(failure), extra=where(interaction))


async def _send(
    interaction: discord.Interaction[Any], files: Sequence[discord.File], *, edits: bool, **parts: Any
) -> None:
    deferral, response = deferral_of(interaction), interaction.response
    await deferral.end()
    if response.is_done():
        waiting = edits == deferral.edits and deferral.take_waiting()
    else:
        first = await at_least_once(
            lambda: (
                response.edit_message(**{**EMPTIED, **parts}, attachments=_rewound(files))
                if edits
                else response.send_message(**parts, files=_rewound(files), ephemeral=True)
            )
        )
        if first is not None or not deferral.tried:
            return
        waiting = edits == deferral.edits  # the deferral that seemed lost has arrived
    if waiting:
        await at_least_once(
            lambda: interaction.edit_original_response(**{**EMPTIED, **parts}, attachments=_rewound(files))
        )
    else:
        await interaction.followup.send(**parts, files=_rewound(files), ephemeral=True)


async def open_form(interaction: discord.Interaction[Any], form: ui.Modal) -> None:
    """Open a form. Raises TOO_LATE_FOR_FORM, because Discord accepts none after a deferral."""
    deferral, response = deferral_of(interaction), interaction.response
    await deferral.end()
    if response.is_done() or (await at_least_once(lambda: response.send_modal(form)) is None and deferral.tried):
        raise Refused(Refusal.TOO_LATE_FOR_FORM)


def _rewound(files: Sequence[discord.File]) -> list[discord.File]:
    """Return the files, rewound: a retry sends them again."""
    for file in files:
        file.reset()
    return list(files)
