"""Advances live rounds and shows changes at once."""

from __future__ import annotations

from datetime import datetime

from bot.cogs.ui.reconciler import Reconciler
from bot.services.live_steps import LiveSteps


class LiveHost:
    """Advances live rounds. `bot.jobs` calls its tick, which takes the time as an argument; ticks never overlap."""

    def __init__(self, steps: LiveSteps, reconciler: Reconciler) -> None:
        self.steps = steps
        self.reconciler = reconciler
        self._resumed = False

    async def tick(self, at: datetime) -> None:
        """Advance the rounds that are due, and begin to show them. The first tick resumes interrupted rounds before
        any round counts as due."""
        if not self._resumed:
            await self.steps.resume(at)
            self._resumed = True
        await self.steps.advance_due(at)
        await self.reconciler.tick(at)
