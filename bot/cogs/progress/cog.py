"""`/progress`: how far a member has come, as a picture and in words."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.progress import messages
from bot.cogs.progress.views import show
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.replies import member_of, reply


class ProgressCog(commands.Cog):
    def __init__(self, bot: StudyBot) -> None:
        self.services = bot.services

    @app_commands.command()
    @app_commands.describe(member="Another member, to see what the leaderboards show about them; by default, yourself")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def progress(self, interaction: discord.Interaction[StudyBot], member: discord.User | None = None) -> None:
        """See your progress: mastery, readiness for the exam, streak, and the last half year."""
        asker = member_of(interaction)
        if member is not None and member.id != asker.user_id:
            found = await self.services.progress.of_other(asker, member.id, at=interaction.created_at)
            await reply(interaction, messages.shown(found, member.display_name))
            return
        await show(interaction)
