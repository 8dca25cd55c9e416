"""Shows in its channel what a live round has come to. The only place that posts one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

import discord
from discord.utils import MISSING

from bot.cogs.live import posts
from bot.cogs.live.custom_ids import LiveJoinId, LiveLookBackId
from bot.cogs.ui.access import look_closely
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.delivery import LOST, UNKNOWN_MESSAGE, at_least_once, describe
from bot.cogs.ui.outgoing import CannotLook, Outgoing, trouble_of
from bot.cogs.ui.pictures import Picture
from bot.cogs.ui.podium import podium
from bot.cogs.ui.replies import Message
from bot.services.live_steps import Scene
from bot.storage.engine import DatabaseFailed
from bot.storage.schedules import Trouble
from bot.study.live import REFRESH_EVERY

log = logging.getLogger(__name__)

WAIT = 0.8
"""Seconds that a tick waits for its edits. One that takes longer goes on beside the next tick: a channel in which Discord is slow
must not hold up the clocks of the others."""


class LiveHost:
    """Its tick is called by `bot.jobs`; it takes the time as an argument, and does not overlap with itself."""

    def __init__(self, bot: StudyBot, outgoing: Outgoing) -> None:
        self.bot = bot
        self.outgoing = outgoing
        self.steps = bot.services.live_steps
        self._showing: dict[int, asyncio.Task[None]] = {}
        self._resumed = False

    async def tick(self, at: datetime) -> None:
        """Go on with what is due, and show what has changed. The first tick takes up what the last run left, before anything of it
        is taken for due."""
        if not self._resumed:
            await self.steps.resume(at)
            self._resumed = True
        await self.steps.advance_due(at)
        for scene in await self.steps.outdated(at, self._showing):
            task = asyncio.create_task(self._show(scene), name=f"live-{scene.live.id}")
            self._showing[scene.live.id] = task
            task.add_done_callback(partial(self._done, scene.live.id))
        if self._showing:
            await asyncio.wait(self._showing.values(), timeout=WAIT)

    def _done(self, live_id: int, _task: asyncio.Task[None]) -> None:
        del self._showing[live_id]

    async def shown(self) -> None:
        """Wait until every edit in hand is done."""
        while self._showing:
            await asyncio.wait(self._showing.values())

    async def _show(self, scene: Scene) -> None:
        about = {"guild": scene.live.guild_id, "live": scene.live.id}
        try:
            opened_at = await self._put(scene)
            await self.steps.note_shown(scene, opened_at=opened_at, at=discord.utils.utcnow())
        except CannotLook:
            await self._unreachable(scene, Trouble.NO_PERMISSION)
        except (discord.HTTPException, *LOST) as error:
            if isinstance(error, discord.NotFound) and error.code == UNKNOWN_MESSAGE:
                await self.steps.note_deleted(scene, at=discord.utils.utcnow())
            elif (trouble := trouble_of(error)) is None:
                # Discord's own illness, or the line's: the clock of this part has not begun.
                log.warning("live round not shown yet: %s", describe(error), extra=about)
                await self.steps.note_unshown(scene, at=discord.utils.utcnow())
            else:
                log.warning("live round refused: %s", error, extra=about)
                await self._unreachable(scene, trouble)
        # One round's failure never touches another; its message is taken up again when the lease runs out.
        except DatabaseFailed as error:
            log.error("live round not shown: %s", error, extra=about)  # noqa: TRY400  the sentence says it all
        except Exception:
            log.exception("live round not shown", extra=about)

    async def _put(self, scene: Scene) -> datetime:
        """Send or edit the message; since when the channel shows it, by Discord's clock."""
        live, message = scene.live, posts.post(scene)
        picture = await self._picture(scene)
        if picture is not None:
            message.embed.set_image(url=picture.url)
        channel = self.bot.get_partial_messageable(live.channel_id, guild_id=live.guild_id)
        async with self._slot(scene):
            message_id = live.message_id
            if message_id is None and not scene.fresh and (message_id := await self._find(channel, scene)) is not None:
                await self.steps.note_message(scene, message_id)
            if message_id is None:
                sent = await self._send(channel, scene, message, picture)
                await self.steps.note_message(scene, sent.id)
                return sent.created_at
            there = channel.get_partial_message(message_id)
            edited = await at_least_once(
                lambda: there.edit(
                    embed=message.embed, view=message.view(), attachments=[picture.file()] if picture else []
                )
            )
        assert edited is not None, "only interactions are answered before"
        return edited.edited_at or discord.utils.utcnow()

    @asynccontextmanager
    async def _slot(self, scene: Scene) -> AsyncIterator[None]:
        """A turn to send. New numbers alone wait for a spare one, and not for so long that the next question would wait for them."""
        if scene.live.on_show:
            async with asyncio.timeout(REFRESH_EVERY.total_seconds()), self.outgoing.pace.spare():
                yield
        else:
            async with self.outgoing.pace:
                yield

    async def _send(
        self, channel: discord.PartialMessageable, scene: Scene, message: Message, picture: Picture | None
    ) -> discord.Message:
        sent = await at_least_once(
            lambda: channel.send(
                embed=message.embed,
                view=message.view() or MISSING,
                file=picture.file() if picture else MISSING,
                nonce=scene.nonce,
            )
        )
        assert sent is not None, "only interactions are answered before"
        return sent

    async def _find(self, channel: discord.PartialMessageable, scene: Scene) -> int | None:
        """Its message, sent just before the bot died: known by its button. Raises CannotLook."""
        live = scene.live
        marks = {str(LiveJoinId(live.id)), str(LiveLookBackId(live.id))}
        return await self.outgoing.find(channel, marks.__contains__, claimed_at=live.tried_at or live.created_at)

    async def _picture(self, scene: Scene) -> Picture | None:
        """The podium, where there is anybody to stand on it."""
        title, subtitle, places = posts.podium_of(scene)
        if not places:
            return None
        live = scene.live
        return await self.outgoing.picture(live.guild_id, live.channel_id, lambda: podium(title, subtitle, places))

    async def _unreachable(self, scene: Scene, trouble: Trouble) -> None:
        ended = await self.steps.note_unreachable(scene, at=discord.utils.utcnow())
        live = ended.live
        access = await look_closely(self.bot, live.guild_id, live.channel_id)
        await self.outgoing.tell(
            live.guild_id, [live.started_by], lambda server: posts.unreachable(ended, trouble, server, access)
        )
