"""Lets live rounds go on, and has what changes shown at once."""

from __future__ import annotations

from datetime import datetime

from bot.cogs.ui.reconciler import Reconciler
from bot.services.live_steps import LiveSteps


class LiveHost:
    """Its tick is called by `bot.jobs`; it takes the time as an argument, and does not overlap with itself."""

    def __init__(self, steps: LiveSteps, reconciler: Reconciler) -> None:
        self.steps = steps
        self.reconciler = reconciler
        self._resumed = False

    async def tick(self, at: datetime) -> None:
        """Go on with what is due, and begin to show it. The first tick takes up what the last run left, before anything of it is taken
        for due."""
        if not self._resumed:
            await self.steps.resume(at)
            self._resumed = True
        await self.steps.advance_due(at)
        await self.reconciler.tick(at)
