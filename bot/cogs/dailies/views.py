"""The button under `/daily status`, and what it and `/daily post` do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import discord

from bot.cogs.dailies.custom_ids import DailyAgainId
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import on_press
from bot.cogs.ui.replies import guild_of, say
from bot.services.dailies import Post
from bot.study.errors import AlreadyPosted


@on_press(DailyAgainId, managers=True)
async def post_again(interaction: discord.Interaction[StudyBot], id: DailyAgainId) -> None:
    guild_id, at = guild_of(interaction), interaction.created_at
    await send(interaction, lambda: interaction.client.services.schedules.post_again(guild_id, id.daily, at=at))


async def send(interaction: discord.Interaction[StudyBot], claim: Callable[[], Awaitable[Post]]) -> None:
    """Send what is claimed, and say where it is. Raises what `claim` does."""
    try:
        post = await claim()
    except AlreadyPosted:
        # Or it was, and somebody has deleted it since: Discord tells nobody who does not ask.
        latest = (await interaction.client.services.schedules.status(guild_of(interaction))).latest
        if latest is None or not await interaction.client.poster.was_deleted(latest):
            raise
        post = await claim()
    message = await interaction.client.poster.post(post, interaction.created_at)
    if message is None:
        await say(
            interaction,
            "It is not up yet. I keep trying for the rest of the day, and `/daily status` says what is in the way.",
        )
    else:
        await say(interaction, f"Posted: {message.jump_url}")
