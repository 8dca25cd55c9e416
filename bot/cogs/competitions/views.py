"""The buttons under a competition's posts and tables, and the form that asks for a team."""

from __future__ import annotations

import io
from typing import Any

import discord
from discord import ui

from bot.cogs.competitions import messages
from bot.cogs.competitions.custom_ids import (
    CompetitionAgainId,
    CompetitionCancelId,
    CompetitionFileId,
    CompetitionJoinId,
    CompetitionLeaveId,
    CompetitionPageId,
    CompetitionPostId,
    CompetitionTeamId,
)
from bot.cogs.competitions.files import table_file
from bot.cogs.ui import gone
from bot.cogs.ui.access import postable_here
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.forms import OPEN_FOR, read_parts
from bot.cogs.ui.handlers import Reply, on_press, on_submit
from bot.cogs.ui.replies import guild_of, member_of, open_form, reply, say
from bot.cogs.ui.text import CHOICE, clip
from bot.services.competition_entries import TeamChoice
from bot.study.characters import visible
from bot.study.competitions import MAX_TEAM_NAME
from bot.study.errors import NoTeamRole

OLD_TEAM, NEW_TEAM = "team", "new-team"


def team_form(id: CompetitionTeamId, choice: TeamChoice) -> ui.Modal:
    """Build the form that asks for an existing team or a new one."""
    form = ui.Modal(title="Your team", custom_id=str(id), timeout=OPEN_FOR)
    if choice.teams:
        select: ui.Select[Any] = ui.Select(
            custom_id=OLD_TEAM,
            placeholder="Choose a team",
            required=False,
            options=[
                discord.SelectOption(label=clip(visible(team.name) or f"team {team.id}", CHOICE), value=str(team.id))
                for team in choice.teams
            ],
        )
        form.add_item(ui.Label(text="An existing team", component=select))
    new: ui.TextInput[Any] = ui.TextInput(
        custom_id=NEW_TEAM, required=not choice.teams, max_length=MAX_TEAM_NAME, placeholder="Its name"
    )
    form.add_item(ui.Label(text="Or a new one" if choice.teams else "A new team", component=new))
    return form


@on_submit(CompetitionTeamId)
async def form_sent(interaction: discord.Interaction[StudyBot], id: CompetitionTeamId) -> None:
    """Join a team; a typed name takes precedence over a choice, because typing is deliberate."""
    values = read_parts(interaction, NEW_TEAM)
    entries = interaction.client.services.competition_entries
    member = member_of(interaction)
    team = values[NEW_TEAM].strip()
    if not team and (chosen := values.get(OLD_TEAM, "")):
        choice = await entries.teams_to_join(member, id.competition, at=interaction.created_at)
        team = next((team.name for team in choice.teams if str(team.id) == chosen), "") if choice else ""
    await join(interaction, id.competition, team or None)


async def join(interaction: discord.Interaction[StudyBot], which: int | str | None, team: str | None = None) -> None:
    """Join a competition. Raises what the service raises; NoTeamRole names only roles that still exist."""
    guild, entries = interaction.guild, interaction.client.services.competition_entries
    try:
        joined = await entries.join(member_of(interaction), which, team, at=interaction.created_at)
    except NoTeamRole as error:
        there = (role for role in error.role_ids if guild is None or guild.get_role(role) is not None)
        raise NoTeamRole(tuple(there)) from error
    await reply(interaction, messages.joined(joined))


@on_press(CompetitionJoinId)
async def competition_join(interaction: discord.Interaction[StudyBot], id: CompetitionJoinId) -> None:
    entries = interaction.client.services.competition_entries
    choice = await entries.teams_to_join(member_of(interaction), id.competition, at=interaction.created_at)
    if choice is not None:
        await open_form(interaction, team_form(CompetitionTeamId(id.competition), choice))
    else:
        await join(interaction, id.competition)


@on_press(CompetitionLeaveId)
async def competition_leave(interaction: discord.Interaction[StudyBot], id: CompetitionLeaveId) -> None:
    entries = interaction.client.services.competition_entries
    left = await entries.leave(member_of(interaction), id.competition, at=interaction.created_at)
    await reply(interaction, messages.left(left))


@on_press(CompetitionPostId)
async def competition_post(interaction: discord.Interaction[StudyBot], id: CompetitionPostId) -> None:
    """Show the competition's table in a private message."""
    await show(interaction, id.competition)


@on_press(CompetitionPageId, Reply.IN_PLACE)
async def competition_page(interaction: discord.Interaction[StudyBot], id: CompetitionPageId) -> None:
    """Replace a private message with another page."""
    tables = interaction.client.services.competition_tables
    table = await tables.standings(member_of(interaction), id.competition, page=id.page)
    await reply(interaction, messages.standings(table, manager=interaction.permissions.manage_guild))


@on_press(CompetitionFileId, managers=True)
async def competition_file(interaction: discord.Interaction[StudyBot], id: CompetitionFileId) -> None:
    tables = interaction.client.services.competition_tables
    result = await tables.result(guild_of(interaction), id.competition)
    file = discord.File(
        io.BytesIO(table_file(result)),
        filename=f"contest-{id.competition}.csv",
        description="The full result of the competition, as a table",
    )
    await reply(interaction, messages.file(result, file))


@on_press(CompetitionAgainId, managers=True)
async def competition_again(interaction: discord.Interaction[StudyBot], id: CompetitionAgainId) -> None:
    competitions, guild_id = interaction.client.services.competitions, guild_of(interaction)
    channel_id = (await competitions.get(guild_id, id.competition)).channel_id
    moves = gone.lacks(interaction.guild, channel_id)
    if moves:
        channel_id = postable_here(interaction.channel)
    competition, message_id = await competitions.post_again(
        guild_id, id.competition, channel_id=channel_id, at=interaction.created_at
    )
    await say(interaction, messages.again(competition, message_id, moves=moves))


@on_press(CompetitionCancelId, Reply.IN_PLACE, managers=True)
async def competition_cancel(interaction: discord.Interaction[StudyBot], id: CompetitionCancelId) -> None:
    competitions = interaction.client.services.competitions
    cancelled = await competitions.cancel(guild_of(interaction), id.competition, at=interaction.created_at)
    await reply(interaction, messages.cancelled(cancelled))


async def show(interaction: discord.Interaction[StudyBot], which: int | str | None) -> None:
    """Show the table of a competition, privately."""
    tables = interaction.client.services.competition_tables
    table = await tables.standings(member_of(interaction), which)
    await reply(interaction, messages.standings(table, manager=interaction.permissions.manage_guild))
