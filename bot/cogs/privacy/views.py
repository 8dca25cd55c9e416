"""The button that confirms an erasure."""

from __future__ import annotations

import discord

from bot.cogs.privacy import messages
from bot.cogs.privacy.custom_ids import EraseId
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import Reply, on_press
from bot.cogs.ui.replies import reply


@on_press(EraseId, Reply.IN_PLACE)
async def erase(interaction: discord.Interaction[StudyBot], _id: EraseId) -> None:
    privacy = interaction.client.services.privacy
    erased = await privacy.erase(interaction.user.id, at=interaction.created_at)
    await reply(interaction, messages.erased(erased))
