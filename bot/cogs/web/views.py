"""The buttons that make links to private pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.cogs.ui.buttons import Press
from bot.cogs.ui.handlers import on_press
from bot.cogs.ui.managers import require_manager
from bot.cogs.ui.replies import guild_of, member_of, reply
from bot.cogs.web import messages
from bot.cogs.web.custom_ids import WebPageId
from bot.study.links import Page
from bot.study.members import ALONE

if TYPE_CHECKING:
    from bot.cogs.ui.client import StudyBot


def progress_pages(interaction: discord.Interaction[StudyBot]) -> list[Press]:
    """Return the buttons for the member's own page and, for managers, the server's page; none without web pages."""
    if not interaction.client.services.web_links.on:
        return []
    buttons = [Press(WebPageId(Page.PROGRESS, 0), "Open as a page")]
    if guild_of(interaction) != ALONE and interaction.permissions.manage_guild:
        buttons.append(Press(WebPageId(Page.HEAT_MAP, 0), "Sections by member"))
    return buttons


def exam_pages(interaction: discord.Interaction[StudyBot], exam_id: int) -> list[Press]:
    """Return the button that opens a mock exam as a page; none without web pages."""
    on = interaction.client.services.web_links.on
    return [Press(WebPageId(Page.EXAM, exam_id), "Open as a page")] if on else []


@on_press(WebPageId)
async def web_page(interaction: discord.Interaction[StudyBot], id: WebPageId) -> None:
    """Make a link to a web page. Raises NEEDS_SERVER, NOT_ALLOWED."""
    if id.page is Page.HEAT_MAP:
        require_manager(interaction)
    address = await interaction.client.services.web_links.make(
        member_of(interaction), id.page, exam_id=id.exam, at=interaction.created_at
    )
    await reply(interaction, messages.link(id.page, address) if address is not None else messages.none())
