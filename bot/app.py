"""The composition root: the one file that knows every layer. It builds, opens and closes everything, in order."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.answers.cog import AnswersCog
from bot.cogs.awards.cog import AwardsCog
from bot.cogs.awards.giver import RoleGiver
from bot.cogs.competitions import posts as competition_posts
from bot.cogs.competitions.cog import CompetitionsCog
from bot.cogs.dailies import messages as daily_messages
from bot.cogs.dailies.cog import DailiesCog
from bot.cogs.dailies.poster import Poster
from bot.cogs.discussions import messages as discussion_messages
from bot.cogs.duels import messages as duel_messages
from bot.cogs.duels.cog import DuelsCog
from bot.cogs.evenings import posts as evening_posts
from bot.cogs.events import messages as event_messages
from bot.cogs.exams.cog import ExamsCog
from bot.cogs.groups import messages as group_messages
from bot.cogs.groups.cog import GroupsCog
from bot.cogs.guide.cog import GuideCog
from bot.cogs.help.cog import HelpCog
from bot.cogs.leagues import messages as league_messages
from bot.cogs.leagues.cog import LeaguesCog
from bot.cogs.live import announcements as live_announcements
from bot.cogs.live import posts as live_posts
from bot.cogs.live.cog import LiveCog
from bot.cogs.live.host import LiveHost
from bot.cogs.plans.cog import PlansCog
from bot.cogs.privacy.cog import PrivacyCog
from bot.cogs.progress.cog import ProgressCog
from bot.cogs.questions.cog import QuestionsCog
from bot.cogs.quizzes.cog import QuizzesCog
from bot.cogs.reminders.cog import RemindersCog
from bot.cogs.reminders.sender import ReminderSender
from bot.cogs.reviews.cog import ReviewsCog
from bot.cogs.seasons import messages as season_messages
from bot.cogs.settings.cog import SettingsCog
from bot.cogs.shares import messages as share_messages
from bot.cogs.standings.cog import StandingsCog
from bot.cogs.streaks import partners as streak_partners
from bot.cogs.streaks.cog import StreaksCog
from bot.cogs.study.cog import StudyCog
from bot.cogs.ui import handlers
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.delivery import LOST, describe, patience
from bot.cogs.ui.errors import report
from bot.cogs.ui.intake import action_of
from bot.cogs.ui.line import Line
from bot.cogs.ui.now import now
from bot.cogs.ui.outgoing import Outgoing
from bot.cogs.ui.reconciler import Reconciler, Renderer
from bot.cogs.welcome import messages as welcome_messages
from bot.config import Settings
from bot.jobs import Tick
from bot.services import Services
from bot.services.posts import by_kind
from bot.storage.engine import Database, DatabaseFailed
from bot.storage.postgres import ProcessTurn
from bot.storage.turns import Turns
from bot.study.questions import Pack

log = logging.getLogger(__name__)

IDENTIFY_SECONDS = 5.0
"""Seconds between two sessions in one of Discord's identify buckets."""
CONNECT_SECONDS = 180.0
"""The library's timeout for connecting a shard that does not wait for others."""

handlers.enter_all()


RENDERERS: Mapping[str, Renderer] = by_kind(
    module.RENDERERS
    for module in (
        season_messages,
        group_messages,
        league_messages,
        competition_posts,
        duel_messages,
        live_posts,
        daily_messages,
        streak_partners,
        discussion_messages,
        welcome_messages,
        share_messages,
        evening_posts,
        event_messages,
        live_announcements,
    )
)
"""How to render each kind of post, because `services.posts` does not know features. A test checks that no kind is
missing."""


