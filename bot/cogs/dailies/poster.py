"""Sends what `services.dailies` has claimed, and reports back. The only place that posts a daily; once it is up, the reconciler keeps it
up to date."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

import discord

from bot import metrics
from bot.cogs.answers.custom_ids import FormId
from bot.cogs.dailies import messages
from bot.cogs.ui.access import HISTORY, look_at, look_closely
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.custom_ids import VERSION
from bot.cogs.ui.delivery import LOST, at_least_once, describe
from bot.cogs.ui.in_hand import InHand
from bot.cogs.ui.outgoing import CannotLook, Outgoing, trouble_of
from bot.cogs.ui.reconciler import Reconciler
from bot.services.dailies import Closed, Missed, Post, Problem, Withdrawn
from bot.storage.dailies import Daily, State
from bot.storage.engine import DatabaseFailed
from bot.storage.posts import PostKind
from bot.storage.schedules import Trouble

log = logging.getLogger(__name__)

Key: TypeAlias = tuple[str, int]
"""What is in hand: `post` or `changed` of a daily; `missed` or `problem` of a server."""

LINE = 4.0
"""Seconds' worth of posts that wait in line: while they are sent, the next are claimed, and no claim grows old in line."""
SHORTEST, BATCH = 32, 500
"""How many that is at least, and at most."""
COUNTS, COUNTS_WHEN_BUSY = 400, 20
"""How many posts' numbers are brought up to date by one tick."""
BUSY = 8
"""Members who wait for a reply at one moment; on an ordinary day it is none or one."""


