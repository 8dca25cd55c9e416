"""The ticks of dailies. `services.dailies` claims and closes; the reconciler sends and edits."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

import discord

from bot import metrics
from bot.cogs.dailies import messages
from bot.cogs.ui.access import HISTORY, look_at, look_closely
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.outgoing import Outgoing
from bot.cogs.ui.reconciler import Reconciler
from bot.services.dailies import DailyPost, Missed, Problem
from bot.services.daily_closes import Closed, Withdrawn
from bot.storage.dailies import Daily
from bot.storage.engine import DatabaseFailed
from bot.storage.posts import PostKind
from bot.study.dailies import DailyState
from bot.study.goals import GoalProgress

log = logging.getLogger(__name__)

COUNTS, COUNTS_WHEN_BUSY = 400, 20
"""How many answer counts one tick updates, normally and when the bot is busy."""
BUSY = 8
"""The bot counts as busy when this many members wait for a reply; usually, at most one does."""


class Poster:
    """Claims, closes and updates dailies. `bot.jobs` calls its ticks, which take the time as an argument and never wait
    for Discord."""

    def __init__(self, bot: StudyBot, outgoing: Outgoing, reconciler: Reconciler) -> None:
        self.bot = bot
        self.outgoing = outgoing
        self.reconciler = reconciler
        self.dailies = bot.services.dailies
        self._goals: Mapping[int, GoalProgress] = {}
        """What the posts of open dailies show of their server's goal, by daily, as far as this process knows."""
        self._counted = 0
        """The last daily whose count was updated. The next tick continues after it, so that none is left out."""

    # -- ticks

    async def post_due(self, at: datetime) -> None:
        """Claim as many due dailies as can be sent soon, and begin to send them."""
        if room := self.reconciler.room(at):
            for outcome in await self.dailies.claim_due(at, limit=room):
                match outcome:
                    case Missed() if outcome.schedule not in self.outgoing.busy("missed"):
                        self.outgoing.begin("missed", outcome.schedule, self._tell_missed(outcome))
                    case Problem() if outcome.schedule not in self.outgoing.busy("problem"):
                        self.outgoing.begin("problem", outcome.schedule, self._tell_problem(outcome))
        await self.reconciler.tick(at)

    async def close_due(self, at: datetime) -> None:
        """Settle the dailies past their close, and begin to show the answers."""
        for closed in await self.dailies.close_due(at):
            self.outgoing.begin("changed", closed.daily.id, self._tell_changed(closed))
        await self.reconciler.tick(at)

    async def refresh_counts(self, at: datetime) -> None:
        """Update answer counts: only a few at a time while members wait, because one edit costs as much as two
        replies."""
        limit = COUNTS if self.bot.intake.in_progress < BUSY else COUNTS_WHEN_BUSY
        self._counted = await self.dailies.refresh_counts(at, limit=limit, after=self._counted)
        await self.reconciler.tick(at)

    async def refresh_goals(self, at: datetime) -> None:
        """Update the weekly goals on open posts, because answers to quizzes count towards them but touch no daily."""
        self._goals = await self.bot.services.goals.refresh(self._goals, at=at)

    async def finished(self) -> None:
        """Wait until no send is in progress."""
        await self.outgoing.tasks.finished()

    # -- for managers

    async def post(self, post: DailyPost) -> discord.PartialMessage | None:
        """Send a claimed daily now, unless it is already posted; return its message, or None if it could not be sent."""
        await self.reconciler.show(PostKind.DAILY, post.daily.id)
        daily = await self.dailies.get(post.daily.id)
        if daily is None or daily.message_id is None:
            return None
        channel = self.bot.get_partial_messageable(daily.channel_id, guild_id=daily.guild_id)
        return channel.get_partial_message(daily.message_id)

    async def was_deleted(self, daily: Daily) -> bool:
        """Return whether an open daily's post was deleted. Edits the post to find out, which needs no permission
        to read."""
        if daily.state is not DailyState.POSTED or daily.message_id is None:
            return False
        await self.reconciler.show(PostKind.DAILY, daily.id, again=True)
        now = await self.dailies.get(daily.id)
        return now is None or now.message_id is None

    async def note_access(self, guild: discord.Guild) -> None:
        """Record changed permissions, so that a solved problem is reported again if it comes back."""
        try:
            for schedule in await self.dailies.blind_in(guild.id):
                access = look_at(self.bot, guild.id, schedule.channel_id)
                if access.looked_at and HISTORY not in access.missing:
                    await self.dailies.note_seeing(schedule.key)
        except DatabaseFailed as error:
            log.warning("a restored permission will be recorded at the next post: %s", error)

    # -- notifying the managers

    async def _tell_missed(self, missed: Missed) -> None:
        metrics.POSTS.labels(PostKind.DAILY.value, "missed").inc()
        await self.outgoing.notify(missed.guild_id, [missed.set_by], lambda server: messages.missed(missed, server))

    async def _tell_changed(self, closed: Closed | Withdrawn) -> None:
        await self.outgoing.notify(
            closed.daily.guild_id, [closed.set_by], lambda server: messages.changed(closed, server)
        )

    async def _tell_problem(self, problem: Problem) -> None:
        """Report each problem once; if nobody can be reached, only the log and `/daily status` show it."""
        if not problem.first:
            return
        access = await look_closely(self.bot, problem.guild_id, problem.channel_id)
        if await self.outgoing.tell(
            problem.guild_id, [problem.set_by], lambda server: messages.problem(problem, server, access)
        ):
            await self.dailies.note_reported(problem.schedule)
