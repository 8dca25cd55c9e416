"""`/daily`: commands with which managers run the question of the day."""

from __future__ import annotations

import secrets
from dataclasses import replace
from random import Random
from typing import TypeAlias

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.dailies import messages, schedules
from bot.cogs.dailies.poster import Poster
from bot.cogs.dailies.views import send, show_status
from bot.cogs.discussions import messages as discussions
from bot.cogs.ui import completions, gone
from bot.cogs.ui.access import require_access
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.managers import ManagerGroup
from bot.cogs.ui.replies import guild_of, reply, say
from bot.cogs.ui.text import day_name, when
from bot.cogs.ui.threads import needed
from bot.services.schedules import SchedulePlan
from bot.study.daily_names import NAME
from bot.study.discussions import Discussion, begins_at_once
from bot.study.errors import CannotPost, Refusal, Refused
from bot.study.questions import DIFFICULTIES
from bot.study.schedules import MOST, Schedule
from bot.study.typed import listed, parse_days, parse_time, parse_zone

WHICH = "Which daily, if this server has several: its number or its name"
Which: TypeAlias = app_commands.Range[str, 1, 40] | None
"""The option that names a daily; a server with only one does not need it."""
WEAK = "weak"
ORDER = [
    app_commands.Choice(name="by the exam's weights", value="exam"),
    app_commands.Choice(name="by the exam's weights, with more from our weak sections", value=WEAK),
]
DISCUSSIONS = [
    app_commands.Choice(name="off: no thread", value=Discussion.OFF.value),
    app_commands.Choice(
        name="at close: a thread under the question, or a post in a forum", value=Discussion.AT_CLOSE.value
    ),
    app_commands.Choice(name="at once: a private thread for those who have answered", value=Discussion.AT_ONCE.value),
]
DIFFICULTY = [app_commands.Choice(name=name, value=level) for level, name in DIFFICULTIES.items()]


