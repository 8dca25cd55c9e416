"""How often one member may ask for what is costly. Every command, button and menu comes past `Limits.take`, so this table is all
that there is to it; `/help` tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import discord
from discord.ext import commands

from bot.study.errors import TooOften


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` of these actions together in any so many minutes; `what` they bring, in the plural."""

    times: int
    minutes: int
    what: str
    actions: tuple[str, ...]


LIMITS = (
    # Each is drawn anew, a tenth of a second of one core.
    Limit(10, 1, "pictures", ("/progress", "/exam history", "exam-history", "exam-past", "exam-result")),
    # Whole files are read or written, by managers.
    Limit(5, 1, "files", ("/question import", "/question export", "contest-file")),
    # Every table is searched for the member.
    Limit(3, 10, "copies of your data", ("/privacy export",)),
    # Questions are drawn, and written down, by the dozen.
    Limit(6, 10, "new mock exams", ("exam-begin", "exam-start")),
)
"""By actions as `ui.intake.action_of` names them. Whatever replies with a file stands here; a test looks."""


def _mapping(limit: Limit) -> commands.CooldownMapping[discord.Interaction[Any]]:
    return commands.CooldownMapping(
        commands.Cooldown(limit.times, limit.minutes * 60), lambda interaction: interaction.user.id
    )


@dataclass
class Limits:
    """Kept in memory: a restart forgives, and each process counts by itself."""

    _taken: dict[str, tuple[Limit, commands.CooldownMapping[discord.Interaction[Any]]]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        for limit in LIMITS:
            self._taken |= dict.fromkeys(limit.actions, (limit, _mapping(limit)))

    def take(self, action: str, interaction: discord.Interaction[Any]) -> None:
        """Count an action of whoever is behind an interaction. Raises TooOften."""
        if action not in self._taken:
            return
        limit, buckets = self._taken[action]
        at = interaction.created_at.timestamp()
        bucket = buckets.get_bucket(interaction, at)
        if bucket is not None and (wait := bucket.update_rate_limit(at)):
            raise TooOften(limit.what, limit.times, limit.minutes, wait)
