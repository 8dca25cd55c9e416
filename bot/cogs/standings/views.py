"""The pages of a leaderboard, and the menus for section, period and order."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.cogs.standings import messages
from bot.cogs.standings.custom_ids import BoardId, BoardOpenId, BoardOrderId, BoardPeriodId, BoardSectionId
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import Reply, on_pick, on_press
from bot.cogs.ui.menus import MOST, named
from bot.cogs.ui.replies import guild_of, member_of, reply
from bot.storage.seasons import Season
from bot.study.periods import Period, parse
from bot.study.standings import By


async def show(
    interaction: discord.Interaction[StudyBot], *, section: str, period: Period | str, by: By, page: int = 1
) -> None:
    services, at = interaction.client.services, interaction.created_at
    found = await services.standings.board(
        member_of(interaction), section=section, period=period, by=by, page=page, at=at
    )
    await reply(interaction, messages.board(found, await _seasons(interaction)))


async def _seasons(interaction: discord.Interaction[StudyBot]) -> Sequence[Season]:
    """Return the newest ended seasons, as many as the period menu has room for."""
    return await interaction.client.services.seasons.played(guild_of(interaction), MOST - len(Period))


@on_press(BoardOpenId)
async def open_board(interaction: discord.Interaction[StudyBot], id: BoardOpenId) -> None:
    """Open a leaderboard in a new message; the message with the button stays as it is."""
    await show(interaction, section=id.section, period=Period.SEASON, by=By.POINTS)


@on_press(BoardId, Reply.IN_PLACE)
async def board(interaction: discord.Interaction[StudyBot], id: BoardId) -> None:
    await show(interaction, section=id.section, period=id.period, by=id.by, page=id.page)


@on_pick(BoardSectionId, Reply.IN_PLACE)
async def section(interaction: discord.Interaction[StudyBot], id: BoardSectionId, value: int) -> None:
    boards = (await interaction.client.services.pack_for(guild_of(interaction))).boards
    await show(interaction, section=named(boards, value), period=parse(id.period), by=id.by)


@on_pick(BoardPeriodId, Reply.IN_PLACE)
async def period(interaction: discord.Interaction[StudyBot], id: BoardPeriodId, value: int) -> None:
    picked = named([*Period, *(past.season for past in await _seasons(interaction))], value)
    await show(interaction, section=id.section, period=parse(picked), by=id.by)


@on_pick(BoardOrderId, Reply.IN_PLACE)
async def order(interaction: discord.Interaction[StudyBot], id: BoardOrderId, value: int) -> None:
    await show(interaction, section=id.section, period=parse(id.period), by=named(By, value))
