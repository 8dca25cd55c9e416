"""Members: who acts, in which server, and what is known about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.study.reviews import GENERAL, Parameters
from bot.study.streaks import Streak

_NO_STREAK = Streak()

ALONE = 0
"""The guild id of a member in direct messages, or in a server to which the bot has not been added."""

Author: TypeAlias = tuple[int, int]
"""A member of a server: server and user."""


@dataclass(frozen=True, slots=True)
class Member:
    """The acting member. `guild_id` is ALONE in a direct message; `name` is the current name."""

    guild_id: int
    user_id: int
    name: str
    roles: frozenset[int] = frozenset()
    """The member's roles in Discord; empty if unknown, as at a daily's close."""
    joined_at: datetime | None = None
    """When they last joined the server; None if unknown."""

    @property
    def alone(self) -> bool:
        return self.guild_id == ALONE


@dataclass(frozen=True, slots=True)
class Learner:
    """What is known about a person regardless of the server. `zone` and `asks_confidence` are None if they have set
    none."""

    zone: str | None = None
    asks_confidence: bool | None = None
    """Whether they want to be asked how sure they were of an answer."""
    own_parameters: Parameters | None = None
    """FSRS parameters fitted to their memory, if these forecast better than the general ones."""

    @property
    def parameters(self) -> Parameters:
        return self.own_parameters or GENERAL


UNKNOWN = Learner()


@dataclass(frozen=True, slots=True)
class Known:
    """What recording an answer needs to know about its author. `hidden`: hidden on the leaderboards of this server."""

    hidden: bool = False
    streak: Streak = _NO_STREAK
