"""`/streak`: planned pauses of one's streak."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.streaks import messages
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.replies import member_of, reply
from bot.study.errors import Refusal, Refused


class StreaksCog(commands.Cog):
    streak = app_commands.Group(name="streak", description="Your streak in this server", guild_only=True)

    def __init__(self, bot: StudyBot) -> None:
        self.services = bot.services

    @streak.command()
    @app_commands.rename(first="from", last="until")
    @app_commands.describe(
        first="The first day, such as tomorrow, Friday or 24 Dec; without it, I show what is planned",
        last="The last day; the same day by default",
    )
    async def pause(
        self,
        interaction: discord.Interaction[StudyBot],
        first: app_commands.Range[str, 1, 60] | None = None,
        last: app_commands.Range[str, 1, 60] | None = None,
    ) -> None:
        """Plan days off that do not break your streak; announce them before they begin."""
        member, at, pauses = member_of(interaction), interaction.created_at, self.services.pauses
        if first is None and last is not None:
            raise Refused(Refusal.PAUSE_WITHOUT_START)
        plan = await (pauses.look(member, at=at) if first is None else pauses.plan(member, first, last, at=at))
        await reply(interaction, messages.pauses(plan))
