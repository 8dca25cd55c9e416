"""`/duel`, and the same command in a member's context menu."""

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
        self.menu = app_commands.ContextMenu(
            name="Challenge to a duel",
            callback=self.challenge_member,
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )

    async def cog_load(self) -> None:
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(member="The member to challenge", section="A section of the guide; all by default")
    @app_commands.autocomplete(section=completions.sections)
    async def duel(
        self,
        interaction: discord.Interaction[StudyBot],
        member: discord.Member | discord.User,
        section: app_commands.Range[str, 1, 64] = ALL,
    ) -> None:
        """Challenge a member: you both answer the same five questions in private."""
        await show(interaction, await challenge(interaction, opponent_of(member), section))

    async def challenge_member(
        self, interaction: discord.Interaction[StudyBot], member: discord.Member | discord.User
    ) -> None:
        """Challenge the member whose menu was opened, over all sections."""
        await show(interaction, await challenge(interaction, opponent_of(member), ALL))


def opponent_of(member: discord.Member | discord.User) -> Opponent:
    return Opponent(member.id, bot=member.bot, present=isinstance(member, discord.Member))
