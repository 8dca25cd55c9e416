"""`/league`: the league between servers. Managers opt in, and members can see the tables."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.leagues import messages
from bot.cogs.leagues.views import join_form
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.completions import MOST
from bot.cogs.ui.managers import managers_only
from bot.cogs.ui.replies import guild_of, member_of, open_form, reply
from bot.study.leagues import MAX_NAME
from bot.study.periods import title_of_season
from bot.study.typed import holds, parse_season


async def months(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    """List the closed months that this server took part in."""
    seasons = await interaction.client.services.leagues.seasons(guild_of(interaction), MOST)
    return [
        app_commands.Choice(name=title_of_season(season), value=season)
        for season in seasons
        if holds(f"{title_of_season(season)} {season}", typed)
    ]


class LeaguesCog(commands.Cog):
    league = app_commands.Group(
        name="league", description="Compare your server with others of about its size", guild_only=True
    )

    def __init__(self, bot: StudyBot) -> None:
        self.leagues = bot.services.leagues

    @managers_only
    @league.command()
    @app_commands.describe(
        name="The name that other servers see; your server's name by default. A form shows it before you join"
    )
    async def join(
        self, interaction: discord.Interaction[StudyBot], name: app_commands.Range[str, 1, MAX_NAME] | None = None
    ) -> None:
        """Join the league, or change your server's name there, in a form (managers)."""
        await self.leagues.require_open(guild_of(interaction))
        offer = await self.leagues.offer(guild_of(interaction), at=interaction.created_at)
        guild = interaction.guild
        known = offer.entry.name if offer.entry is not None else guild.name if guild is not None else ""
        await open_form(interaction, join_form(offer, name or known))

    @managers_only
    @league.command()
    async def leave(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Leave the league at once: name, figures and past places are deleted (managers)."""
        await self.leagues.leave(guild_of(interaction))
        await reply(interaction, messages.left())

    @league.command()
    @app_commands.describe(month="A past month; the current one by default")
    @app_commands.autocomplete(month=months)
    async def standings(
        self, interaction: discord.Interaction[StudyBot], month: app_commands.Range[str, 1, 32] | None = None
    ) -> None:
        """Show your server's division, in this month or a past one."""
        season = parse_season(month) if month is not None else None
        division = await self.leagues.standings(member_of(interaction), season, at=interaction.created_at)
        await reply(interaction, messages.standings(division))
