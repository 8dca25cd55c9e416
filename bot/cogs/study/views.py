"""Continuing with what waits."""

from __future__ import annotations

import secrets
from random import Random

import discord

from bot.cogs.study import messages
from bot.cogs.study.custom_ids import StudyId
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import on_press
from bot.cogs.ui.replies import member_of, reply


async def start(interaction: discord.Interaction[StudyBot]) -> None:
    found = await interaction.client.services.study.next(
        member_of(interaction), rng=Random(secrets.randbits(64)), at=interaction.created_at
    )
    await reply(interaction, messages.following(found))


@on_press(StudyId)
async def study(interaction: discord.Interaction[StudyBot], _: StudyId) -> None:
    await start(interaction)