class Cohort(StudyBot):
    """The bot. The caller opens the database before starting it, and closes the database afterward."""

    def __init__(self, services: Services, settings: Settings, *, shard_count: int | None = None) -> None:
        shards: dict[str, Any] = {"shard_count": shard_count or settings.shard_count}
        if settings.shard_ids is not None:
            shards["shard_ids"] = sorted(settings.shards.ids)
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            # If all processes start at once, a shard may have to wait for all others.
            shard_connect_timeout=CONNECT_SECONDS + IDENTIFY_SECONDS * (settings.shard_count or 1),
            **shards,
        )
        self.services = services
        self.settings = settings
        self.outgoing = Outgoing(self, per_second=settings.posts_per_second, share=services.db.shards.share)
        self.reconciler = Reconciler(self, self.outgoing, RENDERERS)
        self.live_host = LiveHost(services.live_steps, self.reconciler)
        self.poster = Poster(self, self.outgoing, self.reconciler)
        self.reminder_sender = ReminderSender(self, self.outgoing)
        self.role_giver = RoleGiver(self, self.outgoing)
        self.lines: tuple[Line[Any], ...] = (self.reconciler.line, self.reminder_sender.line, self.role_giver.line)
        self.turns = Turns(services.db.url) if services.db.shared else None
        self._buckets = 0
        self._servers_noted = False
        """Whether our record of the servers we are in matches Discord."""
        self.tree.error(self._command_failed)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for our turn among all shards of all processes that may share the bot."""
        if self.turns is None:
            return await super().before_identify_hook(shard_id, initial=initial)
        try:
            if not self._buckets:
                _, _, limit = await self.http.get_bot_gateway()
                self._buckets = limit["max_concurrency"]
            await self.turns.take(ProcessTurn.IDENTIFYING, (shard_id or 0) % self._buckets, keep=IDENTIFY_SECONDS)
        except DatabaseFailed as error:
            log.warning("a shard identifies without waiting for its turn: %s", error)
            await super().before_identify_hook(shard_id, initial=initial)

    async def close(self) -> None:
        if self.turns is not None:
            await self.turns.close()
        await super().close()

    async def add_commands(self) -> None:
        """Fill the command tree, which needs no connection."""
        for cog in self._cogs():
            await self.add_cog(cog)

    async def setup_hook(self) -> None:
        await self.add_commands()
        if self.services.db.shards.direct_messages:
            # The commands belong to the whole bot: one process registers them, and the others fetch their ids.
            self.mentions.learn(await self.tree.sync())
        else:
            await self._learn_mentions()

    async def _learn_mentions(self) -> None:
        try:
            async with patience():
                self.mentions.learn(await self.tree.fetch_commands())
        except (discord.HTTPException, *LOST) as error:
            log.warning("commands are shown without links until the next start: %s", describe(error))

    def _cogs(self) -> tuple[commands.Cog, ...]:
        return (
            AnswersCog(self),
            AwardsCog(self),
            CompetitionsCog(self),
            DailiesCog(self, self.poster),
            DuelsCog(self),
            ExamsCog(self),
            GroupsCog(),
            GuideCog(self),
            HelpCog(),
            StudyCog(),
            LeaguesCog(self),
            LiveCog(self),
            PlansCog(self),
            PrivacyCog(self),
            ProgressCog(self),
            QuestionsCog(self),
            QuizzesCog(self),
            RemindersCog(self, self.reminder_sender),
            ReviewsCog(self),
            SettingsCog(self),
            StandingsCog(),
            StreaksCog(self),
        )

    async def recover(self, at: datetime) -> None:
        """Finish at startup what the last run left incomplete."""
        await self.services.exams.grade_waiting(at)
        for line in self.lines:
            await line.recover(at)

    def ticks(self) -> Mapping[str, Tick]:
        """Return the ticks by name. `bot.jobs` has their intervals."""
        return {
            "dailies": self.poster.post_due,
            "closes": self.poster.close_due,
            "clock": self.services.bring_back,
            "counts": self.poster.refresh_counts,
            "goals": self.poster.refresh_goals,
            "posts": self.reconciler.tick,
            "seasons": self.services.seasons.close_due,
            "groups": self.services.groups.post_due,
            "competitions": self.services.competition_steps.advance_due,
            "leagues": self.services.leagues.close_due,
            "awards": self.role_giver.tick,
            "duels": self.services.duel_posts.close_due,
            "exams": self.services.exams.submit_due,
            "evenings": self.services.evening_steps.advance_due,
            "live-plans": self.services.live_plans.open_due,
            "live": self.live_host.tick,
            "live-answers": self.services.live_steps.record_closed,
            "promises": self.promises.tick,
            "notifications": self.outgoing.notify_again,
            "reminders": self.reminder_sender.remind_due,
            "servers": self.note_servers,
            "erasures": self.services.erase_due,
            "memory": self.services.memory.fit_due,
            "upkeep": self.services.upkeep.tidy,
        }

    async def look(self, at: datetime) -> Collection[str]:
        """Return the ticks that have work due, out of those that take their work from the database."""
        due = await self.services.due.look(at)
        return due | {"posts"} if self.reconciler.line.waiting else due  # a waiting post may have become urgent

    async def on_guild_join(self, guild: discord.Guild) -> None:
        with self._noted_in_any_case():
            channel = welcome_messages.channel_of(guild)
            await self.services.guilds.joined(guild.id, welcome_in=channel.id if channel else None, at=now())
            if channel is None and guild.text_channels:
                self.outgoing.begin("welcome", guild.id, self._greet_owner(guild.id))

    async def _greet_owner(self, guild_id: int) -> None:
        await self.outgoing.notify(guild_id, (), welcome_messages.no_channel)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        with self._noted_in_any_case():
            await self.services.guilds.left(guild.id, at=now())

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._note_deleted(channel.guild.id, channel.id)

    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        await self._note_deleted(thread.guild_id, thread.thread_id)

    async def _note_deleted(self, guild_id: int, channel_id: int) -> None:
        try:
            await self.services.guilds.channel_deleted(guild_id, channel_id, at=now())
        except DatabaseFailed as error:
            log.warning("a deleted channel will be noticed when one of its posts changes: %s", error)

    async def on_ready(self) -> None:
        log.info("ready: %s servers, %s shards", len(self.guilds), self.shard_count)
        self._servers_noted = False
        with self._noted_in_any_case():
            await self.note_servers(now())

    async def note_servers(self, at: datetime) -> None:
        """Record which servers we are in, unless the record is up to date, because joins and leaves are missed while
        the bot or the database is down."""
        if self._servers_noted or not self.is_ready():
            return
        present = [guild.id for guild in self.guilds]
        await self.services.guilds.reconcile(present, self.services.db.shards.__contains__, at=at)
        self._servers_noted = True

    @contextmanager
    def _noted_in_any_case(self) -> Iterator[None]:
        try:
            yield
        except DatabaseFailed as error:
            self._servers_noted = False
            log.error("the list of the bot's servers will be updated later: %s", error)  # noqa: TRY400  a traceback would add nothing

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Handle buttons, menus and forms; the tree handles commands. Every interaction is answered, even an unknown
        one."""
        data: dict[str, Any] = dict(interaction.data or {})
        if "custom_id" not in data:
            return
        try:
            if await self.intake.take(interaction):
                self.limits.take(action_of(interaction), interaction)
                await handlers.handle(interaction)
        except Exception as error:  # noqa: BLE001  the member gets a reply, whatever the error is
            await report(interaction, error)

    async def _command_failed(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError) -> None:
        await report(interaction, error)


def build(db: Database, packs: Mapping[str, Pack], settings: Settings, *, shard_count: int | None = None) -> Cohort:
    return Cohort(
        Services.over(
            db,
            packs,
            settings.pack,
            erase_after=timedelta(days=settings.erase_after_days),
            backups_kept=settings.backups_kept,
            daily_window=timedelta(minutes=settings.daily_window_minutes),
            web_url=settings.web_url,
            content_dir=settings.content_dir,
        ),
        settings,
        shard_count=shard_count,
    )


@asynccontextmanager
async def web_pages(bot: Cohort, *, at: Callable[[], datetime] = now) -> AsyncIterator[None]:
    """Serve the web pages while the context is open, if they are configured. Raises Unusable."""
    if bot.settings.web_url is None:
        yield
        return
    from bot.web.serving import serving  # imports and compiles templates, which is needed only if there are pages

    def name_of(guild_id: int) -> str | None:
        guild = bot.get_guild(guild_id)
        return guild.name if guild is not None else None

    async with serving(bot.services, bot.settings, name_of=name_of, now=at):
        yield
