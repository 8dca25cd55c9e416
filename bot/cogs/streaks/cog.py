"""`/streak`: planned pauses of a member's streak, and a streak together with a partner."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.streaks import messages
from bot.cogs.streaks import partners as messages_of_two
from bot.cogs.streaks.views import ask
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.replies import member_of, reply
from bot.services.partners import PartnerAsked
from bot.study.errors import Refusal, Refused


class StreaksCog(commands.Cog):
    streak = app_commands.Group(name="streak", description="Your streak in this server", guild_only=True)

    def __init__(self, bot: StudyBot) -> None:
        self.services = bot.services

    @streak.command()
    @app_commands.rename(first="from", last="until")
    @app_commands.describe(
        first="The first day, such as tomorrow, Friday or Dec 24; leave it out to see what is planned",
        last="The last day; the same day by default",
    )
    async def pause(
        self,
        interaction: discord.Interaction[StudyBot],
        first: app_commands.Range[str, 1, 60] | None = None,
        last: app_commands.Range[str, 1, 60] | None = None,
    ) -> None:
        """Plan days off in advance, so that they do not break your streak."""
        member, at, pauses = member_of(interaction), interaction.created_at, self.services.pauses
        if first is None and last is not None:
            raise Refused(Refusal.PAUSE_WITHOUT_START)
        plan = await (pauses.look(member, at=at) if first is None else pauses.plan(member, first, last, at=at))
        await reply(interaction, messages.pauses(plan))

    @streak.command()
    @app_commands.describe(member="The member to ask; leave it out to see your partner streak")
    async def partner(
        self, interaction: discord.Interaction[StudyBot], member: discord.Member | discord.User | None = None
    ) -> None:
        """Keep a streak together with another member: a day counts when you both answer."""
        if member is not None:
            await ask(interaction, PartnerAsked(member.id, bot=member.bot, present=isinstance(member, discord.Member)))
            return
        found = await self.services.partners.look(member_of(interaction), at=interaction.created_at)
        await reply(interaction, messages_of_two.private(found))
