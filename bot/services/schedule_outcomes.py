"""What managers see of a schedule: its status, its next question, its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.storage.dailies import Daily
from bot.storage.guilds import Guild
from bot.storage.schedules import GuildSchedule
from bot.study.questions import Pack, Question
from bot.study.schedules import Slot


@dataclass(frozen=True, slots=True)
class Status:
    """The status of one schedule. `schedule` is None if the server has none. `pack`: what the server studies."""

    schedule: GuildSchedule | None
    guild: Guild
    pack: Pack
    latest: Daily | None
    questions: int
    """How many questions the rotation has. `waiting`: how many this round has yet to post."""
    waiting: int
    skipped: Slot | None = None
    """The latest skipped slot, if no later daily was posted. The skip can be undone until the slot is due."""
    all: Sequence[GuildSchedule] = ()
    """All schedules of the server, by number."""
    named: Pack | None = None
    """The pack that the schedule's questions come from, for its exam version; None without a schedule."""

    @property
    def source(self) -> Pack:
        """The pack that its questions come from."""
        return self.named or self.pack


@dataclass(frozen=True, slots=True)
class Removed:
    """A schedule that has ended. `open`: its last daily, if that is still open."""

    schedule: GuildSchedule
    open: Daily | None
    first: GuildSchedule | None
    """The schedule that is now the first, if this changed the server's zone."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The next question for managers, with its key."""

    question: Question
    pack: Pack
    due: datetime | None
