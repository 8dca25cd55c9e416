"""Turning the pages of a leaderboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.cogs.standings import messages
from bot.cogs.standings.custom_ids import BoardId
from bot.cogs.ui.buttons import PersistentButton
from bot.cogs.ui.replies import member_of, patiently, replace

if TYPE_CHECKING:
    from bot.services.standings import Board


class PageButton(PersistentButton[BoardId], codec=BoardId):
    async def pressed(self, interaction: discord.Interaction[Any], id: BoardId) -> None:
        found: Board = await patiently(
            interaction,
            interaction.client.services.standings.board(
                member_of(interaction),
                section=id.section,
                period=id.period,
                by=id.by,
                page=id.page,
                at=interaction.created_at,
            ),
            editing=True,
        )
        await replace(interaction, messages.board(found))
