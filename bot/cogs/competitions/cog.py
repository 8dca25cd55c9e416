"""`/competition`: competitions, for members and for the managers who announce them."""

from __future__ import annotations

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.competitions import completions, messages
from bot.cogs.competitions.views import join as join_competition
from bot.cogs.competitions.views import show
from bot.cogs.ui.access import postable
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.completions import section_lists
from bot.cogs.ui.managers import managers_only
from bot.cogs.ui.placed import event_note, may_create_events
from bot.cogs.ui.replies import guild_of, member_of, reply
from bot.services.competitions import CompetitionPlan
from bot.study.competitions import MAX_NAME, MAX_TEAMS, EntryRule, Teams
from bot.study.errors import Refusal, Refused
from bot.study.typed import listed, parse_moment

TEAMS = [
    app_commands.Choice(name="none: everyone for themselves", value=Teams.NONE.value),
    app_commands.Choice(name="by role: the roles that you mention are the teams", value=Teams.BY_ROLE.value),
    app_commands.Choice(name="open: members name their teams", value=Teams.OPEN.value),
]
ENTRY = [
    app_commands.Choice(name="throughout: until the end", value=EntryRule.THROUGHOUT.value),
    app_commands.Choice(name="until the start", value=EntryRule.UNTIL_START.value),
]
_ROLE = re.compile(r"<@&([0-9]{1,20})>")
_ROLES = re.compile(rf"{_ROLE.pattern}(?:(?:\s|,|;|&|\band\b)*{_ROLE.pattern})*")


class CompetitionsCog(commands.Cog):
    competition = app_commands.Group(
        name="competition",
        description="Competitions between members or teams, with a start and an end",
        guild_only=True,
    )

    def __init__(self, bot: StudyBot) -> None:
        self.bot = bot
        self.competitions = bot.services.competitions
        self.entries = bot.services.competition_entries

    @managers_only
    @competition.command()
    @app_commands.describe(
        name="The name of the competition",
        start="When it starts, in the server's time zone: now, tomorrow 9am, Friday 18:00, 9am EST, 2026-12-01",
        end="When it ends: 2 weeks, Sunday, 2026-12-31; a day without a time means the end of that day",
        sections="Sections of the guide, separated by commas; all by default",
        teams="Whether members compete in teams",
        roles="The roles that are the teams: mention two or more",
        entry="How long members can join; until the end by default",
        channel="The channel for the announcement and the table; this channel by default",
    )
    @app_commands.choices(teams=TEAMS, entry=ENTRY)
    @app_commands.autocomplete(start=completions.starts, end=completions.ends, sections=section_lists)
    async def create(
        self,
        interaction: discord.Interaction[StudyBot],
        name: app_commands.Range[str, 1, MAX_NAME],
        start: app_commands.Range[str, 1, 60],
        end: app_commands.Range[str, 1, 60],
        sections: app_commands.Range[str, 1, 100] = "all",
        teams: str | None = None,
        roles: app_commands.Range[str, 1, 700] | None = None,
        entry: str = EntryRule.THROUGHOUT.value,
        channel: discord.TextChannel | None = None,
    ) -> None:
        """Announce a competition (managers)."""
        at = interaction.created_at
        guild = await self.bot.services.guild(guild_of(interaction))
        zone = guild.zone
        starts_at = parse_moment(start, zone, at)
        place = postable(channel or interaction.channel)
        chosen = _roles(interaction, roles or "")
        plan = CompetitionPlan(
            name=name,
            starts_at=starts_at,
            ends_at=parse_moment(end, zone, at, since=starts_at, closing=True),
            sections=listed(sections),
            teams=Teams(teams) if teams else Teams.BY_ROLE if chosen else Teams.NONE,
            entry=EntryRule(entry),
            channel_id=place.id,
            roles=chosen,
        )
        created = await self.competitions.create(
            guild_of(interaction),
            plan,
            by=interaction.user.id,
            may_create_events=may_create_events(interaction),
            at=at,
        )
        event = event_note(interaction, made=created.event, wanted=guild.events) if starts_at > at else ""
        await reply(interaction, messages.created(created, event=event))

    @managers_only
    @competition.command()
    @app_commands.describe(competition="The competition to cancel")
    @app_commands.autocomplete(competition=completions.ongoing)
    async def cancel(
        self, interaction: discord.Interaction[StudyBot], competition: app_commands.Range[str, 1, MAX_NAME]
    ) -> None:
        """Cancel a competition, so that nobody wins it (managers)."""
        found = await self.competitions.to_cancel(guild_of(interaction), competition)
        await reply(interaction, messages.confirm_cancel(found))

    @competition.command(name="list")
    async def list_(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Show the competitions of this server."""
        await reply(interaction, messages.listing(await self.competitions.listing(member_of(interaction))))

    @competition.command()
    @app_commands.describe(
        competition="The competition; optional if there is only one",
        team="Your team, if members name the teams: an existing one, or a new one",
    )
    @app_commands.autocomplete(competition=completions.ongoing, team=completions.teams)
    async def join(
        self,
        interaction: discord.Interaction[StudyBot],
        competition: app_commands.Range[str, 1, MAX_NAME] | None = None,
        team: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Join a competition, on your own or in a team."""
        await join_competition(interaction, competition, team)

    @competition.command()
    @app_commands.describe(competition="The competition; optional if you are in only one")
    @app_commands.autocomplete(competition=completions.ongoing)
    async def leave(
        self,
        interaction: discord.Interaction[StudyBot],
        competition: app_commands.Range[str, 1, MAX_NAME] | None = None,
    ) -> None:
        """Leave a competition; while entry is open you can come back."""
        left = await self.entries.leave(member_of(interaction), competition, at=interaction.created_at)
        await reply(interaction, messages.left(left))

    @competition.command()
    @app_commands.describe(competition="The competition; by default the one that is running")
    @app_commands.autocomplete(competition=completions.known)
    async def standings(
        self,
        interaction: discord.Interaction[StudyBot],
        competition: app_commands.Range[str, 1, MAX_NAME] | None = None,
    ) -> None:
        """Show the table of a competition, running or ended."""
        await show(interaction, competition)


def _roles(interaction: discord.Interaction[StudyBot], text: str) -> tuple[tuple[int, str], ...]:
    """Return the mentioned roles with their names. Raises BAD_TEAM_ROLES for one that cannot be a team."""
    guild = interaction.guild
    assert guild is not None, "this command is guild-only"
    if text and not _ROLES.fullmatch(text.strip()):
        raise Refused(Refusal.BAD_TEAM_ROLES)
    found = [guild.get_role(int(id)) for id in dict.fromkeys(_ROLE.findall(text))]
    roles = [role for role in found if role is not None and not role.is_default()]
    if len(roles) != len(found) or len(roles) > MAX_TEAMS:
        raise Refused(Refusal.BAD_TEAM_ROLES)
    return tuple((role.id, role.name) for role in roles)
