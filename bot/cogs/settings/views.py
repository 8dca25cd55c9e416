"""The button that confirms another pack."""

from __future__ import annotations

import discord

from bot.cogs.settings import messages
from bot.cogs.settings.custom_ids import PackId
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import Reply, on_press
from bot.cogs.ui.replies import guild_of, reply


@on_press(PackId, Reply.IN_PLACE, managers=True)
async def pack(interaction: discord.Interaction[StudyBot], id: PackId) -> None:
    packs = interaction.client.services.packs
    change = await packs.choose(guild_of(interaction), id.pack, at=interaction.created_at)
    await reply(interaction, messages.pack_chosen(change))
