"""The button under the end of a season, and the pages of its tables."""

from __future__ import annotations

import discord

from bot.cogs.seasons.custom_ids import SeasonBoardId, SeasonId
from bot.cogs.standings import messages
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import Reply, on_press
from bot.cogs.ui.replies import member_of, reply
from bot.study.questions import ALL
from bot.study.standings import By


@on_press(SeasonId)
async def season(interaction: discord.Interaction[StudyBot], id: SeasonId) -> None:
    """On the post: the final table in a private message."""
    board = await interaction.client.services.standings.board(
        member_of(interaction),
        section=ALL,
        period=id.season,
        by=By.POINTS,
        page=1,
        at=interaction.created_at,
    )
    await reply(interaction, messages.board(board))


@on_press(SeasonBoardId, Reply.IN_PLACE)
async def season_board(interaction: discord.Interaction[StudyBot], id: SeasonBoardId) -> None:
    board = await interaction.client.services.standings.board(
        member_of(interaction),
        section=id.section,
        period=id.season,
        by=id.by,
        page=id.page,
        at=interaction.created_at,
    )
    await reply(interaction, messages.board(board))
