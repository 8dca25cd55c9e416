"""One private message per member about something in progress, which also shows the replies to their later presses."""

from __future__ import annotations

import logging
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import discord

from bot.cogs.ui.cards import Message, split
from bot.cogs.ui.deferral import deferral_of
from bot.cogs.ui.delivery import LOST, at_least_once, describe, patience, where
from bot.cogs.ui.layout import EMPTIED, layout
from bot.cogs.ui.promises import EDITABLE
from bot.cogs.ui.replies import acknowledge, reply

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The interaction that the message is a reply to, and what the message shows now."""

    interaction: discord.Interaction[Any]
    what: Hashable


@dataclass
class PrivateMessages:
    """The members' messages, in memory only, because the token of an interaction lets anybody write in the bot's name. docs/decisions/0014
    says what happens after a restart, or when the token has expired."""

    _latest: dict[tuple[Hashable, int], _Shown] = field(default_factory=dict)
    """The messages by subject and member, the oldest token first."""

    def __len__(self) -> int:
        return len(self._latest)

    async def show(
        self, interaction: discord.Interaction[Any], message: Message, *, about: Hashable, what: Hashable
    ) -> None:
        """Answer a press by editing the member's message, or by sending a new one that replaces it.

        The message is new if none can be edited, or if the earlier one already shows `what`: a member who presses once more
        has probably dismissed that one, or it has scrolled out of sight.
        """
        self._forget(interaction.created_at)
        key = about, interaction.user.id
        in_place = deferral_of(interaction).edits
        earlier = self._latest.get(key) if not in_place else None
        if earlier is not None and earlier.what != what and await _edit(earlier.interaction, message):
            self._latest[key] = replace(earlier, what=what)
            await acknowledge(interaction)
            return
        await reply(interaction, message)
        self._latest.pop(key, None)
        self._latest[key] = _Shown(interaction, what)
        if earlier is not None:
            await _delete(earlier.interaction)

    def _forget(self, at: datetime) -> None:
        """Drop expired tokens."""
        for key, shown in list(self._latest.items()):
            if at - shown.interaction.created_at < EDITABLE:
                return
            del self._latest[key]


async def _edit(interaction: discord.Interaction[Any], message: Message) -> bool:
    """Edit the reply to an earlier interaction; return whether it now shows the message."""
    if len(split(message)) > 1:
        return False
    view = layout(message, interaction.client.mentions)
    try:
        await at_least_once(lambda: interaction.edit_original_response(**EMPTIED, view=view))
    except (discord.HTTPException, *LOST) as failure:
        log.info("private message not edited, so it is sent: %s", describe(failure), extra=where(interaction))
        return False
    return True


async def _delete(interaction: discord.Interaction[Any]) -> None:
    """Delete a message that a new one has replaced. If that fails, an outdated message remains, which does no harm."""
    try:
        async with patience():
            await interaction.delete_original_response()
    except (discord.HTTPException, *LOST) as failure:
        log.info("private message not deleted: %s", describe(failure), extra=where(interaction))
