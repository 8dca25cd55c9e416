"""Whether the bot can give a role, by what Discord has told it of the server."""

from __future__ import annotations

import discord

from bot.services.awards import AwardList
from bot.storage.awards import Trouble


def trouble_with(guild: discord.Guild, role_id: int) -> Trouble | None:
    role = guild.get_role(role_id)
    if role is None:
        return Trouble.ROLE_GONE
    if not guild.me.guild_permissions.manage_roles or role >= guild.me.top_role:
        return Trouble.NO_PERMISSION
    return None


def troubles_now(found: AwardList, guild: discord.Guild | None) -> dict[int, Trouble]:
    """What stands in the way of each role that can be won, by the role's id; as last noted where the server is not known."""
    troubles = {}
    for bound in found.awards:
        award = bound.award
        known = guild if guild is not None and not guild.unavailable else None
        trouble = trouble_with(known, award.role_id) if known is not None else award.trouble
        if trouble is not None:
            troubles[award.role_id] = trouble
    return troubles
