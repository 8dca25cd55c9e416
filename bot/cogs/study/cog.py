"""`/study`: one command for whatever comes next."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.study.views import start
from bot.cogs.ui.client import StudyBot


class StudyCog(commands.Cog):
    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def study(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Study what comes next: the question of the day, reviews, your plan, or a quiz."""
        await start(interaction)
