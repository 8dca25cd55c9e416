"""Announcements on their way to a channel. What is to be posted was written down with its cause; here it is taken in hand,
and its fate is noted. Sent once, whatever dies when: the same way as a daily (`services.dailies`).
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.services import duel_scenes
from bot.services.competition_steps import CompetitionSteps, ContestNews
from bot.services.dailies import LEASE, NONCE_HOLDS, RETRY_AFTER_REFUSAL
from bot.services.duel_posts import DuelNews, DuelPosts
from bot.services.leagues import LeagueEnd, Leagues
from bot.services.seasons import SeasonEnd, Seasons, channel_of_posts, forget_channel
from bot.storage import announcements, competitions, duels, guilds, schedules
from bot.storage.announcements import Announcement, Kind
from bot.storage.engine import Connection, Database
from bot.storage.schedules import Trouble

log = logging.getLogger(__name__)

BATCH = 200

News: TypeAlias = SeasonEnd | ContestNews | DuelNews | LeagueEnd
OF_DUELS = (Kind.CHALLENGE, Kind.DUEL)


@dataclass(frozen=True, slots=True)
class Notice:
    """An announcement to be sent now, with what it says.

    `fresh`: never tried before, or so lately that the nonce still guards it; else look for it before sending.
    `late`: its time has passed; one that is up is noted, but none is sent any more.
    """

    announcement: Announcement
    news: News
    fresh: bool
    late: bool

    @property
    def nonce(self) -> str:
        """Discord remembers the nonce of a message that was deleted."""
        again = self.announcement.replaces
        return f"a{self.announcement.id}" if again is None else f"r{again}"


@dataclass(frozen=True, slots=True)
class Unsent:
    """An announcement that its channel does not take. `moved_to`: the channel where it is tried next, if not the same.
    `manager`: whoever asked for it. `first`: they have not been told."""

    announcement: Announcement
    trouble: Trouble
    moved_to: int | None
    manager: int | None
    first: bool


@dataclass(frozen=True, slots=True)
class Announcements:
    db: Database
    seasons: Seasons
    steps: CompetitionSteps
    duels: DuelPosts
    leagues: Leagues

    async def take_due(
        self, at: datetime, *, starting: bool = False, limit: int = BATCH, busy: Collection[int] = ()
    ) -> list[Notice]:
        """What is to be sent, taken in hand until its lease runs out; without what this process is `busy` with.

        `starting`: what the last run left is taken without waiting for its leases, if nobody else can be sending it.
        """
        stale_at = None if starting and not self.db.shared else at

        taken = await self.db.write(
            lambda tx: announcements.take(tx, stale_at, at, at + LEASE, limit, self.db.shards, busy=busy)
        )
        # What they say is read outside the transaction: the ends of 200 seasons would hold up every press for seconds.
        notices = [await self._notice(announcement, at) for announcement in taken]
        return [notice for notice in notices if notice is not None]

    async def hold(self, announcement: Announcement, *, at: datetime) -> bool:
        """Keep it in hand right before sending; False if another process has taken it over meanwhile (`Dailies.hold`)."""
        return await self.db.write(lambda tx: announcements.renew(tx, announcement, at + LEASE))

    async def _notice(self, announcement: Announcement, at: datetime) -> Notice | None:
        def scene(tx: Connection) -> News | None:
            return None if guilds.has_left(tx, announcement.guild_id) else self._news(tx, announcement)

        late = at >= announcement.expires_at
        news = await self.db.read(scene)
        if news is None or (late and announcement.tries == 1):
            await self.db.write(lambda tx: _drop(tx, announcement, at))
            log.warning("announcement dropped", extra={"announcement": announcement.id, "guild": announcement.guild_id})
            return None
        fresh = at - announcement.first_tried_at < NONCE_HOLDS
        return Notice(announcement, news, fresh=fresh, late=late)

    def _news(self, tx: Connection, announcement: Announcement) -> News | None:
        if announcement.kind is Kind.SEASON:
            return self.seasons.scene(tx, announcement.guild_id, announcement.subject)
        if announcement.kind is Kind.LEAGUE:
            return self.leagues.scene(tx, announcement.guild_id, announcement.subject)
        if announcement.kind in OF_DUELS:
            return self.duels.news(tx, announcement.kind, int(announcement.subject))
        return self.steps.scene(tx, announcement.kind, int(announcement.subject))

    async def note_sent(self, announcement: Announcement, message_id: int, *, at: datetime) -> None:
        def work(tx: Connection) -> None:
            announcements.note_sent(tx, announcement.id, message_id)
            if announcement.kind is Kind.STANDINGS:
                competitions.note_message(tx, int(announcement.subject), announcement.channel_id, message_id, at)
            if announcement.kind is Kind.CHALLENGE:
                duels.note_message(tx, int(announcement.subject), message_id)
                duels.show_by(tx, int(announcement.subject), at)  # it may have been accepted before this was known

        await self.db.write(work)
        log.info("announced", extra={"announcement": announcement.id, "guild": announcement.guild_id})

    async def give_up(self, announcement: Announcement, *, at: datetime) -> None:
        """Its time has passed, and it was found nowhere."""
        await self.db.write(lambda tx: _drop(tx, announcement, at))
        log.warning("announcement given up", extra={"announcement": announcement.id, "guild": announcement.guild_id})

    async def note_refused(self, announcement: Announcement, trouble: Trouble, *, at: datetime) -> Unsent:
        """Discord will not take it there. Where the channel is gone it goes to the daily's channel, or to the one that a manager has
        chosen for seasons since, and so does what follows; else it is tried again while its time lasts. The manager hears of it once. A duel is the affair of two members: it
        goes nowhere else, and they alone are told."""

        def work(tx: Connection) -> Unsent:
            if announcement.kind in OF_DUELS:
                _drop(tx, announcement, at)
                return Unsent(announcement, trouble, None, None, first=False)
            schedule = schedules.get(tx, announcement.guild_id)
            competition = (
                competitions.get(tx, int(announcement.subject))
                if announcement.kind not in (Kind.SEASON, Kind.LEAGUE)
                else None
            )
            if trouble is not Trouble.CHANNEL_GONE:
                refuge = None
            elif competition is None:
                forget_channel(tx, announcement.guild_id, announcement.channel_id)
                refuge = channel_of_posts(tx, announcement.guild_id)
            else:
                refuge = schedule.channel_id if schedule else None
            moved_to = refuge if refuge != announcement.channel_id else None
            if moved_to is not None:
                announcements.move(tx, announcement.id, moved_to, at)
                if competition is not None:
                    competitions.move(tx, competition.id, moved_to)
            else:
                announcements.postpone(tx, announcement.id, at + RETRY_AFTER_REFUSAL)
            manager = competition.created_by if competition else schedule.set_by if schedule else None
            first = announcements.set_trouble(tx, announcement, trouble)
            log.warning("announcement refused", extra={"announcement": announcement.id, "trouble": trouble.value})
            return Unsent(announcement, trouble, moved_to, manager, first)

        return await self.db.write(work)

    async def note_told(self, announcement: Announcement) -> None:
        await self.db.write(lambda tx: announcements.set_told(tx, announcement.id))


def _drop(tx: Connection, announcement: Announcement, at: datetime) -> None:
    announcements.drop(tx, announcement.id)
    if announcement.kind in OF_DUELS:
        duel_scenes.note_unsaid(tx, announcement.kind, int(announcement.subject), at)
