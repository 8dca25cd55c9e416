"""A simulated channel for tests of services. It accepts everything, and posts are acknowledged as the reconciler would
do it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.services import Services
from bot.services.dailies import SEASON_FIRST, DailyPost
from bot.services.posts import PostEnding, PostShown
from bot.storage.posts import Post, PostKind


@dataclass(frozen=True)
class Put:
    """A post that was shown, with its scene. `sent`: whether by a new message."""

    post: Post
    scene: Any

    @property
    def sent(self) -> bool:
        return self.post.message_id is None


async def put_up(services: Services, post: DailyPost, message_id: int, *, at: datetime) -> None:
    """Record that a daily's post was sent. On the first of a month, it is due after the post about the end of the
    season."""
    _, [leased] = await services.posts.lease(PostKind.DAILY, post.daily.id, at=at + SEASON_FIRST)
    scene = await services.posts.scene(leased, at=at)
    await services.posts.acknowledge(leased, PostShown(message_id, at, scene), at=at)


async def show_all(services: Services, at: datetime) -> list[Put]:
    """Show every post that is due now, and record that; return what was shown."""
    shown = []
    for post in await services.posts.acquire(at, limit=1000):
        held = await services.posts.hold(post, at=at)
        assert held is not None, "nobody else has it"
        scene = await services.posts.scene(held, at=at)
        if scene is None:
            await services.posts.end(held, PostEnding.OVER, at=at)
            continue
        await services.posts.acknowledge(held, PostShown(held.message_id or 1000 + held.id, at, scene), at=at)
        shown.append(Put(held, scene))
    return shown
