"""`/live`: rounds in which a channel answers the same questions against the clock."""

from __future__ import annotations

import secrets

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.live.views import promise, stop
from bot.cogs.ui import completions
from bot.cogs.ui.access import postable_here
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.replies import member_of
from bot.study.live import DEFAULT_QUESTIONS, DEFAULT_SECONDS, MAX_QUESTIONS, MAX_SECONDS, MIN_SECONDS
from bot.study.questions import ALL


class LiveCog(commands.Cog):
    live = app_commands.Group(
        name="live", description="Rounds against the clock, together in a channel", guild_only=True
    )

    def __init__(self, bot: StudyBot) -> None:
        self.bot = bot

    @live.command()
    @app_commands.describe(
        section="A section of the guide; all by default",
        questions=f"How many, 1 to {MAX_QUESTIONS}; {DEFAULT_QUESTIONS} by default",
        seconds=f"How long each is open, {MIN_SECONDS} to {MAX_SECONDS}; {DEFAULT_SECONDS} by default",
    )
    @app_commands.autocomplete(section=completions.sections)
    async def start(
        self,
        interaction: discord.Interaction[StudyBot],
        section: app_commands.Range[str, 1, 64] = ALL,
        questions: app_commands.Range[int, 1, MAX_QUESTIONS] = DEFAULT_QUESTIONS,
        seconds: app_commands.Range[int, MIN_SECONDS, MAX_SECONDS] = DEFAULT_SECONDS,
    ) -> None:
        """Open a live round in this channel: all answer at once, and the quick ones earn more."""
        opened = await self.bot.services.live.start(
            member_of(interaction),
            channel_id=postable_here(interaction.channel),
            section=section,
            questions=questions,
            seconds=seconds,
            seed=secrets.randbits(62),
            at=interaction.created_at,
        )
        await promise(interaction, opened)

    @live.command(name="stop")
    async def stop_(self, interaction: discord.Interaction[StudyBot]) -> None:
        """End the live round in this channel with what was scored (whoever started it, and managers)."""
        found = await self.bot.services.live.find(member_of(interaction), interaction.channel_id or 0)
        await stop(interaction, found.id)
