"""The button that confirms an erasure."""

from __future__ import annotations

from typing import Any

import discord

from bot.cogs.privacy import messages
from bot.cogs.privacy.custom_ids import EraseId
from bot.cogs.ui.buttons import PersistentButton
from bot.cogs.ui.replies import patiently, replace


class EraseButton(PersistentButton[EraseId], codec=EraseId):
    async def pressed(self, interaction: discord.Interaction[Any], _id: EraseId) -> None:
        privacy = interaction.client.services.privacy
        erased = await patiently(
            interaction, privacy.erase(interaction.user.id, at=interaction.created_at), editing=True
        )
        await replace(interaction, messages.erased(erased))
