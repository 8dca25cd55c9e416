"""Sends the reminders that `services.reminders` has claimed."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

import discord

from bot.cogs.reminders import messages
from bot.cogs.ui.cards import Message
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.delivery import accepts_no_messages, at_least_once, describe, patience
from bot.cogs.ui.layout import layout, walk
from bot.cogs.ui.line import Errands, Held, Line
from bot.cogs.ui.now import now
from bot.cogs.ui.outgoing import NEAR, Outgoing
from bot.services.leases import is_fresh
from bot.services.reminders import Nudge
from bot.study.members import ALONE

log = logging.getLogger(__name__)


class ReminderSender:
    """Sends reminders by direct message; `bot.jobs` calls its tick."""

    def __init__(self, bot: StudyBot, outgoing: Outgoing) -> None:
        self.bot = bot
        self.reminders = bot.services.reminders
        self.outgoing = outgoing
        leasing = self.reminders.leasing
        self.line = Line(
            outgoing,
            Errands(
                "reminder",
                key=lambda nudge: nudge.user_id,
                acquire=lambda at, room, busy: self.reminders.claim_due(at, busy=busy, limit=room),
                do=self._send,
                failed=self._failed,
                release=lambda nudges, at: leasing.release([nudge.lease for nudge in nudges], at=at),
                release_all=lambda at, busy: leasing.release_all(at, busy=busy),
            ),
        )

    async def remind_due(self, at: datetime) -> None:
        await self.line.tick(at)

    async def _send(self, held: Held[Nudge]) -> None:
        nudge = await self._as_it_is(held.item)
        if not nudge.has_reason:
            await self.reminders.note_sent(nudge)
            return
        message = messages.nudge(nudge, self.server_name(nudge.daily.daily.guild_id) if nudge.daily else None)
        async with patience():
            channel = await self.bot.create_dm(discord.Object(nudge.user_id))
        async with self.outgoing.pace:
            if (lease := await self.reminders.leasing.hold(nudge.lease, at=now())) is None:
                return
        nudge = replace(nudge, lease=lease)
        held.item = nudge
        if is_fresh(lease, now()) or not await self._is_there(channel, nudge, message):
            view = layout(message, self.bot.mentions)
            await at_least_once(lambda: channel.send(view=view, nonce=nudge.nonce))
        await self.reminders.note_sent(nudge)

    async def _as_it_is(self, nudge: Nudge) -> Nudge:
        """Leave out the daily of a server that the member has left, of which Discord does not notify us."""
        if nudge.daily is None:
            return nudge
        guild = self.bot.get_guild(nudge.daily.daily.guild_id)
        gone = guild is not None and not guild.unavailable and await self.outgoing.has_left(guild, nudge.user_id)
        return replace(nudge, daily=None) if gone else nudge

    async def _failed(self, nudge: Nudge, error: BaseException | None) -> None:
        if error is not None and accepts_no_messages(error):
            await self.reminders.note_refused(nudge.user_id, at=now())
            return
        if error is not None:  # it may have arrived all the same; it is retried within its hour
            log.warning("a reminder was not sent, will be retried: %s", describe(error), extra={"user": nudge.user_id})
        await self.reminders.leasing.fail(nudge.lease, at=now())

    async def _is_there(self, channel: discord.DMChannel, nudge: Nudge, message: Message) -> bool:
        """Return whether an earlier attempt arrived. The reminder is recognized by its title, which names the day."""
        there = self.bot.get_partial_messageable(channel.id)
        found = await self.outgoing.find_message(
            there,
            lambda sent: sent.created_at >= nudge.lease.first_tried_at - NEAR and message.card.title in _titles(sent),
            claimed_at=nudge.lease.first_tried_at,
        )
        return found is not None

    def server_name(self, guild_id: int) -> str | None:
        guild = self.bot.get_guild(guild_id) if guild_id != ALONE else None
        return guild.name if guild is not None else None


def _titles(sent: discord.Message) -> list[str]:
    """Return the titles of a message; earlier versions had theirs in an embed."""
    texts = [part.content for part in walk(sent.components) if isinstance(part, discord.TextDisplay)]
    return [text.rpartition("### ")[2] for text in texts] + [embed.title or "" for embed in sent.embeds]
