"""The buttons about a streak."""

from __future__ import annotations

from datetime import date

import discord

from bot.cogs.streaks import messages
from bot.cogs.streaks.custom_ids import PauseEndId
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import Reply, on_press
from bot.cogs.ui.replies import member_of, reply
from bot.study.errors import Refusal, Refused


@on_press(PauseEndId, Reply.IN_PLACE)
async def end_pause(interaction: discord.Interaction[StudyBot], id: PauseEndId) -> None:
    if not 1 <= id.first <= date.max.toordinal():
        raise Refused(Refusal.NO_PAUSE)
    plan = await interaction.client.services.pauses.end(
        member_of(interaction), date.fromordinal(id.first), at=interaction.created_at
    )
    await reply(interaction, messages.pauses(plan))
