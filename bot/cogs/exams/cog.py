"""`/exam`: mock exams, privately."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.exams import messages
from bot.cogs.exams.views import drawn
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.replies import member_of, reply
from bot.study.exams import FORMS, Length

LENGTHS = [
    app_commands.Choice(
        name=f"{length.value}: {form.questions} questions, {form.time.total_seconds() / 60:.0f} minutes",
        value=length.value,
    )
    for length, form in FORMS.items()
]


class ExamsCog(commands.Cog):
    exam = app_commands.Group(
        name="exam",
        description="Sit a mock exam, and look back on those you have taken",
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    )

    def __init__(self, bot: StudyBot) -> None:
        self.exams = bot.services.exams

    @exam.command()
    @app_commands.describe(length="full (default) as in the real exam, or short")
    @app_commands.choices(length=LENGTHS)
    async def start(self, interaction: discord.Interaction[StudyBot], length: str = Length.FULL.value) -> None:
        """Sit a mock exam: timed, scored, like the real one."""
        pack = await self.exams.check_free(member_of(interaction), at=interaction.created_at)
        await reply(interaction, messages.briefing(pack, Length(length)))

    @exam.command()
    async def resume(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Go on with the mock exam that is running."""
        resumed = self.exams.resume(member_of(interaction), at=interaction.created_at)
        await reply(interaction, await drawn(resumed))

    @exam.command()
    async def history(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Your mock exams with their scores, each to open again."""
        await reply(interaction, await drawn(self.exams.history(member_of(interaction))))
