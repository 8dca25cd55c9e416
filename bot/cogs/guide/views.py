"""The buttons and the menu that open a section of the guide, and the buttons that turn its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.cogs.guide import messages
from bot.cogs.guide.custom_ids import GuideId, GuidePageId, GuidePickId
from bot.cogs.ui.handlers import Reply, on_pick, on_press
from bot.cogs.ui.menus import named
from bot.cogs.ui.replies import member_of, reply
from bot.study.questions import ALL

if TYPE_CHECKING:
    from bot.cogs.ui.client import StudyBot
    from bot.services.guide import GuidePage


async def opened(interaction: discord.Interaction[StudyBot], section: str) -> GuidePage:
    guide = interaction.client.services.guide
    return await guide.page(member_of(interaction), section, at=interaction.created_at)


@on_press(GuideId)
async def guide(interaction: discord.Interaction[StudyBot], id: GuideId) -> None:
    await reply(interaction, messages.page(await opened(interaction, id.section)))


@on_press(GuidePageId, Reply.IN_PLACE)
async def guide_page(interaction: discord.Interaction[StudyBot], id: GuidePageId) -> None:
    await reply(interaction, messages.page(await opened(interaction, id.section), id.page))


@on_pick(GuidePickId, Reply.IN_PLACE)
async def guide_picked(interaction: discord.Interaction[StudyBot], _id: GuidePickId, value: int) -> None:
    sections = messages.sections((await opened(interaction, ALL)).pack)
    await reply(interaction, messages.page(await opened(interaction, named(sections, value))))
