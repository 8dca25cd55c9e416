"""The form with which a manager opts in, and the buttons that show tables."""

from __future__ import annotations

import discord
from discord import ui

from bot.cogs.leagues import messages
from bot.cogs.leagues.custom_ids import NOW, LeagueFormId, LeaguePostId, LeagueTableId
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.forms import OPEN_FOR, read_parts, text_part
from bot.cogs.ui.handlers import Reply, on_press, on_submit
from bot.cogs.ui.replies import guild_of, member_of, reply
from bot.cogs.ui.text import FORM_TEXT, clip
from bot.services.leagues import LeagueOffer
from bot.study.characters import visible
from bot.study.leagues import MAX_NAME

NAME = "name"


def join_form(offer: LeagueOffer, name: str) -> ui.Modal:
    """Build the opt-in form. Submitting it is consent, so it shows what others will see, with the exact name."""
    form = ui.Modal(title="Join the league between servers", custom_id=str(LeagueFormId()), timeout=OPEN_FOR)
    form.add_item(ui.TextDisplay(clip(messages.consent(offer), FORM_TEXT)))
    shown = clip(visible(name), MAX_NAME)
    form.add_item(text_part(NAME, "Your server's name there", most=MAX_NAME, hint=messages.NAME_HINT, filled=shown))
    return form


@on_submit(LeagueFormId, managers=True)
async def form_sent(interaction: discord.Interaction[StudyBot], _id: LeagueFormId) -> None:
    leagues = interaction.client.services.leagues
    name = visible(read_parts(interaction, NAME)[NAME])
    joined = await leagues.join(guild_of(interaction), name, at=interaction.created_at)
    await reply(interaction, messages.joined(joined))


@on_press(LeaguePostId)
async def league_post(interaction: discord.Interaction[StudyBot], id: LeaguePostId) -> None:
    """Show the final table of the post's month in a private message."""
    leagues = interaction.client.services.leagues
    division = await leagues.standings(member_of(interaction), id.season, at=interaction.created_at)
    await reply(interaction, messages.standings(division))


@on_press(LeagueTableId, Reply.IN_PLACE)
async def league_table(interaction: discord.Interaction[StudyBot], id: LeagueTableId) -> None:
    """Replace a private message with another table."""
    leagues = interaction.client.services.leagues
    season = None if id.season == NOW else id.season
    division = await leagues.standings(member_of(interaction), season, at=interaction.created_at)
    await reply(interaction, messages.standings(division))
