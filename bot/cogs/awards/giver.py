"""Gives and removes won roles, as `services.awards` decides. Nothing else changes a member's roles."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

import discord

from bot.cogs.awards import messages, roles
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.delivery import LOST, NOT_IN_SERVER, PATIENCE, UNKNOWN_ROLE, describe
from bot.cogs.ui.line import Errands, Held, Line
from bot.cogs.ui.now import now
from bot.cogs.ui.outgoing import Outgoing
from bot.storage.awards import RoleChange
from bot.study.awards import AwardTrouble

log = logging.getLogger(__name__)

MOST = 50
"""How many changes are leased at a time."""


@dataclass(frozen=True, slots=True)
class Handover:
    """The changes to one award."""

    award_id: int
    changes: tuple[RoleChange, ...]


class RoleGiver:
    """Gives and removes won roles; both are idempotent. `bot.jobs` calls its tick."""

    def __init__(self, bot: StudyBot, outgoing: Outgoing) -> None:
        self.bot = bot
        self.outgoing = outgoing
        self.awards = bot.services.awards
        leasing = self.awards.leasing
        self.line = Line(
            outgoing,
            Errands(
                "award",
                key=lambda handover: handover.award_id,
                acquire=self._acquire,
                do=self._hand_over,
                failed=self._failed,
                release=lambda waiting, at: leasing.release([c.lease for h in waiting for c in h.changes], at=at),
                release_all=lambda at, busy: leasing.release_all(at, busy=busy),
            ),
        )

    async def tick(self, at: datetime) -> None:
        await self.line.tick(at)

    async def _acquire(self, at: datetime, room: int, busy: Collection[int]) -> list[Handover]:
        changes = await self.awards.take_due(at, busy=busy, limit=min(room, MOST))
        return [Handover(award_id, tuple(of)) for award_id, of in groupby(changes, lambda change: change.award.id)]

    async def _hand_over(self, held: Held[Handover]) -> None:
        """Change the role of one member after another. If Discord refuses one change, the rest are not tried."""
        handover = held.item
        for place, change in enumerate(handover.changes):
            held.item = replace(handover, changes=handover.changes[place:])
            lease = await self.awards.leasing.hold(change.lease, at=now())
            if lease is not None and not await self._change(replace(change, lease=lease)):
                return

    async def _failed(self, handover: Handover, _error: BaseException | None) -> None:
        """Retry the remaining changes later."""
        for change in handover.changes:
            await self.awards.leasing.fail(change.lease, at=now())

    async def _change(self, change: RoleChange) -> bool:
        """Change the role of one member; return False if Discord does not allow it."""
        award = change.award
        guild = self.bot.get_guild(award.guild_id)
        if guild is None or guild.unavailable:
            await self.awards.leasing.fail(change.lease, at=now())  # the bot is not connected to the server right now
            return True
        if (trouble := roles.trouble_with(guild, award.role_id)) is not None:
            return await self._refused(change, trouble)
        role = discord.Object(award.role_id)
        try:
            async with self.outgoing.pace, asyncio.timeout(PATIENCE):
                member = await guild.fetch_member(change.user_id)
            async with self.outgoing.pace, asyncio.timeout(PATIENCE):
                if change.give:
                    await member.add_roles(role, reason="Won in the study group")
                else:
                    await member.remove_roles(role, reason="Passed on or withdrawn in the study group")
        except (discord.HTTPException, *LOST) as error:
            match getattr(error, "code", None):
                case code if code == UNKNOWN_ROLE:
                    return await self._refused(change, AwardTrouble.ROLE_GONE)
                case code if code in NOT_IN_SERVER:
                    await self.awards.note_gone(change)
                case _ if isinstance(error, discord.Forbidden):
                    return await self._refused(change, AwardTrouble.NO_PERMISSION)
                case _:  # a failure of Discord, or a server that the bot has just left
                    about = {"guild": award.guild_id, "award": award.id, "user": change.user_id}
                    log.warning("role change not applied, will be retried: %s", describe(error), extra=about)
                    await self.awards.leasing.fail(change.lease, at=now())
        else:
            await self.awards.note_changed(change, at=now())
        return True

    async def _refused(self, change: RoleChange, trouble: AwardTrouble) -> bool:
        """Notify the managers once for each problem; `/award list` shows it too."""
        award = change.award
        remedy = roles.remedy(self.bot.get_guild(award.guild_id), award.role_id, trouble)
        if await self.awards.note_refused(change, trouble, at=now()) and await self.outgoing.tell(
            award.guild_id, [award.created_by], lambda server: messages.unchanged(change, server, remedy)
        ):
            await self.awards.note_reported(award, trouble)
        return False
