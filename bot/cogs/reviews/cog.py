"""`/review`: questions that the member is about to forget."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.reviews.views import start
from bot.cogs.ui import completions
from bot.cogs.ui.client import StudyBot
from bot.study.questions import ALL


class ReviewsCog(commands.Cog):
    def __init__(self, bot: StudyBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.describe(section="A section of the guide; all by default")
    @app_commands.autocomplete(section=completions.sections)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def review(
        self, interaction: discord.Interaction[StudyBot], section: app_commands.Range[str, 1, 64] = ALL
    ) -> None:
        """Review, in private, the questions that you are about to forget."""
        await start(interaction, section)
