"""Starting a review, and rating how hard an answer was. `cogs.quizzes.views` handles the questions in between."""

from __future__ import annotations

import secrets
from random import Random

import discord

from bot.cogs.quizzes import messages as series
from bot.cogs.reviews import messages
from bot.cogs.reviews.custom_ids import RateId, ReviewStartId
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import Reply, on_press
from bot.cogs.ui.replies import member_of, reply
from bot.services.reviews import NothingDue
from bot.study.errors import Refusal, Refused
from bot.study.members import ALONE
from bot.study.reviews import Rating


async def start(interaction: discord.Interaction[StudyBot], section: str, guild_id: int = ALONE) -> None:
    services = interaction.client.services
    outcome = await services.reviews.start(
        await services.member_in(guild_id, member_of(interaction)),
        section=section,
        rng=Random(secrets.randbits(64)),
        at=interaction.created_at,
    )
    message = messages.nothing_due(outcome) if isinstance(outcome, NothingDue) else series.turn(outcome)
    await reply(interaction, message)


@on_press(ReviewStartId)
async def review_start(interaction: discord.Interaction[StudyBot], id: ReviewStartId) -> None:
    await start(interaction, id.section, id.guild)


@on_press(RateId, Reply.IN_PLACE)
async def rate(interaction: discord.Interaction[StudyBot], id: RateId) -> None:
    try:
        rating = Rating(id.rating)
    except ValueError as error:
        raise Refused(Refusal.NOT_RATEABLE) from error
    answered = await interaction.client.services.reviews.rate(
        id.quiz, id.item, member_of(interaction), rating, at=interaction.created_at
    )
    await reply(interaction, series.answered(answered))
