"""Checks whether the bot can give a role, from what it knows about the server."""

from __future__ import annotations

import discord

from bot.cogs.awards import messages
from bot.cogs.ui.text import plain, when
from bot.services.awards import AwardList
from bot.study.awards import AwardTrouble


def hindrance(role: discord.Role) -> str | None:
    """Say what prevents the bot from giving or removing a role, and what to do; None if it sees nothing."""
    me = role.guild.me
    permissions = me.guild_permissions
    if me.timed_out_until is not None and me.is_timed_out() and not permissions.administrator:
        return f"I am timed out in this server until {when(me.timed_out_until)}. A moderator can end that."
    if not permissions.manage_roles:
        return "I am not allowed to give roles here. Give my role the permission Manage Roles in Server Settings, under Roles."
    if role >= me.top_role:
        return f"I can give only roles below my own. Drag {plain(me.top_role.name)} above {plain(role.name)} in Server Settings, under Roles."
    return None


def trouble_with(guild: discord.Guild, role_id: int) -> AwardTrouble | None:
    role = guild.get_role(role_id)
    if role is None:
        return AwardTrouble.ROLE_GONE
    return AwardTrouble.NO_PERMISSION if hindrance(role) is not None else None


def remedy(guild: discord.Guild | None, role_id: int, trouble: AwardTrouble) -> str:
    """Say how to fix a problem, given the server's current state: a manager may have fixed half of it already."""
    role = guild.get_role(role_id) if guild is not None else None
    return messages.trouble(trouble, hindrance(role) if role is not None else None)


def troubles_now(found: AwardList, guild: discord.Guild | None) -> dict[int, str]:
    """Say what is wrong with each role that can be won, by role id. Fall back to the recorded problem if the bot cannot
    see the server, or if it sees nothing wrong but was refused before."""
    known = guild if guild is not None and not guild.unavailable else None
    troubles = {}
    for bound in found.awards:
        award = bound.award
        seen = trouble_with(known, award.role_id) if known is not None else award.trouble
        if seen is None and award.trouble is AwardTrouble.NO_PERMISSION:
            seen = award.trouble
        if seen is not None:
            troubles[award.role_id] = remedy(known, award.role_id, seen)
    return troubles
