"""The bot as cogs see it: Discord's client with our services."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.cogs.ui.access import NEEDED, PICTURES
from bot.cogs.ui.intake import InteractionIntake, StudyTree
from bot.cogs.ui.limits import Limits
from bot.cogs.ui.mentions import CommandMentions
from bot.cogs.ui.private import PrivateMessages
from bot.cogs.ui.promises import Promises
from bot.config import Settings
from bot.services import Services

if TYPE_CHECKING:
    from bot.cogs.dailies.poster import Poster
    from bot.cogs.ui.reconciler import Reconciler


class StudyBot(commands.AutoShardedBot):
    """The client. `bot.app.Cohort` is the class that runs; cogs, buttons and forms rely only on this one."""

    services: Services
    settings: Settings
    poster: Poster
    reconciler: Reconciler

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, tree_cls=StudyTree, **options)
        self.intake = InteractionIntake()
        self.limits = Limits()
        self.mentions = CommandMentions()
        self.promises = Promises()
        self.private = PrivateMessages()
        self.connected = asyncio.Event()
        """Set once the bot has logged in to Discord. Posting waits for this; READY comes seconds later, after the last server."""

    async def on_connect(self) -> None:
        self.connected.set()

    def invite_link(self, *, roles: bool = False) -> str:
        """Return a URL that adds the bot with exactly the permissions it needs; `roles` also asks for Manage Roles,
        which only servers with roles to win need. Adding it again changes its permissions."""
        assert self.application_id is not None, "known once the bot has logged in"
        return discord.utils.oauth_url(
            self.application_id,
            permissions=discord.Permissions(**dict.fromkeys(NEEDED | PICTURES, True), manage_roles=roles),
            scopes=("bot", "applications.commands"),
        )