class DailiesCog(commands.Cog):
    daily = ManagerGroup(name="daily", description="Schedule and manage the question of the day (managers)")

    def __init__(self, bot: StudyBot, poster: Poster) -> None:
        self.bot = bot
        self.poster = poster
        self.schedules = bot.services.schedules

    @daily.command()
    @app_commands.describe(
        channel="Where the question is posted",
        time="At what time, in the time zone that you choose: 09:00, 9.30, 7pm",
        timezone="Your time zone: type a city near you",
        days="every day (default), weekdays, Mon-Fri, or Mon, Wed, Fri",
        role="A role to ping with each question; none by default",
        sections="Sections of the guide, separated by commas; all by default",
        daily=f"Which daily to change, or a name for a new one; a server can have up to {MOST}",
        name="A new name for it",
        pack="The pack that its questions come from; by default, the one that this server studies",
        exam="The exam version of its questions; by default, the one that this server studies for",
        difficulty="Only questions of this difficulty; all by default",
        order="How often each section comes up; by the exam's weights by default",
    )
    @app_commands.choices(difficulty=DIFFICULTY)
    @app_commands.choices(order=ORDER)
    @app_commands.autocomplete(
        timezone=completions.zones,
        sections=completions.section_lists,
        daily=completions.dailies_or_new,
        pack=completions.packs,
        exam=completions.exam_versions,
    )
    async def schedule(
        self,
        interaction: discord.Interaction[StudyBot],
        channel: discord.TextChannel,
        time: app_commands.Range[str, 1, 20],
        timezone: app_commands.Range[str, 1, 64],
        days: app_commands.Range[str, 1, 60] = "every day",
        role: discord.Role | None = None,
        sections: app_commands.Range[str, 1, 100] = "all",
        daily: Which = None,
        name: app_commands.Range[str, 1, NAME] | None = None,
        pack: app_commands.Range[str, 1, 64] | None = None,
        exam: app_commands.Range[str, 1, 16] | None = None,
        difficulty: int | None = None,
        order: str | None = None,
    ) -> None:
        """Post a question every day, in a channel and at a time that you choose."""
        if role is not None and role.is_default():
            raise Refused(Refusal.BAD_ROLE)
        require_access(channel)
        plan = SchedulePlan(
            channel_id=channel.id,
            role_id=role.id if role else None,
            rule=Schedule(parse_time(time), parse_zone(timezone, interaction.created_at), parse_days(days)),
            sections=listed(sections),
            name=name or "",
            pack=pack,
            exam_version=exam,
            difficulty=difficulty,
            follows_group=order == WEAK,
        )
        before = {known.number: known for known in await self.schedules.all(guild_of(interaction))}
        schedule = await self.schedules.set(
            guild_of(interaction),
            plan,
            which=daily,
            by=interaction.user.id,
            rng=Random(secrets.randbits(64)),
            at=interaction.created_at,
        )
        status = await self.schedules.status(guild_of(interaction), which=schedule.number)
        silent = role is not None and not gone.may_ping(role, channel)
        confirmed = schedules.scheduled(schedule, status, before=before.get(schedule.number), silent_role=silent)
        await reply(interaction, confirmed)

    @daily.command()
    @app_commands.describe(daily=WHICH)
    @app_commands.autocomplete(daily=completions.dailies)
    async def status(self, interaction: discord.Interaction[StudyBot], daily: Which = None) -> None:
        """Show the schedule, the next and the last question, and any problem."""
        await show_status(interaction, daily)

    @daily.command()
    @app_commands.describe(daily=WHICH)
    @app_commands.autocomplete(daily=completions.dailies)
    async def preview(self, interaction: discord.Interaction[StudyBot], daily: Which = None) -> None:
        """Show the next question with its answer, only to you."""
        preview = await self.schedules.preview(guild_of(interaction), which=daily)
        await reply(interaction, messages.preview(preview))

    @daily.command()
    @app_commands.describe(daily=WHICH)
    @app_commands.autocomplete(daily=completions.dailies)
    async def post(self, interaction: discord.Interaction[StudyBot], daily: Which = None) -> None:
        """Post today's question now, before its time, or again if its post was deleted."""
        guild_id, at = guild_of(interaction), interaction.created_at
        await send(interaction, daily, lambda: self.schedules.post_now(guild_id, which=daily, at=at))

    @daily.command()
    @app_commands.describe(undo="True undoes the latest skip, if that question is not due yet", daily=WHICH)
    @app_commands.autocomplete(daily=completions.dailies)
    async def skip(self, interaction: discord.Interaction[StudyBot], undo: bool = False, daily: Which = None) -> None:
        """Skip the next question; this breaks nobody's streak."""
        guild_id, at = guild_of(interaction), interaction.created_at
        if undo:
            slot = await self.schedules.undo_skip(guild_id, which=daily, at=at)
            await say(
                interaction, f"The question for {day_name(slot.day)} is back. It will be posted {when(slot.due)}."
            )
            return
        day, schedule = await self.schedules.skip(guild_id, which=daily, at=at)
        await say(interaction, schedules.skipped(day, schedule, several=await self._several(guild_id)))

    @daily.command()
    @app_commands.describe(daily=WHICH)
    @app_commands.autocomplete(daily=completions.dailies)
    async def pause(self, interaction: discord.Interaction[StudyBot], daily: Which = None) -> None:
        """Stop posting until you resume; this breaks nobody's streak."""
        guild_id = guild_of(interaction)
        schedule, unsent = await self.schedules.pause(guild_id, which=daily, at=interaction.created_at)
        await say(interaction, schedules.paused(schedule, unsent, several=await self._several(guild_id)))

    @daily.command()
    @app_commands.describe(
        when="When members can start to discuss a question; off by default",
        forum="A forum that gets a post for each question, tagged with its section; by default a thread under the question",
        daily=WHICH,
    )
    @app_commands.choices(when=DISCUSSIONS)
    @app_commands.autocomplete(daily=completions.dailies)
    async def discussion(
        self,
        interaction: discord.Interaction[StudyBot],
        when: str,
        forum: discord.ForumChannel | None = None,
        daily: Which = None,
    ) -> None:
        """Open a thread or a forum post in which members discuss each question."""
        guild_id = guild_of(interaction)
        schedule = await self.schedules.named(guild_id, daily)
        begins, forum_id = Discussion(when), forum.id if forum is not None else None
        if (found := needed(replace(schedule, discussion=begins, forum_id=forum_id))) is not None:
            place = interaction.guild.get_channel(found[0]) if interaction.guild is not None else None
            if place is None:
                raise CannotPost(gone.DAILY_CHANNEL)
            require_access(place, found[1])
        saved = await self.bot.services.discussions.set(schedule, begins, forum_id)
        feedback = (await self.bot.services.guild(guild_id)).feedback
        waits = begins is Discussion.AT_ONCE and not begins_at_once(begins, feedback, forum_id)
        await say(interaction, discussions.saved(saved, waits=waits, several=await self._several(guild_id)))

    @daily.command()
    @app_commands.describe(daily=WHICH)
    @app_commands.autocomplete(daily=completions.dailies)
    async def remove(self, interaction: discord.Interaction[StudyBot], daily: Which = None) -> None:
        """End a daily permanently; its open question stays until it closes."""
        removed = await self.schedules.remove(guild_of(interaction), which=daily, at=interaction.created_at)
        await say(interaction, schedules.removed(removed))

    @daily.command()
    @app_commands.describe(daily=WHICH)
    @app_commands.autocomplete(daily=completions.dailies)
    async def resume(self, interaction: discord.Interaction[StudyBot], daily: Which = None) -> None:
        """Resume posting after a pause."""
        guild_id, at = guild_of(interaction), interaction.created_at
        schedule, waiting = await self.schedules.resume(guild_id, which=daily, at=at)
        await say(interaction, schedules.resumed(schedule, waiting, several=await self._several(guild_id)))

    async def _several(self, guild_id: int) -> bool:
        return len(await self.schedules.all(guild_id)) > 1

    @commands.Cog.listener()
    async def on_guild_channel_update(self, _: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        await self.poster.note_access(after.guild)

    @commands.Cog.listener()
    async def on_guild_role_update(self, _: discord.Role, after: discord.Role) -> None:
        await self.poster.note_access(after.guild)

    @commands.Cog.listener()
    async def on_member_update(self, _: discord.Member, after: discord.Member) -> None:
        """Record a changed permission. Without the members intent, Discord reports only the bot's own member."""
        await self.poster.note_access(after.guild)
