"""Rate limits of costly actions. Every command, button and menu passes `Limits.take`, so `LIMITS` has all of them;
`/help` shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import discord
from discord.ext import commands

from bot.study.errors import TooOften


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` of these actions, all together, per `minutes`. `what`: what they produce, in the plural."""

    times: int
    minutes: int
    what: str
    actions: tuple[str, ...]


LIMITS = (
    # Rendering a picture takes a tenth of a second on one core.
    Limit(
        10,
        1,
        "pictures",
        ("/progress", "/group", "progress", "/exam history", "exam-history", "exam-past", "exam-result"),
    ),
    # These commands read or write whole files.
    Limit(5, 1, "files", ("/question import", "/question export", "patch", "contest-file")),
    # An export searches every table for the member.
    Limit(3, 10, "copies of your data", ("/privacy export",)),
    # A new exam draws and stores dozens of questions.
    Limit(6, 10, "new mock exams", ("exam-begin", "exam-start", "evening-begin")),
)
"""Actions are named as by `ui.intake.action_of`. A test checks that every action whose reply has a file is listed
here."""


def _mapping(limit: Limit) -> commands.CooldownMapping[discord.Interaction[Any]]:
    return commands.CooldownMapping(
        commands.Cooldown(limit.times, limit.minutes * 60), lambda interaction: interaction.user.id
    )


@dataclass
class Limits:
    """Counts costly actions in memory: a restart resets it, and each process counts separately."""

    _taken: dict[str, tuple[Limit, commands.CooldownMapping[discord.Interaction[Any]]]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        for limit in LIMITS:
            self._taken |= dict.fromkeys(limit.actions, (limit, _mapping(limit)))

    def take(self, action: str, interaction: discord.Interaction[Any]) -> None:
        """Count an action of an interaction's author. Raises TooOften."""
        if action not in self._taken:
            return
        limit, buckets = self._taken[action]
        at = interaction.created_at.timestamp()
        bucket = buckets.get_bucket(interaction, at)
        if bucket is not None and (wait := bucket.update_rate_limit(at)):
            raise TooOften(limit.what, limit.times, limit.minutes, wait)
