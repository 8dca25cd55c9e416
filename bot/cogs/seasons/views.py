"""The button under the end of a season, and the pages of its tables."""

from __future__ import annotations

from typing import Any

import discord

from bot.cogs.seasons.custom_ids import SeasonBoardId, SeasonId
from bot.cogs.standings import messages
from bot.cogs.ui.buttons import PersistentButton
from bot.cogs.ui.replies import member_of, patiently, replace, reply
from bot.study.questions import ALL
from bot.study.standings import By


class SeasonButton(PersistentButton[SeasonId], codec=SeasonId):
    """On the post: the final table in a private message."""

    async def pressed(self, interaction: discord.Interaction[Any], id: SeasonId) -> None:
        board = await patiently(
            interaction,
            interaction.client.services.standings.board(
                member_of(interaction),
                section=ALL,
                period=id.season,
                by=By.POINTS,
                page=1,
                at=interaction.created_at,
            ),
        )
        await reply(interaction, messages.board(board))


class SeasonPageButton(PersistentButton[SeasonBoardId], codec=SeasonBoardId):
    async def pressed(self, interaction: discord.Interaction[Any], id: SeasonBoardId) -> None:
        board = await patiently(
            interaction,
            interaction.client.services.standings.board(
                member_of(interaction),
                section=id.section,
                period=id.season,
                by=id.by,
                page=id.page,
                at=interaction.created_at,
            ),
            editing=True,
        )
        await replace(interaction, messages.board(board))
