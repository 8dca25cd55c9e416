"""`/duel`: challenge another member."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.duels.views import challenge, show
from bot.cogs.ui import completions
from bot.cogs.ui.client import StudyBot
from bot.services.duels import Opponent
from bot.study.questions import ALL


class DuelsCog(commands.Cog):
    def __init__(self, bot: StudyBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(member="Whom you challenge", section="A section of the guide; all by default")
    @app_commands.autocomplete(section=completions.sections)
    async def duel(
        self,
        interaction: discord.Interaction[StudyBot],
        member: discord.Member | discord.User,
        section: app_commands.Range[str, 1, 64] = ALL,
    ) -> None:
        """Challenge a member: the same five questions for both, each in private."""
        opponent = Opponent(member.id, bot=member.bot, present=isinstance(member, discord.Member))
        await show(interaction, await challenge(interaction, opponent, section))
