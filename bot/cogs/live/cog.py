"""`/live`: rounds in which a channel answers the same questions against the clock."""

from __future__ import annotations

import secrets

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.competitions.completions import later
from bot.cogs.live import announcements
from bot.cogs.live.custom_ids import LivePlanId
from bot.cogs.live.views import call_off, promise, stop
from bot.cogs.ui import completions
from bot.cogs.ui.access import postable_here
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.placed import event_note, may_create_events
from bot.cogs.ui.replies import member_of, reply
from bot.storage.live_plans import LivePlan
from bot.study.errors import Refused
from bot.study.live import DEFAULT_QUESTIONS, DEFAULT_SECONDS, MAX_QUESTIONS, MAX_SECONDS, MIN_SECONDS
from bot.study.questions import ALL
from bot.study.typed import parse_moment


class LiveCog(commands.Cog):
    live = app_commands.Group(
        name="live", description="Rounds against the clock, together in a channel", guild_only=True
    )

    def __init__(self, bot: StudyBot) -> None:
        self.bot = bot

    @live.command()
    @app_commands.describe(
        section="A section of the guide; all by default",
        questions=f"How many questions, 1 to {MAX_QUESTIONS}; {DEFAULT_QUESTIONS} by default",
        seconds=f"How many seconds each question is open, {MIN_SECONDS} to {MAX_SECONDS}; {DEFAULT_SECONDS} by default",
        at="When its lobby opens, in the server's time zone: 7pm, Friday 19:00; now by default",
    )
    @app_commands.autocomplete(section=completions.sections, at=later)
    async def start(
        self,
        interaction: discord.Interaction[StudyBot],
        section: app_commands.Range[str, 1, 64] = ALL,
        questions: app_commands.Range[int, 1, MAX_QUESTIONS] = DEFAULT_QUESTIONS,
        seconds: app_commands.Range[int, MIN_SECONDS, MAX_SECONDS] = DEFAULT_SECONDS,
        at: app_commands.Range[str, 1, 60] | None = None,
    ) -> None:
        """Open a live round in this channel, or plan one: all answer at once, and quick answers earn more."""
        if at is not None:
            await self._plan(interaction, section, questions, seconds, at)
            return
        opened = await self.bot.services.live.start(
            member_of(interaction),
            channel_id=postable_here(interaction.channel),
            section=section,
            questions=questions,
            seconds=seconds,
            seed=secrets.randbits(62),
            at=interaction.created_at,
        )
        await promise(interaction, opened)

    async def _plan(
        self, interaction: discord.Interaction[StudyBot], section: str, questions: int, seconds: int, text: str
    ) -> None:
        member, at, services = member_of(interaction), interaction.created_at, self.bot.services
        guild = await services.guild(member.guild_id)
        starts_at = parse_moment(text, guild.zone, at)
        wanted = LivePlan(
            0,
            member.guild_id,
            postable_here(interaction.channel),
            member.user_id,
            section,
            questions,
            seconds,
            starts_at,
            at,
        )
        scene = await services.live_plans.plan(member, wanted, may_create_events=may_create_events(interaction), at=at)
        event = event_note(interaction, made=scene.event, wanted=guild.events)
        await reply(interaction, announcements.planned(scene, event=event))

    @live.command(name="stop")
    async def stop_(self, interaction: discord.Interaction[StudyBot]) -> None:
        """End this channel's live round and keep the scores, or call off a planned one (host and managers)."""
        member, channel_id = member_of(interaction), interaction.channel_id or 0
        try:
            found = await self.bot.services.live.find(member, channel_id)
        except Refused:
            plan = await self.bot.services.live_plans.next_in(member, channel_id)
            if plan is None:
                raise
            await call_off(interaction, LivePlanId(plan.id))
        else:
            await stop(interaction, found.id)
