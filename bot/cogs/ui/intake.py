"""Interactions in progress: each is accepted once, by one process, and shutdown waits for them."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from functools import partial
from time import perf_counter
from typing import Any

import discord
from discord import app_commands

from bot import metrics
from bot.cogs.ui import custom_ids, handlers
from bot.cogs.ui.deferral import Deferral
from bot.cogs.ui.delivery import where
from bot.cogs.ui.handlers import custom_id_of
from bot.storage.engine import NotRecorded
from bot.study.errors import TooOften

log = logging.getLogger(__name__)

REMEMBERED = 10_000
"""How many interactions are remembered, because Discord may deliver one twice when a session resumes."""


class InteractionIntake:
    def __init__(self) -> None:
        self._closed = False
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def take(self, interaction: discord.Interaction[Any]) -> bool:
        """Deduplicate interactions, and start the timer that defers an interaction if its reply is late.

        Returns False if this process, or one that shares its shard for a while, has accepted it before. Raises NotRecorded
        if the database cannot tell.
        """
        if interaction.id in self._seen:
            return False
        self._seen[interaction.id] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        task = asyncio.current_task()
        assert task is not None, "interactions are handled in tasks of their own"
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        began = perf_counter()
        if interaction.type is not discord.InteractionType.autocomplete:
            deferral = Deferral(interaction, edits=handlers.edits(interaction))
            task.add_done_callback(lambda _: deferral.cancel())
        if not _harmless_twice(interaction):
            interactions = interaction.client.services.interactions
            if self._closed or not await interactions.take(interaction.id, at=interaction.created_at):
                return False
        if interaction.type is not discord.InteractionType.autocomplete:
            task.add_done_callback(partial(_note, interaction, began))
        return True

    def close(self) -> None:
        """Stop accepting interactions, except those that are harmless if two processes handle them."""
        self._closed = True

    @property
    def in_progress(self) -> int:
        """How many interactions are being handled now."""
        return len(self._tasks)

    async def finish(self, within: float) -> int:
        """Wait some seconds for interactions in progress, then cancel the rest; return how many were cancelled."""
        tasks = set(self._tasks)
        _, late = await asyncio.wait(tasks, timeout=within) if tasks else (tasks, set())
        for task in late:
            task.cancel()
        return len(late)


def _harmless_twice(interaction: discord.Interaction[Any]) -> bool:
    """Return whether two processes may both handle an interaction: Discord accepts only one reply, and the work must
    have the same effect if it is done twice."""
    if interaction.type is discord.InteractionType.autocomplete:
        return True
    id = custom_ids.parse(custom_id_of(interaction))
    return id is not None and id.REPEATABLE and interaction.type is discord.InteractionType.component


def _note(interaction: discord.Interaction[Any], began: float, _task: asyncio.Task[Any]) -> None:
    """Record one log line and one metric for each action of a member."""
    action, took = action_of(interaction), perf_counter() - began
    metrics.ACTIONS.labels(action).observe(took)
    log.info("%s", action, extra={**where(interaction), "ms": round(took * 1000)})


def action_of(interaction: discord.Interaction[Any]) -> str:
    """Return what a member did: `/daily status`, or the verb of a button or form. Ids that the bot did not write count
    as `unknown`, because anybody could make up any number of names."""
    if isinstance(interaction.command, app_commands.Command | app_commands.ContextMenu):
        return f"/{interaction.command.qualified_name}"
    custom_id = custom_id_of(interaction)
    return custom_ids.verb_of(custom_id) if custom_ids.known(custom_id) else "unknown"


class StudyTree(app_commands.CommandTree[Any]):
    """Commands and completions, each handled once, and costly ones rate-limited."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        try:
            if not await interaction.client.intake.take(interaction):
                return False
            if interaction.type is discord.InteractionType.application_command:
                interaction.client.limits.take(action_of(interaction), interaction)
        except (NotRecorded, TooOften) as error:
            raise app_commands.CheckFailure from error  # discord.py passes on only its own errors
        return True
