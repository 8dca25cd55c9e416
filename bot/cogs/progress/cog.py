"""`/progress`: how far a member is, as a picture and in words."""

from __future__ import annotations

import logging
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.progress import messages, pictures
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.pictures import Picture
from bot.cogs.ui.replies import member_of, reply
from bot.cogs.web.views import progress_pages
from bot.services.progress import ProgressReport
from bot.study.members import Member

log = logging.getLogger(__name__)


class ProgressCog(commands.Cog):
    def __init__(self, bot: StudyBot) -> None:
        self.services = bot.services

    @app_commands.command()
    @app_commands.describe(member="Somebody else in this server: what the boards show of them; yourself by default")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def progress(self, interaction: discord.Interaction[StudyBot], member: discord.User | None = None) -> None:
        """See how far you are: mastery, readiness for the exam, streak, and the last half year."""
        asker, at = member_of(interaction), interaction.created_at
        if member is not None and member.id != asker.user_id:
            found = await self.services.progress.of_other(asker, member.id, at=at)
            await reply(interaction, messages.shown(found, member.display_name))
            return
        report, picture = await self._own(asker, at)
        await reply(interaction, messages.own(report, picture, pages=progress_pages(interaction)))

    async def _own(self, member: Member, at: datetime) -> tuple[ProgressReport, Picture | None]:
        report = await self.services.progress.own(member, at=at)
        try:
            return report, await pictures.of(report)
        except Exception:
            # The words say everything, so a picture that fails must not keep anybody from them.
            log.exception("progress was not drawn", extra={"user": member.user_id})
            return report, None
