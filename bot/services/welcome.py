"""The first message in a server that adds the bot, once each time it joins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.content import Content
from bot.services.posts import Policy
from bot.storage import posts
from bot.storage.engine import Connection
from bot.storage.posts import Post, PostKind
from bot.study.questions import Pack

WELCOME_WITHIN = timedelta(days=1)
"""A welcome that Discord has not accepted within this time is dropped."""


@dataclass(frozen=True, slots=True)
class Welcome:
    content: Content

    def policies(self) -> dict[str, Policy]:
        return {PostKind.WELCOME: Policy(self.scene)}

    def scene(self, tx: Connection, post: Post) -> Pack:
        """Return what the welcome shows: the pack that the server would study."""
        return self.content.pack(tx, post.guild_id)


def want(tx: Connection, guild_id: int, channel_id: int, at: datetime) -> None:
    """Request a welcome, unless the server has had one since the bot joined."""
    if not posts.exists(tx, PostKind.WELCOME, guild_id):
        posts.want(tx, PostKind.WELCOME, guild_id, guild_id, channel_id, at=at, expires_at=at + WELCOME_WITHIN)


def forget(tx: Connection, guild_id: int) -> None:
    """Allow another welcome the next time the bot joins."""
    posts.forget(tx, PostKind.WELCOME, guild_id)
