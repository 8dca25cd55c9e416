"""`/settings`: what managers choose for the whole server."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.settings import messages
from bot.cogs.ui import completions
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.managers import MANAGER, require_manager
from bot.cogs.ui.replies import guild_of, reply
from bot.storage.guilds import Feedback

FEEDBACK = [
    app_commands.Choice(name="at once: right or wrong as soon as one has answered", value=Feedback.AT_ONCE.value),
    app_commands.Choice(name="at close: answers may be changed until then", value=Feedback.AT_CLOSE.value),
]


class SettingsCog(commands.Cog):
    def __init__(self, bot: StudyBot) -> None:
        self.services = bot.services

    @app_commands.command()
    @app_commands.describe(
        feedback="When a daily tells whether an answer was right",
        pack="What this server studies; you see what would change before it does",
    )
    @app_commands.choices(feedback=FEEDBACK)
    @app_commands.autocomplete(pack=completions.packs)
    @app_commands.default_permissions(MANAGER)
    @app_commands.guild_only()
    async def settings(
        self,
        interaction: discord.Interaction[StudyBot],
        feedback: str | None = None,
        pack: app_commands.Range[str, 1, 64] | None = None,
    ) -> None:
        """See and change how Cohort works in this server (managers)."""
        require_manager(interaction)
        if feedback is not None:
            await self.services.schedules.set_feedback(
                guild_of(interaction), Feedback(feedback), at=interaction.created_at
            )
        if pack is not None:
            change = await self.services.packs.compare(guild_of(interaction), pack)
            await reply(interaction, messages.another_pack(change))
            return
        status = await self.services.schedules.status(guild_of(interaction))
        await reply(interaction, messages.settings(status, changed=feedback is not None))
