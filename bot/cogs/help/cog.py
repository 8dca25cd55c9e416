"""`/help`: an overview of the commands, and the rules."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.help import messages
from bot.cogs.help.custom_ids import HelpId
from bot.cogs.help.rules import TOPICS
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import Reply, on_pick
from bot.cogs.ui.menus import named
from bot.cogs.ui.replies import guild_of, reply
from bot.study.members import ALONE


class HelpCog(commands.Cog):
    @app_commands.command()
    @app_commands.describe(topic="The rules of one topic; an overview by default")
    @app_commands.choices(topic=[app_commands.Choice(name=title, value=name) for name, title in messages.titles()])
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def help(self, interaction: discord.Interaction[StudyBot], topic: str | None = None) -> None:
        """What I can do, and the rules of the game."""
        await show(interaction, topic)


@on_pick(HelpId, Reply.IN_PLACE)
async def pick(interaction: discord.Interaction[StudyBot], _: HelpId, value: int) -> None:
    await show(interaction, named((name for name, _ in messages.titles()), value))


async def show(interaction: discord.Interaction[StudyBot], topic: str | None) -> None:
    guild_id = guild_of(interaction)
    hidden = frozenset[str]()
    if guild_id == ALONE or not await interaction.client.services.leagues.is_open(guild_id):
        hidden = messages.OF_THE_LEAGUE
    if topic is not None and topic in TOPICS:
        await reply(interaction, messages.topic(topic, hidden))
        return
    listed = [
        command
        for command in interaction.client.tree.get_commands()
        if isinstance(command, app_commands.Command | app_commands.Group) and command.name not in hidden
    ]
    manager, alone = interaction.permissions.manage_guild, guild_id == ALONE
    if topic == messages.COMMANDS:
        menus = [menu for menu in interaction.client.tree.get_commands() if isinstance(menu, app_commands.ContextMenu)]
        await reply(interaction, messages.all_commands(listed, hidden, menus=menus, manager=manager, alone=alone))
        return
    pack = await interaction.client.services.pack_for(guild_id)
    await reply(interaction, messages.overview(pack, listed, hidden, manager=manager, alone=alone))
