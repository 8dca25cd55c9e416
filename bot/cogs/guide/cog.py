"""`/guide`: the study guide, section by section."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.guide import messages
from bot.cogs.guide.views import opened
from bot.cogs.ui import completions
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.replies import reply
from bot.study.questions import ALL


class GuideCog(commands.Cog):
    def __init__(self, bot: StudyBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.describe(section="A section of the guide; all by default")
    @app_commands.autocomplete(section=completions.sections)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def guide(
        self, interaction: discord.Interaction[StudyBot], section: app_commands.Range[str, 1, 64] = ALL
    ) -> None:
        """Read the guide: a section's points, exam tips and facts, and how much of it you have mastered."""
        await reply(interaction, messages.page(await opened(interaction, section)))
