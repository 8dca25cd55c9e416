"""Seasons: closed once at their end, with a final table that never changes.

Closing writes a row under a unique key, in the transaction that keeps the tables, advances the server's clock and
requests the post. Months missed while the bot was down are closed one by one at the next tick.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.content import Content
from bot.services.each import write_gently
from bot.services.late_answers import counted_by
from bot.services.posts import Policy
from bot.storage import awards, guilds, posts, schedules, seasons, standings
from bot.storage.engine import Connection, Database
from bot.storage.posts import Post, PostKind
from bot.storage.seasons import Season
from bot.storage.standings import BoardPlace
from bot.study.periods import Period, after_season, ends_at, final_key, first_day, local_day, season_of
from bot.study.questions import ALL, Pack
from bot.study.standings import By

log = logging.getLogger(__name__)

BATCH = 200
SHOWN = 8
"""How many places of the leaderboard of all sections the post about the end names."""
STALE = timedelta(days=31)
"""A season that ended longer ago than this, while the bot was down, gets no post."""
POST_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SeasonEnd:
    """A closed season as its post shows it: the best members over all sections, and the winner of each section."""

    season: Season
    pack: Pack
    places: tuple[BoardPlace, ...]
    firsts: tuple[tuple[str, BoardPlace], ...]
    roles: tuple[int, ...]
    next_season: str
    next_ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeasonPlan:
    """Where the end of a season is posted; `channel_id` None means nowhere, because there is neither a channel nor a
    daily."""

    channel_id: int | None
    posts: bool
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Seasons:
    db: Database
    content: Content

    async def close_due(self, at: datetime) -> None:
        """Close the seasons that have ended. A server that fails is logged and does not affect the others."""
        due = await self.db.read(lambda tx: seasons.due(tx, at, BATCH, self.db.shards))
        await write_gently(self.db, due, lambda tx, guild_id: self._close(tx, guild_id, at))

    def close_if_due(self, tx: Connection, guild_id: int, at: datetime) -> bool:
        """Close the season if it has ended, before a daily is posted. Return whether it was closed."""
        clock = seasons.clock(tx, guild_id)
        if clock is None or clock.due_at > at:
            return False
        self._close(tx, guild_id, at)
        return seasons.get(tx, guild_id, clock.season) is not None

    def _close(self, tx: Connection, guild_id: int, at: datetime) -> None:
        clock = seasons.clock(tx, guild_id)
        if clock is None:
            return
        zone = guilds.get(tx, guild_id).zone
        playing = season_of(local_day(at, zone))
        if clock.season > playing and not at < clock.due_at <= at + seasons.LONGEST:
            self._reopen(tx, guild_id, playing, _end(playing, zone))
            return
        if clock.due_at > at:
            return  # another process was faster
        end = _end(clock.season, zone)
        if at < end:
            seasons.set_clock(tx, guild_id, clock.season, end)
            return
        if (look_again := counted_by(tx, guild_id, end, at)) is not None:
            seasons.set_clock(tx, guild_id, clock.season, look_again)
            return
        following = after_season(clock.season)
        seasons.set_clock(tx, guild_id, following, _end(following, zone))
        closed = seasons.close(tx, guild_id, clock.season, at)
        if closed is None or not closed.players:
            return
        self._award(tx, closed, at)
        channel_id = channel_of_posts(tx, guild_id)
        if channel_id is not None and at - end <= STALE:
            posts.want(tx, PostKind.SEASON, clock.season, guild_id, channel_id, at=at, expires_at=at + POST_WITHIN)
        log.info("season closed", extra={"guild": guild_id, "season": clock.season, "players": closed.players})

    def _reopen(self, tx: Connection, guild_id: int, playing: str, end: datetime) -> None:
        """Reopen the current season, which was closed while the clock was ahead, or before the server's zone moved
        west. Roles stay until it ends."""
        for name in seasons.reopen(tx, guild_id, playing):
            posts.forget(tx, PostKind.SEASON, name, guild_id)
        seasons.set_clock(tx, guild_id, playing, end)
        log.warning(
            "a season was closed before it was over; it was reopened", extra={"guild": guild_id, "season": playing}
        )

    def _award(self, tx: Connection, season: Season, at: datetime) -> None:
        won = awards.of_season(tx, season.guild_id)
        firsts = _firsts(tx, season) if won else {}
        for award in won:
            if (first := firsts.get(award.section)) is not None:
                awards.pass_on(tx, award.id, [first.user_id], at)

    def policies(self) -> dict[str, Policy]:
        return {PostKind.SEASON: Policy(self.scene, fallback=season_channel, manager=daily_manager)}

    def scene(self, tx: Connection, post: Post) -> SeasonEnd | None:
        """Return what the post of a closed season shows; None if it is not closed."""
        guild_id, name = post.guild_id, post.subject
        season = seasons.get(tx, guild_id, name)
        if season is None:
            return None
        pack = self.content.pack(tx, guild_id)
        firsts = _firsts(tx, season)
        following = after_season(name)
        return SeasonEnd(
            season=season,
            pack=pack,
            places=tuple(standings.page(tx, guild_id, final_key(name), ALL, By.POINTS, offset=0, limit=SHOWN)),
            firsts=tuple((section, firsts[section]) for section in pack.leaves if section in firsts),
            roles=tuple(
                award.role_id for award in awards.of_season(tx, guild_id) if not award.gone and award.section in firsts
            ),
            next_season=following,
            next_ends_at=_end(following, guilds.get(tx, guild_id).zone),
        )

    async def played(self, guild_id: int, limit: int) -> list[Season]:
        """Return closed seasons with at least one player, newest first."""
        return await self.db.read(lambda tx: seasons.played(tx, guild_id, limit))

    async def plan(self, guild_id: int, *, at: datetime) -> SeasonPlan:
        def work(tx: Connection) -> SeasonPlan:
            clock = seasons.clock(tx, guild_id)
            zone = guilds.get(tx, guild_id).zone
            end = ends_at(Period.SEASON, local_day(at, zone), zone)
            assert end is not None, "a season ends"
            channel_id = (clock.channel_id if clock else None) or daily_channel(tx, guild_id)
            return SeasonPlan(channel_id, clock.posts if clock else True, end)

        return await self.db.read(work)

    async def set_plan(
        self, guild_id: int, *, posts: bool | None = None, channel_id: int | None = None, at: datetime
    ) -> None:
        """Switch the post on or off, or set its channel; None leaves a setting unchanged."""

        def work(tx: Connection) -> None:
            seasons.start_clock(tx, guild_id, local_day(at, guilds.get(tx, guild_id).zone), at)
            if posts is not None:
                seasons.set_posts(tx, guild_id, posts=posts)
            if channel_id is not None:
                seasons.set_channel(tx, guild_id, channel_id)

        await self.db.write(work)


def _end(season: str, zone: str) -> datetime:
    end = ends_at(Period.SEASON, first_day(season), zone)
    assert end is not None, "a season ends"
    return end


def _firsts(tx: Connection, season: Season) -> dict[str, BoardPlace]:
    """Return the winner of each board, by board: nobody wins without points."""
    firsts = standings.firsts(tx, season.guild_id, final_key(season.season))
    return {board: place for board, place in firsts.items() if place.tally.points}


def channel_of_posts(tx: Connection, guild_id: int) -> int | None:
    """Return the channel where the end of a season is posted; None if a manager switched that off, or if there is no
    channel."""
    return channels_of_posts(tx, [guild_id]).get(guild_id)


def channels_of_posts(tx: Connection, guild_ids: Collection[int]) -> dict[int, int]:
    """Return these channels of several servers, without the servers that have none."""
    clocks, found = seasons.clocks(tx, guild_ids), schedules.first_channels(tx, guild_ids)
    found |= {id: clock.channel_id for id, clock in clocks.items() if clock.channel_id is not None}
    return {id: channel_id for id, channel_id in found.items() if id not in clocks or clocks[id].posts}


def season_channel(tx: Connection, post: Post) -> int | None:
    """Forget a deleted channel, and return the channel that replaces it for posts about the end of a season or of a
    league month."""
    clock = seasons.clock(tx, post.guild_id)
    if clock is not None and clock.channel_id == post.channel_id:
        seasons.set_channel(tx, post.guild_id, None)
    return channel_of_posts(tx, post.guild_id)


def daily_manager(tx: Connection, post: Post) -> int | None:
    """Return the manager who is notified about posts that nobody in particular requested."""
    schedule = schedules.first(tx, post.guild_id)
    return schedule.set_by if schedule else None


def daily_channel(tx: Connection, guild_id: int) -> int | None:
    schedule = schedules.first(tx, guild_id)
    return schedule.channel_id if schedule else None
