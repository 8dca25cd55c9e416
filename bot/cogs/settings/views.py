"""The button that confirms another pack."""

from __future__ import annotations

from typing import Any

import discord

from bot.cogs.settings import messages
from bot.cogs.settings.custom_ids import PackId
from bot.cogs.ui.buttons import PersistentButton
from bot.cogs.ui.managers import require_manager
from bot.cogs.ui.replies import guild_of, patiently, replace


class PackButton(PersistentButton[PackId], codec=PackId):
    async def pressed(self, interaction: discord.Interaction[Any], id: PackId) -> None:
        require_manager(interaction)
        packs = interaction.client.services.packs
        change = await patiently(
            interaction, packs.choose(guild_of(interaction), id.pack, at=interaction.created_at), editing=True
        )
        await replace(interaction, messages.pack_chosen(change))
