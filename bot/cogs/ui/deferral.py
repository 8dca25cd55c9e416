"""Deferring interactions. Discord waits 3 seconds for a reply, so a slow one is deferred here, for every feature."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import discord

from bot.cogs.ui.delivery import LOST, at_least_once, describe, where

log = logging.getLogger(__name__)

DEFER_AFTER = 1.5
"""Seconds after which an interaction without a reply is deferred."""

_KEY = "deferral"


class Deferral:
    """The timer of one interaction. It starts when the interaction arrives; the first reply stops it.

    `edits`: the reply will replace the message that was pressed, instead of being a new private one.
    """

    def __init__(self, interaction: discord.Interaction[Any], *, edits: bool) -> None:
        self.edits = edits
        self._interaction = interaction
        self._request: asyncio.Task[None] | None = None
        self._waiting = False
        self._timer = asyncio.get_running_loop().call_later(DEFER_AFTER, self._begin)
        interaction.extras[_KEY] = self

    def cancel(self) -> None:
        self._timer.cancel()

    async def end(self) -> None:
        """Stop the timer, and wait for a deferral already being sent, because the reply's route depends on it."""
        self._timer.cancel()
        if self._request is not None:
            await self._request

    @property
    def tried(self) -> bool:
        """Whether a deferral was sent. It may have arrived even if that was not confirmed."""
        return self._request is not None

    def take_waiting(self) -> bool:
        """Return whether Discord shows that a reply is on its way. True only once, because the first reply removes that
        notice."""
        waiting, self._waiting = self._waiting, False
        return waiting

    def _begin(self) -> None:
        if not self._interaction.response.is_done():
            self._request = asyncio.create_task(self._defer())

    async def _defer(self) -> None:
        try:
            await at_least_once(lambda: self._interaction.response.defer(ephemeral=True, thinking=not self.edits))
            self._waiting = self._interaction.response.is_done()
        except (discord.HTTPException, *LOST) as failure:
            # The work continues, and its result is saved; the member sees the result when they ask again.
            log.warning("could not defer: %s", describe(failure), extra=where(self._interaction))


def deferral_of(interaction: discord.Interaction[Any]) -> Deferral:
    deferral = interaction.extras[_KEY]
    assert isinstance(deferral, Deferral)
    return deferral
