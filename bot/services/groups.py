"""The group's figures: computed over the members of a server, shown on request and in a weekly post."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from bot.services.content import Content
from bot.services.each import each
from bot.services.group_figures import figures
from bot.services.posts import Policy
from bot.services.seasons import daily_channel, daily_manager
from bot.storage import groups, guilds, posts, seasons
from bot.storage.engine import Connection, Database
from bot.storage.posts import Post, PostKind
from bot.study.errors import Refusal, Refused
from bot.study.groups import Mirror, monday_of, next_post
from bot.study.members import ALONE
from bot.study.periods import local_day
from bot.study.questions import Pack, Question

log = logging.getLogger(__name__)

BATCH = 100
LOOK_AGAIN = timedelta(hours=1)
"""How often to look again while a daily of last week is open."""
WAITS = timedelta(hours=12)
"""Maximum time that the post waits for an open daily; after that, it covers only the weeks before that daily's."""
STALE = timedelta(days=2)
"""A post that has been due for longer than this, because the bot was down, is skipped."""
POST_WITHIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class GroupScene:
    """The figures with their pack and questions. `monday`: the week of a post; None for the current figures."""

    pack: Pack
    mirror: Mirror
    questions: Mapping[str, Question]
    """The questions that the group gets wrong, by id, except those that the bank no longer has."""
    monday: date | None = None
    studied: bool = True
    """Whether the server still studies this pack."""


@dataclass(frozen=True, slots=True)
class Groups:
    db: Database
    content: Content

    async def look(self, guild_id: int, monday: date | None = None, *, at: datetime) -> GroupScene:
        """Return the current figures, or those of a week's post while they are kept. Raises NEEDS_SERVER."""
        if guild_id == ALONE:
            raise Refused(Refusal.NEEDS_SERVER)

        def work(tx: Connection) -> GroupScene:
            kept = groups.week(tx, guild_id, monday) if monday is not None else None
            if kept is not None:
                return self._scene(tx, guild_id, kept, monday)
            return self._scene(tx, guild_id, figures(tx, guild_id, self.content.pack(tx, guild_id), at))

        return await self.db.read(work)

    def _scene(self, tx: Connection, guild_id: int, found: Mirror, monday: date | None = None) -> GroupScene:
        studied = self.content.pack(tx, guild_id)
        pack = self.content.packs.get(found.pack, studied) if found.pack != studied.name else studied
        named = {one.question_id: self.content.among(pack, one.question_id) for one in found.missed}
        return GroupScene(
            pack, found, {id: known[1] for id, known in named.items() if known is not None}, monday, pack is studied
        )

    # -- the weekly post

    async def is_posted(self, guild_id: int) -> bool:
        """Return whether a server wants the weekly post."""
        return await self.db.read(lambda tx: groups.due_at(tx, guild_id) is not None)

    async def set_posted(self, guild_id: int, *, posted: bool, at: datetime) -> None:
        def work(tx: Connection) -> None:
            guilds.ensure(tx, guild_id, at)
            if posted:
                groups.start_clock(tx, guild_id, next_post(at, guilds.get(tx, guild_id).zone))
            else:
                groups.stop_clock(tx, guild_id)

        await self.db.write(work)

    async def post_due(self, at: datetime) -> None:
        """Request the weekly posts that are due. A server that fails is logged and does not affect the others."""
        due = await self.db.read(lambda tx: groups.due(tx, at, BATCH, self.db.shards))
        await each(due, partial(self._compute_and_post, at=at))

    async def _compute_and_post(self, guild_id: int, *, at: datetime) -> None:
        # Compute the figures first, because it takes long in a large server, and members' answers would wait for it.
        found = await self.db.read(lambda tx: figures(tx, guild_id, self.content.pack(tx, guild_id), at))
        await self.db.write(lambda tx: self._post(tx, guild_id, found, at), patient=True)

    def _post(self, tx: Connection, guild_id: int, found: Mirror, at: datetime) -> None:
        due = groups.due_at(tx, guild_id)
        zone = guilds.get(tx, guild_id).zone
        if due is None:
            return
        if due > at:  # another process was faster, or the clock was ahead
            if due > at + groups.LONGEST:
                groups.set_due(tx, guild_id, next_post(at, zone))
            return
        monday = monday_of(local_day(due, zone))
        first_open = groups.first_open_day(tx, guild_id)
        noon = next_post(due - timedelta(days=1), zone)
        if first_open is not None and first_open < monday and at - noon < WAITS:
            groups.set_due(tx, guild_id, at + LOOK_AGAIN)
            return
        groups.set_due(tx, guild_id, next_post(at, zone))
        channel_id = channel_of(tx, guild_id)
        if channel_id is None or not found.enough or at - due >= STALE:
            log.info("no weekly post about the group", extra={"guild": guild_id, "members": found.members})
        elif groups.keep_week(tx, guild_id, monday, found, at):
            posts.want(tx, PostKind.GROUP, monday, guild_id, channel_id, at=at, expires_at=at + POST_WITHIN)

    async def forget_weeks(self, at: datetime) -> None:
        """Delete the figures of weeks that are no longer kept."""
        await self.db.write(lambda tx: groups.forget_weeks(tx, at.date()), patient=True)

    def policies(self) -> dict[str, Policy]:
        return {PostKind.GROUP: Policy(self.scene, fallback=_fallback, manager=daily_manager)}

    def scene(self, tx: Connection, post: Post) -> GroupScene | None:
        """Return the figures of a week's post; None if they are not kept."""
        monday = date.fromisoformat(post.subject)
        kept = groups.week(tx, post.guild_id, monday)
        return self._scene(tx, post.guild_id, kept, monday) if kept is not None else None


def channel_of(tx: Connection, guild_id: int) -> int | None:
    """Return the channel of the weekly post: where the end of a season is posted, else the daily's."""
    clock = seasons.clock(tx, guild_id)
    return (clock.channel_id if clock else None) or daily_channel(tx, guild_id)


def _fallback(tx: Connection, post: Post) -> int | None:
    """Return the daily's channel, for use when the post's own channel is gone."""
    return daily_channel(tx, post.guild_id)
