"""Which interactions are in hand: each is taken once, and a stop waits for them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

import discord
from discord import app_commands

REMEMBERED = 10_000
"""How many interactions are known again when Discord delivers them a second time, as it may when a session resumes."""


class Intake:
    def __init__(self) -> None:
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._tasks: set[asyncio.Task[Any]] = set()

    def take(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether the running task is to handle an interaction: False if another was given it before."""
        if interaction.id in self._seen:
            return False
        self._seen[interaction.id] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        task = asyncio.current_task()
        assert task is not None, "interactions are handled in tasks of their own"
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def finish(self, within: float) -> int:
        """Wait until what is in hand is done; how many are not done in time, in seconds."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within)
        return len(self._tasks)


class StudyTree(app_commands.CommandTree[Any]):
    """Commands and completions, each handled once."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        return bool(interaction.client.intake.take(interaction))
