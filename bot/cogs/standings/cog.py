"""`/leaderboard`: the leaderboards of the server."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.standings.views import show
from bot.cogs.ui import completions
from bot.cogs.ui.client import StudyBot
from bot.study.periods import Period
from bot.study.questions import ALL
from bot.study.standings import By
from bot.study.typed import parse_period

WAYS = [app_commands.Choice(name=by.value, value=by.value) for by in By]


class StandingsCog(commands.Cog):
    @app_commands.command()
    @app_commands.describe(
        section="The leaderboard of a section; all sections by default",
        period="today, week, season (default), all-time, or a season that has ended",
        by="points (default) or accuracy",
    )
    @app_commands.autocomplete(section=completions.sections, period=completions.periods)
    @app_commands.choices(by=WAYS)
    @app_commands.guild_only()
    async def leaderboard(
        self,
        interaction: discord.Interaction[StudyBot],
        section: app_commands.Range[str, 1, 64] = ALL,
        period: app_commands.Range[str, 1, 32] = Period.SEASON.value,
        by: str = By.POINTS.value,
    ) -> None:
        """Show a leaderboard of this server, and your own rank on it."""
        await show(interaction, section=section, period=parse_period(period), by=By(by))
