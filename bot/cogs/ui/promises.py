"""Private replies about something pending, such as a post being sent: edited once the outcome is known."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import discord

from bot.cogs.ui.background import BackgroundTasks
from bot.cogs.ui.cards import Message
from bot.cogs.ui.delivery import LOST, describe, patience, where
from bot.cogs.ui.layout import EMPTIED, layout
from bot.storage.engine import DatabaseFailed
from bot.study.errors import StudyError

log = logging.getLogger(__name__)

EDITABLE = timedelta(minutes=14)
"""How long Discord allows a reply to be edited, minus a minute."""


@dataclass(frozen=True, slots=True)
class Waits:
    """The outcome is not known yet."""


WAITS = Waits()
Outcome: TypeAlias = Message | Waits | None
"""What the reply shows from now on; None if it can stay unchanged."""


@dataclass
class Promises:
    """Pending replies, in memory: after a restart the member sees the outcome when they ask again."""

    tasks: BackgroundTasks = field(default_factory=lambda: BackgroundTasks("promises"))
    _open: dict[int, tuple[discord.Interaction[Any], Callable[[], Awaitable[Outcome]]]] = field(default_factory=dict)

    def watch(self, interaction: discord.Interaction[Any], outcome: Callable[[], Awaitable[Outcome]]) -> None:
        """Check the outcome at each tick until there is one."""
        self._open[interaction.id] = interaction, outcome

    async def tick(self, at: datetime) -> None:
        """Check each reply without waiting for its edit, because Discord may be slow."""
        for id, promised in list(self._open.items()):
            if ("promise", id) not in self.tasks:
                self.tasks.begin(("promise", id), self._look(id, *promised, at))

    async def _look(
        self, id: int, interaction: discord.Interaction[Any], ask: Callable[[], Awaitable[Outcome]], at: datetime
    ) -> None:
        try:
            outcome = await ask()
            if isinstance(outcome, Waits) and at - interaction.created_at < EDITABLE:
                return
            if isinstance(outcome, Message):
                async with patience():
                    view = layout(outcome, interaction.client.mentions)
                    await interaction.edit_original_response(**EMPTIED, view=view)
        except DatabaseFailed:
            return  # checked again at the next tick
        except StudyError:
            pass  # the subject of the promise is gone
        except (discord.HTTPException, *LOST) as failure:
            log.warning("could not reply: %s", describe(failure), extra=where(interaction))
        except Exception:
            log.exception("could not reply", extra=where(interaction))
        self._open.pop(id, None)
