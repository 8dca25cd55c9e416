"""The views of a member's own progress: the picture, and the same in words."""

from __future__ import annotations

import logging

import discord

from bot.cogs.progress import messages, pictures
from bot.cogs.progress.custom_ids import AskSureId, ProgressId, ProgressView
from bot.cogs.shares.views import share_press
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import Reply, on_press
from bot.cogs.ui.pictures import Picture
from bot.cogs.ui.replies import member_of, reply
from bot.cogs.web.views import progress_pages
from bot.services.progress import ProgressReport
from bot.study.shares import Shareable

log = logging.getLogger(__name__)


async def show(interaction: discord.Interaction[StudyBot], view: ProgressView = ProgressView.PICTURE) -> None:
    report = await interaction.client.services.progress.own(member_of(interaction), at=interaction.created_at)
    match view:
        case ProgressView.PICTURE:
            picture = await _drawn(interaction, report)
            streak = report.streaks is not None and report.streaks.streak.days > 0
            share = await share_press(interaction, Shareable.STREAK) if streak else []
            pages = [*progress_pages(interaction), *share]
            await reply(interaction, messages.own(report, picture, pages=pages))
        case ProgressView.WORDS:
            await reply(interaction, messages.in_words(report))
        case ProgressView.SECTIONS:
            await reply(interaction, messages.by_section(report))
        case ProgressView.WEEKS:
            await reply(interaction, messages.by_week(report))


async def _drawn(interaction: discord.Interaction[StudyBot], report: ProgressReport) -> Picture | None:
    try:
        return await pictures.of(report)
    except Exception:
        # The words say everything, so they are shown even if the picture fails.
        log.exception("the picture of a member's progress was not drawn", extra={"user": interaction.user.id})
        return None


@on_press(ProgressId, Reply.IN_PLACE_IF_PRIVATE)
async def progress(interaction: discord.Interaction[StudyBot], id: ProgressId) -> None:
    await show(interaction, id.view)


@on_press(AskSureId)
async def ask_sure(interaction: discord.Interaction[StudyBot], id: AskSureId) -> None:
    asks = id.on == 1
    await interaction.client.services.confidences.set_for_member(member_of(interaction).user_id, asks=asks)
    await reply(interaction, messages.asks_confidence(asks=asks))
