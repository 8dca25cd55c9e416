"""How often a member may ask for what is costly."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.ui.replies import guild_of


class PerMember:
    """At most `times` in any `seconds`, for each member of each server. Kept in memory: a restart forgives."""

    def __init__(self, times: int, seconds: float) -> None:
        self._buckets = commands.CooldownMapping[discord.Interaction[Any]](
            commands.Cooldown(times, seconds), lambda interaction: (guild_of(interaction), interaction.user.id)
        )

    def take(self, interaction: discord.Interaction[Any]) -> None:
        """Raises CommandOnCooldown, which says how long to wait."""
        at = interaction.created_at.timestamp()
        bucket = self._buckets.get_bucket(interaction, at)
        if bucket is not None and (wait := bucket.update_rate_limit(at)):
            raise app_commands.CommandOnCooldown(bucket, wait)
