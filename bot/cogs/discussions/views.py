"""The buttons of a discussion."""

from __future__ import annotations

import logging

import discord

from bot.cogs.discussions import messages
from bot.cogs.discussions.custom_ids import DiscussId, PractiseId
from bot.cogs.quizzes.views import start
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.delivery import UNKNOWN_CHANNEL
from bot.cogs.ui.handlers import on_press
from bot.cogs.ui.replies import member_of, say
from bot.cogs.ui.threads import SHUT, add_member
from bot.study.errors import Refusal, Refused

log = logging.getLogger(__name__)


@on_press(DiscussId)
async def discuss(interaction: discord.Interaction[StudyBot], id: DiscussId) -> None:
    discussions, at = interaction.client.services.discussions, interaction.created_at
    thread_id = await discussions.enter(id.daily, member_of(interaction), at=at)
    try:
        await add_member(interaction.client, thread_id, interaction.user.id)
    except discord.HTTPException as error:
        if error.code == UNKNOWN_CHANNEL:
            await discussions.note_gone(id.daily, at=at)
            raise Refused(Refusal.NO_DISCUSSION) from error
        if error.code not in SHUT and not isinstance(error, discord.Forbidden):
            raise
        log.warning("cannot add members to a discussion: %s", error, extra={"guild": interaction.guild_id})
        raise Refused(Refusal.DISCUSSION_SHUT) from error
    await say(interaction, messages.entered(thread_id))


@on_press(PractiseId)
async def practise(interaction: discord.Interaction[StudyBot], id: PractiseId) -> None:
    section = await interaction.client.services.answers.section_of(id.daily, member_of(interaction))
    await start(interaction, section)
