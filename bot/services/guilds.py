"""Servers that add or remove the bot."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services import welcome
from bot.services.each import write_gently
from bot.storage import dailies, guilds, posts, privacy, schedules
from bot.storage.engine import Connection, Database
from bot.storage.posts import PostKind
from bot.storage.privacy import GuildErasure
from bot.study.schedules import standing_slot

log = logging.getLogger(__name__)

BATCH = 100
ERASED_AT_ONCE = 500
"""Maximum rows of a server that one transaction erases, because members' answers wait for it."""


@dataclass(frozen=True, slots=True)
class Guilds:
    db: Database
    erase_after: timedelta
    """How long a server's data is kept after it removes the bot."""

    async def joined(self, guild_id: int, *, welcome_in: int | None = None, at: datetime) -> None:
        """Record that the bot is in a server. If the bot has returned, the server continues with all the data that was
        kept, or with none if its erasure had begun.

        `welcome_in`: the channel for the welcome, posted once each time it joins.
        """

        def work(tx: Connection) -> None:
            _joined(tx, guild_id, at)
            if welcome_in is not None:
                welcome.want(tx, guild_id, welcome_in, at)

        await self.db.erase(work)

    async def left(self, guild_id: int, *, at: datetime) -> None:
        """Record that the bot was removed. The server's schedules stop at once; its data is kept for a while."""
        await self.db.write(lambda tx: _left(tx, guild_id, at))
        log.info("left a server", extra={"guild": guild_id})

    async def channel_deleted(self, guild_id: int, channel_id: int, *, at: datetime) -> None:
        """Update the posts of planned evenings and live rounds in a channel that was deleted: as this fails, they are
        called off now, with their events, and not at their start."""

        def work(tx: Connection) -> None:
            for kind in (PostKind.EVENING, PostKind.LIVE_PLAN):
                posts.touch_in(tx, kind, guild_id, channel_id, at)

        await self.db.write(work)

    async def reconcile(self, present: Collection[int], ours: Callable[[int], bool], *, at: datetime) -> None:
        """At startup, record which servers added or removed the bot while it was down. `present`: the servers that it
        is in. Only `ours` are handled; other processes handle the rest."""

        def work(tx: Connection) -> None:
            here, known_left = set(present), guilds.left(tx)
            known_here = set(filter(ours, guilds.present(tx)))
            guilds.ensure_all(tx, sorted(here - known_here - known_left), at)
            for guild_id in sorted(here & known_left):
                _joined(tx, guild_id, at)
            for guild_id in sorted(known_here - here):
                _left(tx, guild_id, at)

        await self.db.erase(work)

    async def set_public_boards(self, guild_id: int, *, public: bool, at: datetime) -> None:
        """Set whether the server's leaderboards have a public web page."""

        def work(tx: Connection) -> None:
            guilds.ensure(tx, guild_id, at)
            guilds.set_public_boards(tx, guild_id, public=public)

        await self.db.write(work)

    async def set_sharing(self, guild_id: int, *, sharing: bool, at: datetime) -> None:
        """Set whether members may share their results with a channel."""

        def work(tx: Connection) -> None:
            guilds.ensure(tx, guild_id, at)
            guilds.set_sharing(tx, guild_id, sharing=sharing)

        await self.db.write(work)

    async def set_events(self, guild_id: int, *, events: bool, at: datetime) -> None:
        """Set whether planned evenings, competitions and live rounds get a Discord event."""

        def work(tx: Connection) -> None:
            guilds.ensure(tx, guild_id, at)
            guilds.set_events(tx, guild_id, events=events)

        await self.db.write(work)

    async def erase_left(self, at: datetime) -> int:
        """Erase servers that removed the bot long ago; return how many.

        Large ones are erased in several transactions. If one fails, or the bot stops, the next call continues.
        """
        before = at - self.erase_after

        def work(tx: Connection, erasure: GuildErasure) -> GuildErasure | None:
            if not guilds.begin_erasing(tx, erasure.guild_id, before):
                return None
            return privacy.continue_erasing(tx, erasure, ERASED_AT_ONCE)

        gone = await self.db.read(lambda tx: guilds.left_before(tx, before, BATCH, self.db.shards))
        erasures, erased = [GuildErasure(guild_id) for guild_id in gone], 0
        while erasures:
            erasures = await write_gently(self.db, erasures, work)
            for erasure in filter(lambda one: one.over, erasures):
                erased += 1
                log.info("erased a server", extra={"guild": erasure.guild_id, "rows": erasure.rows})
            erasures = [erasure for erasure in erasures if not erasure.over]
        if gone:
            self.db.note_erased()
        return erased


def _joined(tx: Connection, guild_id: int, at: datetime) -> None:
    if guilds.is_half_erased(tx, guild_id):
        privacy.erase_guild(tx, guild_id)
    guilds.ensure(tx, guild_id, at)
    guilds.set_left(tx, guild_id, None)
    posts.wake(tx, guild_id, at)
    for schedule in schedules.all_of(tx, guild_id):
        if schedule.paused_at is None and schedule.next_post_at is None:
            last = dailies.last_day(tx, schedule.key)
            skipped = dailies.skipped_after(tx, schedule.key, last)
            slot = standing_slot(schedule.rule, at, later_than=last, without=skipped)
            schedules.set_next(tx, schedule.key, slot.day, slot.due)


def _left(tx: Connection, guild_id: int, at: datetime) -> None:
    guilds.set_left(tx, guild_id, at)
    welcome.forget(tx, guild_id)
    for schedule in schedules.all_of(tx, guild_id):
        schedules.set_next(tx, schedule.key, None, None)
