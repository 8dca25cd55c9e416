"""Commands for managers: Discord hides them from others, and we check again."""

from __future__ import annotations

from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.cogs.ui.replies import guild_of
from bot.study.errors import Refusal, Refused, StudyError
from bot.study.members import ALONE

MANAGER = discord.Permissions(manage_guild=True)
FOR_MANAGERS = "for-managers"

CommandT = TypeVar("CommandT", bound=app_commands.Command[Any, ..., Any])


class ManagerGroup(app_commands.Group):
    """A group whose commands all need Manage Server. A server's own settings may show such a group to others in
    Discord; our own check still applies."""

    def __init__(self, *, name: str, description: str) -> None:
        super().__init__(name=name, description=description, default_permissions=MANAGER, guild_only=True)

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        return _is_manager(interaction)


def managers_only(command: CommandT) -> CommandT:
    """Mark a manager's command in a group that members use too. Discord can hide only whole groups, so this check
    matters; `/help` lists the command for managers."""
    command.add_check(_is_manager)
    command.extras[FOR_MANAGERS] = True
    return command


def for_managers(command: app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu) -> bool:
    return command.default_permissions is not None or bool(command.extras.get(FOR_MANAGERS))


def _is_manager(interaction: discord.Interaction[Any]) -> bool:
    try:
        require_manager(interaction)
    except StudyError as error:
        # discord.py accepts only its own errors from a check; others would be lost.
        raise app_commands.CheckFailure from error
    return True


def require_manager(interaction: discord.Interaction[Any]) -> None:
    """Require a manager. Raises NEEDS_SERVER, NOT_ALLOWED."""
    if guild_of(interaction) == ALONE:
        raise Refused(Refusal.NEEDS_SERVER)
    if not interaction.permissions.manage_guild:
        raise Refused(Refusal.NOT_ALLOWED)
