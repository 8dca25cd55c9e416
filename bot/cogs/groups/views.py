"""The group's figures, as a picture and in words."""

from __future__ import annotations

import logging
from datetime import date

import discord

from bot.cogs.groups import messages, pictures
from bot.cogs.groups.custom_ids import GroupWordsId
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import on_press
from bot.cogs.ui.pictures import Picture
from bot.cogs.ui.replies import guild_of, reply
from bot.services.groups import GroupScene

log = logging.getLogger(__name__)


async def show(interaction: discord.Interaction[StudyBot]) -> None:
    scene = await interaction.client.services.groups.look(guild_of(interaction), at=interaction.created_at)
    await reply(interaction, messages.look(scene, await _drawn(scene) if scene.mirror.enough else None))


async def _drawn(scene: GroupScene) -> Picture | None:
    try:
        return await pictures.of(scene)
    except Exception:
        # The same figures can be shown in words, so the reply must not depend on the picture.
        log.exception("the picture of a group was not drawn")
        return None


@on_press(GroupWordsId)
async def words(interaction: discord.Interaction[StudyBot], id: GroupWordsId) -> None:
    scene = await interaction.client.services.groups.look(
        guild_of(interaction), _monday(id.week), at=interaction.created_at
    )
    await reply(interaction, messages.words(scene))


def _monday(week: str) -> date | None:
    """Return the Monday of a post's week; None for the current figures."""
    try:
        return date.fromisoformat(week)
    except ValueError:
        return None
