"""The bot as the cogs know it: Discord's client with our services."""

from __future__ import annotations

import asyncio
from typing import Any

from discord.ext import commands

from bot.cogs.ui.intake import Intake, StudyTree
from bot.config import Settings
from bot.services import Services


class StudyBot(commands.AutoShardedBot):
    """`bot.app.Cohort` is the one that runs; this is what a cog, a button or a form may count on."""

    services: Services
    settings: Settings

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, tree_cls=StudyTree, **options)
        self.intake = Intake()
        self.connected = asyncio.Event()
        """Set once Discord has let us in. Posting waits for this; READY comes seconds later, after the last server."""

    async def on_connect(self) -> None:
        self.connected.set()
