"""Turning the pages of a leaderboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.cogs.standings import messages
from bot.cogs.standings.custom_ids import BoardId
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import Reply, on_press
from bot.cogs.ui.replies import member_of, reply

if TYPE_CHECKING:
    from bot.services.standings import Board


@on_press(BoardId, Reply.IN_PLACE)
async def board(interaction: discord.Interaction[StudyBot], id: BoardId) -> None:
    found: Board = await interaction.client.services.standings.board(
        member_of(interaction),
        section=id.section,
        period=id.period,
        by=id.by,
        page=id.page,
        at=interaction.created_at,
    )
    await reply(interaction, messages.board(found))
