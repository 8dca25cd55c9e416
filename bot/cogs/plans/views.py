"""The button that starts today's portion of a plan, and the form that asks for the date of the exam."""

from __future__ import annotations

import secrets
from random import Random
from typing import Any

import discord

from bot.cogs.plans import messages
from bot.cogs.plans.custom_ids import PlanDateId, PortionId
from bot.cogs.quizzes import messages as series
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.forms import read_parts
from bot.cogs.ui.handlers import on_press, on_submit
from bot.cogs.ui.replies import member_of, open_form, reply
from bot.services.plans import Planned
from bot.study.errors import NoPlan


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


@on_press(PlanDateId)
async def ask_date(interaction: discord.Interaction[StudyBot], _id: PlanDateId) -> None:
    plans = interaction.client.services.plans
    try:
        exam_on = (await plans.look(member_of(interaction), at=interaction.created_at)).plan.exam_on
    except NoPlan:
        exam_on = None
    await open_form(interaction, messages.date_form(exam_on))


@on_submit(PlanDateId)
async def date_sent(interaction: discord.Interaction[StudyBot], _id: PlanDateId) -> None:
    typed = read_parts(interaction, "date")["date"]
    planned = await interaction.client.services.plans.make(member_of(interaction), typed, at=interaction.created_at)
    await reply(interaction, messages.planned(planned))
