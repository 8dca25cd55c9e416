"""`/reminders`: a direct message at the member's own time, when there is something to do."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.reminders import messages
from bot.cogs.reminders.sender import ReminderSender
from bot.cogs.ui import completions
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.replies import member_of, reply, say
from bot.storage.reminders import Reminder
from bot.study.typed import parse_time, parse_zone


class RemindersCog(commands.Cog):
    reminders = app_commands.Group(
        name="reminders",
        description="A direct message when there is something to study",
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    )

    def __init__(self, bot: StudyBot, sender: ReminderSender) -> None:
        self.services = bot.services
        self.sender = sender

    @reminders.command()
    @app_commands.describe(
        time="The time of day in your time zone: 09:00, 7.30pm", timezone="Your time zone: type a city near you"
    )
    @app_commands.autocomplete(timezone=completions.zones)
    async def on(
        self,
        interaction: discord.Interaction[StudyBot],
        time: app_commands.Range[str, 1, 20],
        timezone: app_commands.Range[str, 1, 64],
    ) -> None:
        """Get a reminder by direct message, at a time that you choose."""
        at = interaction.created_at
        reminder = await self.services.reminders.switch_on(
            member_of(interaction), parse_time(time), parse_zone(timezone, at), at=at
        )
        await self._show(interaction, reminder)

    @reminders.command()
    async def off(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Stop the reminders."""
        await self._show(interaction, await self.services.reminders.switch_off(member_of(interaction)))

    @reminders.command()
    async def status(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Show when your reminders come, and what they are about."""
        await self._show(interaction, await self.services.reminders.status(member_of(interaction)))

    async def _show(self, interaction: discord.Interaction[StudyBot], reminder: Reminder | None) -> None:
        server = self.sender.server_name(reminder.daily_guild_id) if reminder is not None else None
        await reply(interaction, messages.status(reminder, server))

    @commands.Cog.listener()
    async def on_app_command_completion(
        self, interaction: discord.Interaction[Any], _command: app_commands.Command[Any, ..., Any]
    ) -> None:
        """After replying to a command, tell the member if Discord has refused their reminder."""
        if await self.services.reminders.take_refusal(interaction.user.id):
            await say(interaction, messages.REFUSED)