class Poster:
    """Its ticks are called by `bot.jobs`; each takes the time as an argument. They begin what is due and do not wait for Discord:
    what they have begun is in hand until it is done."""

    def __init__(self, bot: StudyBot, outgoing: Outgoing, reconciler: Reconciler) -> None:
        self.bot = bot
        self.outgoing = outgoing
        self.reconciler = reconciler
        self.dailies = bot.services.dailies
        self._hand = InHand("daily")
        self._sending: set[int] = set()
        self._at_sending: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._in_line: dict[int, Daily] = {}
        """Claims that wait for their turn, so that nothing of them can be on its way to Discord."""
        self._counted = 0
        """The daily whose number was brought up to date last: the next tick goes on from there, so that each has its turn."""
        self._claiming = asyncio.Lock()
        self._stopping = False

    # -- ticks

    async def post_due(self, at: datetime) -> None:
        """Post what is due, and take up again what was claimed and never noted as posted: as many as can be sent soon."""
        async with self._claiming:
            if room := self._room():
                self._begin_all(await self.dailies.claim_due(at, limit=room), at)
            if room := self._room():
                self._begin_all(await self.dailies.recover(at, limit=room, busy=self._busy()), at)

    async def recover(self, at: datetime) -> None:
        """At the start: finish what the last run left half done."""
        async with self._claiming:
            self._begin_all(await self.dailies.recover(at, starting=True, busy=self._busy()), at)

    async def close_due(self, at: datetime) -> None:
        """Settle what is past its close, and begin to show the answers."""
        for closed in await self.dailies.close_due(at):
            self._begin(("changed", closed.daily.id), partial(self._tell_changed, closed))
        await self.reconciler.tick(at)

    async def refresh_counts(self, at: datetime) -> None:
        """Bring numbers up to date: few at a time while members wait for answers, for such an edit costs as much as two of those."""
        limit = COUNTS if self.bot.intake.in_hand < BUSY else COUNTS_WHEN_BUSY
        self._counted = await self.dailies.refresh_counts(at, limit=limit, after=self._counted)
        await self.reconciler.tick(at)

    async def finished(self) -> None:
        """Wait until nothing is in hand."""
        await self._hand.finished()
        await self.outgoing.hand.finished()

    # -- the end

    async def stop(self, within: float) -> int:
        """Nothing begins any more; what is on its way to Discord may finish, in seconds, and is given up then. How many that were."""
        self._stopping = True
        return await self._hand.stop(within, waiting={("post", daily_id) for daily_id in self._in_line})

    async def hand_over(self) -> None:
        """At the end, when the ticks have been given up: what was still in line is another process's, and at once."""
        if not (waiting := list(self._in_line.values())):
            return
        log.info("%s posts in line are left to another process", len(waiting))
        try:
            await self.dailies.let_go(waiting, at=discord.utils.utcnow())
        except DatabaseFailed as error:
            log.warning("they wait until their leases run out: %s", error)

    # -- posting

    def _room(self) -> int:
        per_second = self.outgoing.pace.per_second
        most = BATCH if per_second is None else min(BATCH, max(SHORTEST, round(LINE * per_second)))
        return 0 if self._stopping else max(0, most - len(self._in_line))

    def _busy(self) -> set[int]:
        return self._sending | self._in_line.keys()

    def _begin_all(self, outcomes: Iterable[Post | Missed | Problem], at: datetime) -> None:
        for outcome in outcomes:
            match outcome:
                case Post(daily=daily) if daily.id in self._busy():
                    continue  # a manager posts it
                case Post(daily=daily):
                    key: Key = ("post", daily.id)
                    self._in_line[daily.id] = daily
                case Missed():
                    key = ("missed", outcome.guild_id)
                case Problem():
                    key = ("problem", outcome.guild_id)
            self._begin(key, partial(self._deal_with, outcome, at))

    def _begin(self, key: Key, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if key not in self._hand and not self._stopping:
            self._hand.begin(key, work())

    async def _deal_with(self, outcome: Post | Missed | Problem, at: datetime) -> None:
        guild_id = outcome.daily.guild_id if isinstance(outcome, Post) else outcome.guild_id
        try:
            match outcome:
                case Post():
                    await self.post(outcome, at)
                case Missed():
                    await self.tell_missed(outcome)
                case Problem():
                    await self.tell_problem(outcome)
        # One server's failure never touches another; its claim is taken up again when the lease runs out.
        except DatabaseFailed as error:
            log.error("posting failed: %s", error, extra={"guild": guild_id})  # noqa: TRY400  the sentence says it all
        except Exception:
            log.exception("posting failed", extra={"guild": guild_id})

    async def post(self, post: Post, at: datetime) -> discord.PartialMessage | None:
        """Send a claimed daily, unless it is up already; where it is, or None if it could not be sent."""
        # Whoever takes a claim over from a sender in this process waits for the other's end: that one no longer holds it, and
        # may have sent it all the same.
        async with self._at_sending.setdefault(post.daily.id, asyncio.Lock()):
            return await self._post(post, at)

    async def _post(self, post: Post, at: datetime) -> discord.PartialMessage | None:
        daily = post.daily
        self._sending.add(daily.id)
        self._in_line[daily.id] = daily
        began = perf_counter()
        try:
            async with self.outgoing.pace:
                del self._in_line[daily.id]
                channel = self.bot.get_partial_messageable(daily.channel_id, guild_id=daily.guild_id)
                if not await self.dailies.hold(daily, at=discord.utils.utcnow()):
                    up = await self.dailies.message_of(daily)
                    return channel.get_partial_message(up) if up is not None else None
                certain = post.fresh and not post.late and not post.paused
                message_id = None if certain else await self._find(channel, post)
                if message_id is None and post.late:
                    await self._give_up(post, at)
                    return None
                if message_id is None and post.paused:
                    await self.dailies.note_paused(daily, at=at)
                    return None
                outcome = "found" if message_id is not None else "sent"
                blind = HISTORY in look_at(self.bot, daily.guild_id, daily.channel_id).missing
                if message_id is None:
                    if blind:
                        await self._warn(post, at)
                    message_id = await self._send(channel, post)
                await self.dailies.note_posted(daily, daily.channel_id, message_id, at=at, blind=blind)
                metrics.POSTS.labels(outcome).inc()
                metrics.POST_DELAY.observe((at - daily.claimed_at).total_seconds() + perf_counter() - began)
                return channel.get_partial_message(message_id)
        except CannotLook:
            metrics.POSTS.labels("failed").inc()
            await self._refused(post, Trouble.NO_HISTORY, at)
        except (discord.HTTPException, *LOST) as error:
            metrics.POSTS.labels("failed").inc()
            if (trouble := trouble_of(error)) is None:
                # Discord's own illness, or the line's: sent or not, the claim is taken up again when its lease runs out.
                log.warning("daily not sent, will be tried again: %s", describe(error), extra={"guild": daily.guild_id})
            else:
                log.warning("daily refused: %s", error, extra={"guild": daily.guild_id, "daily": daily.id})
                await self._refused(post, trouble, at)
        finally:
            self._sending.discard(daily.id)
        return None

    async def _warn(self, post: Post, at: datetime) -> None:
        """Tell the managers, beside the post, that it could not be found again if the bot lost sight of it."""
        if (problem := await self.dailies.note_blind(post.daily, at=at)) is not None:
            self._begin(("problem", problem.guild_id), partial(self._deal_with, problem, at))

    async def note_access(self, guild: discord.Guild) -> None:
        """Discord has told of a change in who may do what: what was given back is told of again once it is lost again."""
        try:
            channel_id = await self.dailies.blind_in(guild.id)
            access = look_at(self.bot, guild.id, channel_id) if channel_id is not None else None
            if access is not None and access.looked_at and HISTORY not in access.missing:
                await self.dailies.note_seeing(guild.id)
        except DatabaseFailed as error:
            log.warning("a permission that was given back is noted at the next post: %s", error)

    async def _send(self, channel: discord.PartialMessageable, post: Post) -> int:
        message = messages.post(post)
        guild, role_id = self.bot.get_guild(post.daily.guild_id), post.daily.role_id
        if role_id and guild is not None and not guild.unavailable and guild.get_role(role_id) is None:
            role_id = None  # deleted since: its mention would ping nobody and read as an unknown role
        sent = await at_least_once(
            lambda: channel.send(
                content=f"<@&{role_id}>" if role_id else None,
                embed=message.embed,
                view=message.view() or discord.utils.MISSING,
                nonce=post.nonce,
                allowed_mentions=discord.AllowedMentions(
                    everyone=False, users=False, roles=[discord.Object(role_id)] if role_id else False
                ),
            )
        )
        assert sent is not None, "only interactions are answered before"
        return sent.id

    async def _find(self, channel: discord.PartialMessageable, post: Post) -> int | None:
        """The post of a daily in its channel, known by the daily's id on its buttons. Raises CannotLook."""
        daily = post.daily
        letters, form = f"{VERSION}:answer:{daily.id}:", str(FormId(daily.id))
        return await self.outgoing.find(
            channel,
            lambda custom_id: custom_id == form or custom_id.startswith(letters),
            claimed_at=daily.claimed_at,
        )

    async def _refused(self, post: Post, trouble: Trouble, at: datetime) -> None:
        if post.late:
            await self._give_up(post, at)
        elif post.paused:
            await self.dailies.note_paused(post.daily, at=at)
        elif (problem := await self.dailies.note_refused(post.daily, trouble, at=at)) is not None:
            await self.tell_problem(problem)

    async def _give_up(self, post: Post, at: datetime) -> None:
        if (missed := await self.dailies.give_up(post.daily, at=at)) is not None:
            await self.tell_missed(missed)

    async def was_deleted(self, daily: Daily) -> bool:
        """Find out whether an open daily's post was deleted, by bringing it up to date: that needs no permission to read."""
        if daily.state is not State.POSTED or daily.message_id is None:
            return False
        await self.reconciler.refresh(PostKind.DAILY, daily.id)
        return await self.dailies.message_of(daily) is None

    # -- telling the managers

    async def tell_missed(self, missed: Missed) -> None:
        metrics.POSTS.labels("missed").inc()
        await self.outgoing.tell(missed.guild_id, [missed.set_by], lambda server: messages.missed(missed, server))

    async def _tell_changed(self, closed: Closed | Withdrawn) -> None:
        await self.outgoing.tell(
            closed.daily.guild_id, [closed.set_by], lambda server: messages.changed(closed, server)
        )

    async def tell_problem(self, problem: Problem) -> None:
        """Once for each trouble; where nobody can be told, it stands in the log and in `/daily status` alone."""
        if not problem.first:
            return
        access = await look_closely(self.bot, problem.guild_id, problem.channel_id)
        if await self.outgoing.tell(
            problem.guild_id, [problem.set_by], lambda server: messages.problem(problem, server, access)
        ):
            await self.dailies.note_told(problem.guild_id)
