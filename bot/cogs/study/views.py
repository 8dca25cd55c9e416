"""The button that continues with what comes next."""

from __future__ import annotations

import secrets
from random import Random

import discord

from bot.cogs.study import messages
from bot.cogs.study.custom_ids import StudyId
from bot.cogs.suggestions.messages import news
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import on_press
from bot.cogs.ui.replies import member_of, reply


async def start(interaction: discord.Interaction[StudyBot]) -> None:
    services, member, at = interaction.client.services, member_of(interaction), interaction.created_at
    found = await services.study.next(member, rng=Random(secrets.randbits(64)), at=at)
    message = messages.following(found)
    if decided := await services.suggestions.news(member, at=at):
        message.card.add("What became of your suggestions", news(decided))
    await reply(interaction, message)


@on_press(StudyId)
async def study(interaction: discord.Interaction[StudyBot], _: StudyId) -> None:
    await start(interaction)
