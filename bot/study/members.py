"""Members: who acts, where, and what is known of them there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.study.streaks import Streak

_NO_STREAK = Streak()

ALONE = 0
"""The guild id of a member alone: in direct messages, or where the bot has not been added."""

Author: TypeAlias = tuple[int, int]
"""A member of a server: server and user."""


@dataclass(frozen=True, slots=True)
class Member:
    """Who acts, and where. `guild_id` is ALONE in a direct message; `name` is the one now shown."""

    guild_id: int
    user_id: int
    name: str
    roles: frozenset[int] = frozenset()
    """The roles that Discord shows with the action; empty where there is none to look at, as at a daily's close."""

    @property
    def alone(self) -> bool:
        return self.guild_id == ALONE


@dataclass(frozen=True, slots=True)
class Known:
    """What an answer needs of its author. `hidden`: they want to appear on no board of this server."""

    hidden: bool = False
    streak: Streak = _NO_STREAK
