"""Hands over and takes back the roles that `services.awards` says. The only place that changes a member's roles."""

from __future__ import annotations

import logging
from datetime import datetime

import discord

from bot.cogs.awards import messages
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.outgoing import UNKNOWN_MEMBER, UNREACHABLE, Outgoing
from bot.storage.awards import Change, Trouble

log = logging.getLogger(__name__)


class RoleGiver:
    """Its tick is called by `bot.jobs`. Giving a role twice, or taking it twice, changes nothing."""

    def __init__(self, bot: StudyBot, outgoing: Outgoing) -> None:
        self.bot = bot
        self.outgoing = outgoing
        self.awards = bot.services.awards

    async def tick(self, at: datetime) -> None:
        """One after another: where an award is refused for one member, the others need not be tried."""
        refused: set[int] = set()
        for change in await self.awards.take_due(at):
            if change.award.id not in refused and not await self._change(change, at):
                refused.add(change.award.id)

    async def _change(self, change: Change, at: datetime) -> bool:
        """False if Discord does not let the bot change this role."""
        award = change.award
        about = {"guild": award.guild_id, "award": award.id, "user": change.user_id}
        guild = self.bot.get_guild(award.guild_id)
        if guild is None:
            return True  # not connected to it now; the lease runs out, and it is tried again
        try:
            role = guild.get_role(award.role_id)
            if role is None:
                return await self._refused(change, Trouble.ROLE_GONE, at)
            if not guild.me.guild_permissions.manage_roles or role >= guild.me.top_role:
                return await self._refused(change, Trouble.NO_PERMISSION, at)
            async with self.outgoing.pace:
                member = await guild.fetch_member(change.user_id)
            async with self.outgoing.pace:
                if change.give:
                    await member.add_roles(role, reason="Won in the study group")
                else:
                    await member.remove_roles(role, reason="Won by somebody else since")
            await self.awards.note_changed(change)
        except discord.NotFound as error:
            if error.code != UNKNOWN_MEMBER:
                return await self._refused(change, Trouble.ROLE_GONE, at)
            await self.awards.note_gone(change)
        except discord.Forbidden:
            return await self._refused(change, Trouble.NO_PERMISSION, at)
        except (discord.HTTPException, *UNREACHABLE) as error:
            log.warning("role not handed over, will be tried again: %r", error, extra=about)
        except Exception:
            log.exception("handing over failed", extra=about)
        return True

    async def _refused(self, change: Change, trouble: Trouble, at: datetime) -> bool:
        """Told once for each trouble; it stands in `/award list` besides."""
        if await self.awards.note_refused(change, trouble, at=at) and await self.outgoing.tell(
            change.award.guild_id, [change.award.created_by], lambda server: messages.trouble(change, trouble, server)
        ):
            await self.awards.note_told(change.award)
        return False
