"""Advances live rounds, and has changes shown at once."""

from __future__ import annotations

from datetime import datetime

from bot.cogs.ui.reconciler import Reconciler
from bot.services.live_steps import LiveSteps


class LiveHost:
    """`bot.jobs` calls its tick, which takes the time as an argument and does not overlap with itself."""

    def __init__(self, steps: LiveSteps, reconciler: Reconciler) -> None:
        self.steps = steps
        self.reconciler = reconciler
        self._resumed = False

    async def tick(self, at: datetime) -> None:
        """Advance what is due, and begin to show it. The first tick resumes what the last run left, before anything
        counts as due."""
        if not self._resumed:
            await self.steps.resume(at)
            self._resumed = True
        await self.steps.advance_due(at)
        await self.reconciler.tick(at)
