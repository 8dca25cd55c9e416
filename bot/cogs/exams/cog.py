"""`/exam`: mock exams, in private or as an exam evening."""

from __future__ import annotations

import secrets

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.competitions.completions import later
from bot.cogs.evenings import messages as evenings
from bot.cogs.exams import messages
from bot.cogs.exams.views import drawn
from bot.cogs.ui import completions
from bot.cogs.ui.access import postable
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.managers import managers_only
from bot.cogs.ui.placed import event_note, may_create_events
from bot.cogs.ui.replies import guild_of, member_of, reply
from bot.services.evenings import EveningPlan
from bot.study.exams import Length
from bot.study.typed import parse_moment

LENGTHS = [
    app_commands.Choice(name="full: as many questions and as much time as the real exam", value=Length.FULL.value),
    app_commands.Choice(name="short: at most 20 questions, at the same pace", value=Length.SHORT.value),
]


class ExamsCog(commands.Cog):
    exam = app_commands.Group(
        name="exam",
        description="Take a mock exam, and look back on your past ones",
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    )

    def __init__(self, bot: StudyBot) -> None:
        self.exams = bot.services.exams
        self.packs = bot.services.packs

    @exam.command()
    @app_commands.describe(
        length="full: as long as the real exam (default); short: fewer questions",
        version="Which exam; by default, the one that you study for",
    )
    @app_commands.choices(length=LENGTHS)
    @app_commands.autocomplete(version=completions.exam_versions)
    async def start(
        self,
        interaction: discord.Interaction[StudyBot],
        length: str = Length.FULL.value,
        version: app_commands.Range[str, 1, 16] | None = None,
    ) -> None:
        """Take a mock exam: timed and scored, like the real one."""
        asked = Length(length)
        pack = await self.exams.check_free(
            member_of(interaction), length=asked, version=version, at=interaction.created_at
        )
        await reply(interaction, messages.briefing(pack, asked))

    @managers_only
    @exam.command(name="group")
    @app_commands.describe(
        at="When it starts, in the server's time zone: tomorrow 7pm, Friday 19:00, 7pm EST, 2026-12-01 19:00",
        length="full: as long as the real exam (default); short: fewer questions",
        version="Which exam; by default, the one that the server studies for",
        channel="Where it takes place; this channel by default",
    )
    @app_commands.choices(length=LENGTHS)
    @app_commands.autocomplete(at=later, version=completions.exam_versions)
    async def together(
        self,
        interaction: discord.Interaction[StudyBot],
        at: app_commands.Range[str, 1, 60],
        length: str = Length.FULL.value,
        version: app_commands.Range[str, 1, 16] | None = None,
        channel: discord.TextChannel | None = None,
    ) -> None:
        """Plan an exam evening: one paper for all who sign up, at the same time (managers)."""
        services, asked_at = interaction.client.services, interaction.created_at
        guild, place = await services.guild(guild_of(interaction)), postable(channel or interaction.channel)
        plan = EveningPlan(place.id, parse_moment(at, guild.zone, asked_at), Length(length), version)
        planned = await services.evenings.plan(
            member_of(interaction),
            plan,
            seed=secrets.randbits(62),
            may_create_events=may_create_events(interaction),
            at=asked_at,
        )
        event = event_note(interaction, made=planned.event, wanted=guild.events)
        await reply(interaction, evenings.planned(planned, event=event, missing=evenings.missing_in(place)))

    @exam.command()
    @app_commands.describe(version="The exam that you will take")
    @app_commands.autocomplete(version=completions.exam_versions)
    async def version(
        self, interaction: discord.Interaction[StudyBot], version: app_commands.Range[str, 1, 16] | None = None
    ) -> None:
        """See or choose which exam you study for; quizzes, reviews, plan and readiness follow it."""
        member = member_of(interaction)
        if version is None:
            pack = await self.packs.exam_of(member)
        else:
            pack = await self.packs.choose_own_exam(member, version, at=interaction.created_at)
        await reply(interaction, messages.studied_version(pack, chosen=version is not None))

    @exam.command()
    async def resume(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Continue your running mock exam."""
        resumed = self.exams.resume(member_of(interaction), at=interaction.created_at)
        await reply(interaction, await drawn(interaction, resumed))

    @exam.command()
    async def history(self, interaction: discord.Interaction[StudyBot]) -> None:
        """See your past mock exams with their scores, and open any of them."""
        await reply(interaction, await drawn(interaction, self.exams.history(member_of(interaction))))
