"""Ends the duels whose time is up, and keeps the message of each challenge up to date."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

import discord

from bot.cogs.duels import messages
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.delivery import LOST, PATIENCE, describe
from bot.cogs.ui.outgoing import Outgoing
from bot.services.duel_scenes import Scene

log = logging.getLogger(__name__)


class DuelFollower:
    """Its tick is called by `bot.jobs`. To edit a message twice does no harm, so that two processes may overlap."""

    def __init__(self, bot: StudyBot, outgoing: Outgoing) -> None:
        self.bot = bot
        self.outgoing = outgoing
        self.duels = bot.services.duel_posts

    async def tick(self, at: datetime) -> None:
        await self.duels.close_due(at)
        if room := self.outgoing.room("duel"):
            for scene in await self.duels.take_unshown(at, limit=room, busy=self.outgoing.busy("duel")):
                self.outgoing.begin("duel", scene.duel.id, self._show(scene, at))

    async def _show(self, scene: Scene, at: datetime) -> None:
        duel = scene.duel
        about = {"guild": duel.guild_id, "duel": duel.id}
        assert duel.message_id is not None, "there is a message to edit"
        message = messages.post(scene)
        try:
            async with self.outgoing.pace, asyncio.timeout(PATIENCE):
                channel = self.bot.get_partial_messageable(duel.channel_id, guild_id=duel.guild_id)
                await channel.get_partial_message(duel.message_id).edit(embed=message.embed, view=message.view())
            await self.duels.note_shown(scene)
        except (discord.NotFound, discord.Forbidden) as error:
            log.warning("duel cannot be shown: %s", error, extra=about)
            await self.duels.note_unshowable(scene, at=at)
        except (discord.HTTPException, *LOST) as error:
            log.warning("duel not shown yet: %s", describe(error), extra=about)
        except Exception:
            log.exception("duel not shown", extra=about)
