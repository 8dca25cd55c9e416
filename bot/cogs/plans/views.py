"""The button that starts today's portion of a plan."""

from __future__ import annotations

import secrets
from random import Random
from typing import Any

import discord

from bot.cogs.plans import messages
from bot.cogs.plans.custom_ids import PortionId
from bot.cogs.quizzes import messages as series
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import on_press
from bot.cogs.ui.replies import member_of, reply
from bot.services.plans import Planned


@on_press(PortionId)
async def portion(interaction: discord.Interaction[StudyBot], id: PortionId) -> None:
    services = interaction.client.services
    outcome: Any = await services.plans.start_portion(
        await services.member_in(id.guild, member_of(interaction)),
        rng=Random(secrets.randbits(64)),
        at=interaction.created_at,
    )
    message = messages.planned(outcome) if isinstance(outcome, Planned) else series.turn(outcome)
    await reply(interaction, message)
