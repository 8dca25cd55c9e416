"""Closes what has ended, and sends what `services.announcements` has taken in hand. The only place that posts about seasons,
contests, duels and the league."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import discord
from discord.utils import MISSING

from bot.cogs.announcements import messages
from bot.cogs.competitions import posts as contests
from bot.cogs.competitions.custom_ids import CompetitionPostId
from bot.cogs.duels import messages as duels
from bot.cogs.duels.custom_ids import DuelAcceptId, DuelResultId
from bot.cogs.leagues import messages as leagues
from bot.cogs.leagues.custom_ids import LeaguePostId
from bot.cogs.seasons import messages as seasons
from bot.cogs.seasons.custom_ids import SeasonId
from bot.cogs.ui.access import look_closely
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.delivery import LOST, PATIENCE, describe
from bot.cogs.ui.outgoing import CannotLook, Outgoing, trouble_of
from bot.cogs.ui.pictures import Picture
from bot.cogs.ui.podium import Place, podium
from bot.cogs.ui.replies import Message
from bot.services.announcements import News, Notice
from bot.services.competition_steps import ContestNews
from bot.services.duel_posts import DuelNews
from bot.services.leagues import LeagueEnd
from bot.services.seasons import SeasonEnd
from bot.storage.announcements import Announcement, Kind
from bot.storage.engine import DatabaseFailed
from bot.storage.schedules import Trouble

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Post:
    message: Message
    podium: tuple[str, str, Sequence[Place]] | None = None
    pings: tuple[int, ...] = ()


class Announcer:
    """Its tick is called by `bot.jobs`; it takes the time as an argument, does not overlap with itself, and does not wait for Discord."""

    def __init__(self, bot: StudyBot, outgoing: Outgoing) -> None:
        self.bot = bot
        self.outgoing = outgoing
        self.announcements = bot.services.announcements
        self.seasons = bot.services.seasons
        self.steps = bot.services.competition_steps

    async def tick(self, at: datetime) -> None:
        """Close seasons, take the steps of contests, post what that brings, and renew the standings messages."""
        await self.seasons.close_due(at)
        await self.steps.advance_due(at)
        await self._send_all(at)
        if room := self.outgoing.room("standings"):
            for news in await self.steps.outdated(at, limit=room, busy=self.outgoing.busy("standings")):
                self.outgoing.begin("standings", news.table.competition.id, self._renew(news, at))

    async def recover(self, at: datetime) -> None:
        """At the start: finish what the last run left half done."""
        await self._send_all(at, starting=True)

    # -- posting

    async def _send_all(self, at: datetime, *, starting: bool = False) -> None:
        if not (room := self.outgoing.room("announcement")):
            return
        busy = self.outgoing.busy("announcement")
        for notice in await self.announcements.take_due(at, starting=starting, limit=room, busy=busy):
            self.outgoing.begin("announcement", notice.announcement.id, self._send(notice, at))

    async def _send(self, notice: Notice, at: datetime) -> None:
        """Post an announcement, unless it is up already."""
        announcement = notice.announcement
        about = {"guild": announcement.guild_id, "announcement": announcement.id}
        try:
            channel = self.bot.get_partial_messageable(announcement.channel_id, guild_id=announcement.guild_id)
            message_id = None if notice.fresh and not notice.late else await self._find(channel, announcement)
            if message_id is None and notice.late:
                await self.announcements.give_up(announcement, at=at)
                return
            if message_id is None:
                message_id = await self._post(channel, notice)
            if message_id is None:
                return  # another process has it in hand now
            await self.announcements.note_sent(announcement, message_id, at=at)
        except CannotLook:
            await self._refused(notice, Trouble.NO_PERMISSION, at)
        except (discord.HTTPException, *LOST) as error:
            if (trouble := trouble_of(error)) is None:
                # Discord's own illness, or the line's: sent or not, it is taken up again when its lease runs out.
                log.warning("announcement not sent, will be tried again: %s", describe(error), extra=about)
            else:
                log.warning("announcement refused: %s", error, extra=about)
                await self._refused(notice, trouble, at)
        # One server's failure never touches another; it is taken up again when its lease runs out.
        except DatabaseFailed as error:
            log.error("announcing failed: %s", error, extra=about)  # noqa: TRY400  the sentence says it all
        except Exception:
            log.exception("announcing failed", extra=about)

    async def _find(self, channel: discord.PartialMessageable, announcement: Announcement) -> int | None:
        mark = str(_mark(announcement))
        async with self.outgoing.pace:
            return await self.outgoing.find(
                channel, lambda custom_id: custom_id == mark, claimed_at=announcement.first_tried_at
            )

    async def _post(self, channel: discord.PartialMessageable, notice: Notice) -> int | None:
        post = _compose(notice.news)
        picture = await self._picture(notice.announcement, post)
        if picture is not None:
            post.message.embed.set_image(url=picture.url)
        async with self.outgoing.pace, asyncio.timeout(PATIENCE):
            if not await self.announcements.hold(notice.announcement, at=discord.utils.utcnow()):
                return None
            sent = await channel.send(
                content=" ".join(f"<@{user_id}>" for user_id in post.pings) or None,
                embed=post.message.embed,
                view=post.message.view() or MISSING,
                file=picture.file() if picture is not None else MISSING,
                nonce=notice.nonce,
                allowed_mentions=discord.AllowedMentions(
                    everyone=False, roles=False, users=[discord.Object(user_id) for user_id in post.pings]
                ),
            )
        return sent.id

    async def _picture(self, announcement: Announcement, post: _Post) -> Picture | None:
        """None where there is nothing to show."""
        shown = post.podium
        if shown is None or not shown[2]:
            return None
        return await self.outgoing.picture(announcement.guild_id, announcement.channel_id, lambda: podium(*shown))

    async def _refused(self, notice: Notice, trouble: Trouble, at: datetime) -> None:
        announcement = notice.announcement
        if notice.late:
            await self.announcements.give_up(announcement, at=at)
            return
        unsent = await self.announcements.note_refused(announcement, trouble, at=at)
        if not unsent.first:
            return
        access = await look_closely(self.bot, announcement.guild_id, announcement.channel_id)
        if await self.outgoing.tell(
            announcement.guild_id, [unsent.manager], lambda server: messages.unsent(unsent, server, access)
        ):
            await self.announcements.note_told(announcement)

    # -- the standings messages

    async def _renew(self, news: ContestNews, at: datetime) -> None:
        competition = news.table.competition
        about = {"guild": competition.guild_id, "competition": competition.id}
        if competition.message_id is None:
            return
        message = contests.post(news)
        try:
            async with self.outgoing.pace.spare(), asyncio.timeout(PATIENCE):
                channel = self.bot.get_partial_messageable(competition.channel_id)
                await channel.get_partial_message(competition.message_id).edit(embed=message.embed, view=message.view())
        except discord.NotFound:
            await self.steps.note_message_gone(competition.id)
        except discord.Forbidden as error:
            log.warning("standings not shown: %s", error, extra=about)
            await self.steps.note_refused(competition, at=at)
        except (discord.HTTPException, *LOST) as error:
            log.warning("standings not shown yet: %s", describe(error), extra=about)
            await self.steps.note_unshown(competition.id)
        except Exception:
            log.exception("standings not shown", extra=about)


def _compose(news: News) -> _Post:
    if isinstance(news, LeagueEnd):
        return _Post(leagues.post(news))
    if isinstance(news, SeasonEnd):
        return _Post(seasons.post(news), seasons.podium_of(news))
    if isinstance(news, DuelNews):
        return _Post(duels.post(news.scene, news.kind), pings=news.pings)
    picture = contests.podium_of(news.table) if news.kind is Kind.RESULT else None
    return _Post(contests.post(news), picture, news.pings)


def _mark(announcement: Announcement) -> CustomId:
    """The id on the button by which an announcement is known."""
    if announcement.kind is Kind.SEASON:
        return SeasonId(announcement.subject)
    if announcement.kind is Kind.CHALLENGE:
        return DuelAcceptId(int(announcement.subject))
    if announcement.kind is Kind.DUEL:
        return DuelResultId(int(announcement.subject))
    if announcement.kind is Kind.LEAGUE:
        return LeaguePostId(announcement.subject)
    return CompetitionPostId(announcement.kind.value, int(announcement.subject))
