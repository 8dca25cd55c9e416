"""Sends what `services.dailies` has claimed, and reports back. The only place that posts a daily."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime
from time import perf_counter

import discord

from bot import metrics
from bot.cogs.answers.custom_ids import FormId
from bot.cogs.dailies import messages
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.custom_ids import VERSION
from bot.cogs.ui.delivery import LOST, at_least_once, describe
from bot.cogs.ui.outgoing import CannotLook, Outgoing, trouble_of
from bot.cogs.ui.replies import Message
from bot.services.dailies import Closed, Missed, Post, Problem
from bot.storage.dailies import Daily
from bot.storage.engine import DatabaseFailed
from bot.storage.schedules import Trouble

log = logging.getLogger(__name__)


class Poster:
    """Its ticks are called by `bot.jobs`; each takes the time as an argument and may overlap with none of its own kind."""

    def __init__(self, bot: StudyBot, outgoing: Outgoing) -> None:
        self.bot = bot
        self.outgoing = outgoing
        self.dailies = bot.services.dailies
        self._sending: set[int] = set()
        self._in_line: dict[int, Daily] = {}
        """Those of them that wait for their turn, so that nothing of them can be on its way to Discord."""

    # -- ticks

    async def post_due(self, at: datetime) -> None:
        """Post what is due, and take up again what was claimed and never noted as posted."""
        await self.close_due(at)
        await self._deal_with(await self.dailies.recover(at), at)
        await self._deal_with(await self.dailies.claim_due(at), at)

    async def recover(self, at: datetime) -> None:
        """At the start: finish what the last run left half done."""
        await self._deal_with(await self.dailies.recover(at, starting=True), at)

    async def close_due(self, at: datetime) -> None:
        await asyncio.gather(*(self._close(closed) for closed in await self.dailies.close_due(at)))

    async def refresh_counts(self, _at: datetime) -> None:
        await asyncio.gather(*(self._refresh(post) for post in await self.dailies.stale_counts()))

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

    async def _deal_with(self, outcomes: Iterable[Post | Missed | Problem], at: datetime) -> None:
        await asyncio.gather(*(self._deal_with_one(outcome, at) for outcome in outcomes))

    async def _deal_with_one(self, outcome: Post | Missed | Problem, at: datetime) -> None:
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
        daily = post.daily
        if daily.id in self._sending:
            return None
        self._sending.add(daily.id)
        self._in_line[daily.id] = daily
        began = perf_counter()
        try:
            async with self.outgoing.pace:
                del self._in_line[daily.id]
                if not await self.dailies.hold(daily, at=discord.utils.utcnow()):
                    return None
                channel = self.bot.get_partial_messageable(daily.channel_id, guild_id=daily.guild_id)
                message_id = None if post.fresh and not post.late else await self._find(channel, post)
                if message_id is None and post.late:
                    await self._give_up(post, at)
                    return None
                outcome = "found" if message_id is not None else "sent"
                if message_id is None:
                    message_id = await self._send(channel, post)
                await self.dailies.note_posted(daily, daily.channel_id, message_id, at=at)
                metrics.POSTS.labels(outcome).inc()
                metrics.POST_DELAY.observe((at - daily.claimed_at).total_seconds() + perf_counter() - began)
                return channel.get_partial_message(message_id)
        except CannotLook:
            metrics.POSTS.labels("failed").inc()
            await self._refused(post, Trouble.NO_PERMISSION, at)
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

    async def _send(self, channel: discord.PartialMessageable, post: Post) -> int:
        message = messages.post(post)
        role_id = post.daily.role_id
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
        elif (problem := await self.dailies.note_refused(post.daily, trouble, at=at)) is not None:
            await self.tell_problem(problem)

    async def _give_up(self, post: Post, at: datetime) -> None:
        if (missed := await self.dailies.give_up(post.daily, at=at)) is not None:
            await self.tell_missed(missed)

    # -- closing and counting

    async def _close(self, closed: Closed) -> None:
        daily = closed.daily
        try:
            if daily.message_id is not None:
                async with self.outgoing.pace:
                    await self._edit(daily.channel_id, daily.message_id, messages.closed(closed))
            await self.dailies.note_closed(daily.id)
        except (discord.NotFound, discord.Forbidden) as error:
            # Deleted, or out of reach: the daily is closed all the same.
            log.warning("closed daily not shown: %s", error, extra={"guild": daily.guild_id, "daily": daily.id})
            await self.dailies.note_closed(daily.id)
        except (discord.HTTPException, DatabaseFailed, *LOST) as error:
            log.warning(
                "closing failed, will be tried again: %s",
                describe(error),
                extra={"guild": daily.guild_id, "daily": daily.id},
            )
        except Exception:
            log.exception("closing failed, will be tried again", extra={"guild": daily.guild_id, "daily": daily.id})

    async def _refresh(self, post: Post) -> None:
        daily = post.daily
        try:
            if daily.message_id is not None:
                async with self.outgoing.pace.spare():
                    await self._edit(daily.channel_id, daily.message_id, messages.post(post))
        except (discord.NotFound, discord.Forbidden) as error:
            # Deleted, or out of reach: there is nothing to show a number on.
            log.warning("count not shown: %s", error, extra={"guild": daily.guild_id, "daily": daily.id})
        except (discord.HTTPException, *LOST) as error:
            log.warning("count not shown yet: %s", describe(error), extra={"guild": daily.guild_id, "daily": daily.id})
            await self.dailies.count_again(daily.id)

    async def _edit(self, channel_id: int, message_id: int, message: Message) -> None:
        there = self.bot.get_partial_messageable(channel_id).get_partial_message(message_id)
        await at_least_once(lambda: there.edit(embed=message.embed, view=message.view()))

    # -- telling the managers

    async def tell_missed(self, missed: Missed) -> None:
        metrics.POSTS.labels("missed").inc()
        await self.outgoing.tell(missed.guild_id, [missed.set_by], lambda server: messages.missed(missed, server))

    async def tell_problem(self, problem: Problem) -> None:
        """Once for each trouble; where nobody can be told, it stands in the log and in `/daily status` alone."""
        if problem.first and await self.outgoing.tell(
            problem.guild_id, [problem.set_by], lambda server: messages.problem(problem, server)
        ):
            await self.dailies.note_told(problem.guild_id)
