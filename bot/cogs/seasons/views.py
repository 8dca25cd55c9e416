"""The button under the post about a season's end, and the pages of its leaderboards."""

from __future__ import annotations

import discord

from bot.cogs.seasons.custom_ids import SeasonBoardId, SeasonId
from bot.cogs.standings.views import show
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import Reply, on_press
from bot.study.questions import ALL
from bot.study.standings import By


@on_press(SeasonId)
async def season(interaction: discord.Interaction[StudyBot], id: SeasonId) -> None:
    """Show a season's final leaderboard in a private message."""
    await show(interaction, section=ALL, period=id.season, by=By.POINTS)


@on_press(SeasonBoardId, Reply.IN_PLACE)
async def season_board(interaction: discord.Interaction[StudyBot], id: SeasonBoardId) -> None:
    await show(interaction, section=id.section, period=id.season, by=id.by, page=id.page)
