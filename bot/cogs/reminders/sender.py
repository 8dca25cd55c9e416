"""Sends the reminders that `services.reminders` has claimed."""

from __future__ import annotations

import logging
from datetime import datetime

import discord

from bot.cogs.reminders import messages
from bot.cogs.ui.cards import Message
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.delivery import LOST, at_least_once, describe, patience
from bot.cogs.ui.layout import layout, walk
from bot.cogs.ui.outgoing import NEAR, Outgoing
from bot.services.reminders import Nudge
from bot.storage.engine import DatabaseFailed
from bot.study.members import ALONE

log = logging.getLogger(__name__)


class ReminderSender:
    """Its tick is called by `bot.jobs`. `pace` is shared with whatever else the bot sends by itself."""

    def __init__(self, bot: StudyBot, outgoing: Outgoing) -> None:
        self.bot = bot
        self.reminders = bot.services.reminders
        self.outgoing = outgoing

    async def remind_due(self, at: datetime) -> None:
        busy = self.outgoing.busy("reminder")
        if room := self.outgoing.room("reminder"):
            for nudge in await self.reminders.claim_due(at, busy=busy, limit=room):
                self.outgoing.begin("reminder", nudge.user_id, self._send(nudge, at))

    async def _send(self, nudge: Nudge, at: datetime) -> None:
        try:
            message = messages.nudge(nudge, self.server_name(nudge.daily.daily.guild_id) if nudge.daily else None)
            async with self.outgoing.pace, patience():
                channel = await self.bot.create_dm(discord.Object(nudge.user_id))
            async with self.outgoing.pace:
                if not await self.reminders.hold(nudge, at=discord.utils.utcnow()):
                    return
                if nudge.fresh or not await self._is_there(channel, nudge, message):
                    view = layout(message, self.bot.mentions)
                    await at_least_once(lambda: channel.send(view=view, nonce=nudge.nonce))
            await self.reminders.note_sent(nudge)
        except discord.Forbidden:
            await self.reminders.note_refused(nudge.user_id, at=at)
        # Sent or not, it is taken up again when its lease runs out, within its hour.
        except (discord.HTTPException, DatabaseFailed, *LOST) as error:
            log.warning(
                "a reminder was not sent, will be tried again: %s", describe(error), extra={"user": nudge.user_id}
            )
        except Exception:
            log.exception("a reminder was not sent", extra={"user": nudge.user_id, "day": str(nudge.day)})

    async def _is_there(self, channel: discord.DMChannel, nudge: Nudge, message: Message) -> bool:
        """Whether an earlier try has arrived after all: known by the title, which names the day."""
        there = self.bot.get_partial_messageable(channel.id)
        found = await self.outgoing.find_message(
            there,
            lambda sent: sent.created_at >= nudge.first_tried_at - NEAR and message.card.title in _titles(sent),
            claimed_at=nudge.first_tried_at,
        )
        return found is not None

    def server_name(self, guild_id: int) -> str | None:
        guild = self.bot.get_guild(guild_id) if guild_id != ALONE else None
        return guild.name if guild is not None else None


def _titles(sent: discord.Message) -> list[str]:
    """The titles of a message; those of earlier versions had theirs in an embed."""
    texts = [part.content for part in walk(sent.components) if isinstance(part, discord.TextDisplay)]
    return [text.rpartition("### ")[2] for text in texts] + [embed.title or "" for embed in sent.embeds]
