"""`/group`: what the members of a server know as a group."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.groups.views import show
from bot.cogs.ui.client import StudyBot


class GroupsCog(commands.Cog):
    @app_commands.command()
    @app_commands.guild_only()
    async def group(self, interaction: discord.Interaction[StudyBot]) -> None:
        """See what this group knows: mastery by section, what it misses, and eight weeks of answers."""
        await show(interaction)
