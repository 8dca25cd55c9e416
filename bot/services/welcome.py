"""The first message in a server that has invited the bot: once for each time that it joins."""

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
"""A welcome that Discord has not taken by then comes too late to be one."""


@dataclass(frozen=True, slots=True)
class Welcome:
    content: Content

    def policies(self) -> dict[str, Policy]:
        return {PostKind.WELCOME: Policy(self.scene, ends_refused=True)}

    def scene(self, tx: Connection, post: Post) -> Pack:
        """What the welcome shows: the pack that the server would study."""
        return self.content.pack(tx, post.guild_id)


def want(tx: Connection, guild_id: int, channel_id: int, at: datetime) -> None:
    """Have a server welcomed, unless it has been since the bot joined."""
    if not posts.exists(tx, PostKind.WELCOME, guild_id):
        posts.want(tx, PostKind.WELCOME, guild_id, guild_id, channel_id, at=at, expires_at=at + WELCOME_WITHIN)


def forget(tx: Connection, guild_id: int) -> None:
    """Let the next time that the bot joins be welcomed again."""
    posts.forget(tx, PostKind.WELCOME, guild_id)
