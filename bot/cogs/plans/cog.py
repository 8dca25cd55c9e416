"""`/plan`: what is left to master, spread over the days until an exam."""

from __future__ import annotations

from datetime import date, timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.plans import messages
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.replies import member_of, reply, say
from bot.cogs.ui.text import CHOICE, clip, day_name
from bot.study.errors import Ambiguous, NoPlan, StudyError
from bot.study.plans import exam_day
from bot.study.typed import bare

DROP = "none"
WEEKS_AHEAD = (2, 4, 6, 8, 12)


class PlansCog(commands.Cog):
    def __init__(self, bot: StudyBot) -> None:
        self.plans = bot.services.plans

    @app_commands.command()
    @app_commands.rename(exam_date="exam-date")
    @app_commands.describe(
        exam_date="When you take the exam: 2027-01-20, Jan 20, in 6 weeks, or Discord's @time; none deletes the plan"
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def plan(
        self,
        interaction: discord.Interaction[StudyBot],
        exam_date: app_commands.Range[str, 1, messages.MOST_TYPED] | None = None,
    ) -> None:
        """Plan your study for the days until your exam."""
        member, at = member_of(interaction), interaction.created_at
        if exam_date is not None and bare(exam_date) == DROP:
            await self.plans.drop(member)
            await say(interaction, "Your plan is deleted. What you have learned stays. `/plan` makes a new one.")
            return
        if exam_date is None:
            try:
                planned = await self.plans.look(member, at=at)
            except NoPlan:
                await reply(interaction, messages.no_plan())
                return
        else:
            planned = await self.plans.make(member, exam_date, at=at)
        await reply(interaction, messages.planned(planned))

    @plan.autocomplete("exam_date")
    async def _dates(self, interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
        today = await self.plans.today(member_of(interaction), at=interaction.created_at)
        try:
            days = [exam_day(typed, today)]
        except Ambiguous as several:
            days = [day for day in several.readings if isinstance(day, date)]
        except StudyError:
            # The text is not a date yet, so offer examples of how to write one.
            ahead = [today + timedelta(weeks=weeks) for weeks in WEEKS_AHEAD]
            choices = [
                (f"in {weeks} weeks: {day_name(day)}", day) for weeks, day in zip(WEEKS_AHEAD, ahead, strict=True)
            ]
            return [
                *(app_commands.Choice(name=clip(name, CHOICE), value=day.isoformat()) for name, day in choices),
                app_commands.Choice(name="none: delete the plan", value=DROP),
            ]
        return [app_commands.Choice(name=f"{day_name(day)}, {day.year}", value=day.isoformat()) for day in days]
