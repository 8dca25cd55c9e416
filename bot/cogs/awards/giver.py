"""Hands over and takes back the roles that `services.awards` says. The only place that changes a member's roles."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

import discord

from bot.cogs.awards import messages, roles
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.delivery import LOST, PATIENCE, UNKNOWN_MEMBER, UNKNOWN_ROLE, describe
from bot.cogs.ui.outgoing import Outgoing
from bot.storage.awards import RoleChange
from bot.storage.engine import DatabaseFailed
from bot.study.awards import AwardTrouble

log = logging.getLogger(__name__)


class RoleGiver:
    """Its tick is called by `bot.jobs`. Giving a role twice, or taking it twice, changes nothing."""

    def __init__(self, bot: StudyBot, outgoing: Outgoing) -> None:
        self.bot = bot
        self.outgoing = outgoing
        self.awards = bot.services.awards

    async def tick(self, at: datetime) -> None:
        """Begin with each award whose holders are to change; one that is in hand is left to itself until its lease runs out."""
        if not self.outgoing.room("award"):
            return
        by_award: dict[int, list[RoleChange]] = {}
        for change in await self.awards.take_due(at):
            by_award.setdefault(change.award.id, []).append(change)
        busy = self.outgoing.busy("award")
        for award_id, changes in by_award.items():
            if award_id not in busy:
                self.outgoing.begin("award", award_id, self._change_all(changes, at))

    async def _change_all(self, changes: Sequence[RoleChange], at: datetime) -> None:
        """One after another: where an award is refused for one member, the others need not be tried."""
        for change in changes:
            if not await self._change(change, at):
                return

    async def _change(self, change: RoleChange, at: datetime) -> bool:
        """False if Discord does not let the bot change this role."""
        award = change.award
        about = {"guild": award.guild_id, "award": award.id, "user": change.user_id}
        guild = self.bot.get_guild(award.guild_id)
        if guild is None or guild.unavailable:
            return True  # not connected to it now; the lease runs out, and it is tried again
        try:
            if (trouble := roles.trouble_with(guild, award.role_id)) is not None:
                return await self._refused(change, trouble, at)
            role = discord.Object(award.role_id)
            async with self.outgoing.pace, asyncio.timeout(PATIENCE):
                member = await guild.fetch_member(change.user_id)
            async with self.outgoing.pace, asyncio.timeout(PATIENCE):
                if change.give:
                    await member.add_roles(role, reason="Won in the study group")
                else:
                    await member.remove_roles(role, reason="No longer held in the study group")
            await self.awards.note_changed(change)
        except discord.NotFound as error:
            if error.code == UNKNOWN_ROLE:
                return await self._refused(change, AwardTrouble.ROLE_GONE, at)
            if error.code == UNKNOWN_MEMBER:
                await self.awards.note_gone(change)
            else:  # the server itself, perhaps, which the bot has just left
                log.warning("role not handed over, will be tried again: %s", describe(error), extra=about)
        except discord.Forbidden:
            return await self._refused(change, AwardTrouble.NO_PERMISSION, at)
        except (discord.HTTPException, *LOST) as error:
            log.warning("role not handed over, will be tried again: %s", describe(error), extra=about)
        except DatabaseFailed as error:
            log.error("handing over failed: %s", error, extra=about)  # noqa: TRY400  the sentence says it all
        except Exception:
            log.exception("handing over failed", extra=about)
        return True

    async def _refused(self, change: RoleChange, trouble: AwardTrouble, at: datetime) -> bool:
        """Told once for each trouble; it stands in `/award list` besides."""
        award = change.award
        remedy = roles.remedy(self.bot.get_guild(award.guild_id), award.role_id, trouble)
        if await self.awards.note_refused(change, trouble, at=at) and await self.outgoing.tell(
            award.guild_id, [award.created_by], lambda server: messages.unchanged(change, server, remedy)
        ):
            await self.awards.note_told(award, trouble)
        return False
