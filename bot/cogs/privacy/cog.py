"""`/privacy`: what is stored about a member, and what they can do about it."""

from __future__ import annotations

import asyncio

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.privacy import messages
from bot.cogs.privacy.files import export_files
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.replies import member_of, reply


class PrivacyCog(commands.Cog):
    privacy = app_commands.Group(
        name="privacy",
        description="See or erase the data that I keep about you, or hide from the leaderboards",
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    )

    def __init__(self, bot: StudyBot) -> None:
        self.service = bot.services.privacy

    @privacy.command()
    async def export(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Get all data that I keep about you, in a private file."""
        export = await self.service.export(interaction.user.id, at=interaction.created_at)
        # After some years, an export can reach tens of megabytes, which take seconds to write and compress.
        files = await asyncio.to_thread(export_files, export, interaction.filesize_limit)
        for message in messages.exported(files):
            await reply(interaction, message)

    @privacy.command()
    async def delete(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Erase all data that I keep about you; asks for confirmation."""
        await reply(interaction, messages.ask_to_erase())

    @privacy.command()
    @app_commands.describe(hidden="True (default) takes you off the leaderboards of this server; False brings you back")
    async def hide(self, interaction: discord.Interaction[StudyBot], hidden: bool = True) -> None:
        """Keep playing, but appear on no leaderboard of this server."""
        await self.service.hide(member_of(interaction), hidden=hidden, at=interaction.created_at)
        await reply(interaction, messages.hidden(hidden=hidden))
