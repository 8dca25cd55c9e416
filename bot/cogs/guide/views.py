"""Opening a section of the guide from elsewhere, and turning its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.cogs.guide import messages
from bot.cogs.guide.custom_ids import GuideId, GuidePageId
from bot.cogs.ui.buttons import PersistentButton
from bot.cogs.ui.replies import member_of, patiently, replace, reply

if TYPE_CHECKING:
    from bot.cogs.ui.client import StudyBot
    from bot.services.guide import GuidePage


async def opened(interaction: discord.Interaction[StudyBot], section: str, *, editing: bool = False) -> GuidePage:
    guide = interaction.client.services.guide
    return await patiently(
        interaction, guide.page(member_of(interaction), section, at=interaction.created_at), editing=editing
    )


class OpenButton(PersistentButton[GuideId], codec=GuideId):
    async def pressed(self, interaction: discord.Interaction[Any], id: GuideId) -> None:
        await reply(interaction, messages.page(await opened(interaction, id.section)))


class PageButton(PersistentButton[GuidePageId], codec=GuidePageId):
    async def pressed(self, interaction: discord.Interaction[Any], id: GuidePageId) -> None:
        await replace(interaction, messages.page(await opened(interaction, id.section, editing=True), id.page))
