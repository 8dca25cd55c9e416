"""`/help`: the commands, and the rules."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.help import messages
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.replies import guild_of, reply
from bot.storage.tables import ALONE

TOPICS = {
    "contests": ("contests, duels, seasons and roles to be won", messages.contests),
    "league": ("the league: your server among others", messages.league),
    "live": ("live rounds", messages.live),
}
"""By value: what a topic is called, and what it shows."""


class HelpCog(commands.Cog):
    def __init__(self, bot: StudyBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.describe(topic="All the rules of one thing; an overview by default")
    @app_commands.choices(topic=[app_commands.Choice(name=name, value=value) for value, (name, _) in TOPICS.items()])
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def help(self, interaction: discord.Interaction[StudyBot], topic: str | None = None) -> None:
        """What I can do, and the rules of the game."""
        if topic in TOPICS:
            await reply(interaction, TOPICS[topic][1]())
            return
        pack = await self.bot.services.pack_for(guild_of(interaction))
        listed = [
            command
            for command in self.bot.tree.get_commands()
            if isinstance(command, app_commands.Command | app_commands.Group)
        ]
        manager, alone = interaction.permissions.manage_guild, guild_of(interaction) == ALONE
        await reply(interaction, messages.overview(pack, listed, manager=manager, alone=alone))
