"""Discord's scheduled events. Each is stored as a post of its own kind, shown in the server's list of events instead of
a channel.

The post in the channel is authoritative. An event that somebody deletes is not created again; an event that somebody
moves is moved back at our next change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from bot.services.content import Content
from bot.services.posts import Policy, PostShown
from bot.storage import competitions, evenings, live_plans, posts
from bot.storage.competitions import Competition
from bot.storage.engine import Connection
from bot.storage.evenings import Evening
from bot.storage.live_plans import LivePlan
from bot.storage.posts import Post, PostKind
from bot.study.competitions import CompetitionState
from bot.study.evenings import EveningEnding
from bot.study.live import LivePlanState
from bot.study.questions import Pack

Announced: TypeAlias = Evening | Competition | LivePlan


EVENT_AHEAD = timedelta(minutes=1)
"""Discord accepts no event that starts sooner than this, or that has already started."""


class EventAbout(StrEnum):
    """What a Discord event announces; its post's subject begins with this."""

    EVENING = "evening"
    COMPETITION = "competition"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class EventScene:
    about: Announced
    pack: Pack
    off: bool
    """Whether it was called off, so that its event must be deleted."""


@dataclass(frozen=True, slots=True)
class Events:
    content: Content

    def policies(self) -> dict[str, Policy]:
        return {PostKind.EVENT: Policy(self.scene, manager=_planner, shown=_link)}

    def scene(self, tx: Connection, post: Post) -> EventScene | None:
        """Return the event as it is planned; None if there is nothing left to announce."""
        pack = self.content.pack(tx, post.guild_id)
        match found := _announced(tx, post):
            case Evening():
                off = found.ending not in (None, EveningEnding.PLAYED)
                if (its := self.content.named(tx, found.guild_id, found.pack)) is not None:
                    pack = its.seen_for(found.version)
            case Competition():
                off = found.state is CompetitionState.CANCELLED
            case LivePlan():
                off = found.state not in (LivePlanState.PLANNED, LivePlanState.STARTED)
            case None:
                return None
        if off and post.message_id is None and post.attempts <= 1:
            return None  # after an earlier attempt, it may exist, and must be deleted
        return EventScene(found, pack, off)


def _announced(tx: Connection, post: Post) -> Announced | None:
    kind, _, id = post.subject.partition(".")
    match EventAbout(kind):
        case EventAbout.EVENING:
            return evenings.get(tx, int(id))
        case EventAbout.COMPETITION:
            return competitions.get(tx, int(id))
        case EventAbout.LIVE:
            return live_plans.get(tx, int(id))


def _planner(tx: Connection, post: Post) -> int | None:
    """Return who planned what an event announces."""
    match found := _announced(tx, post):
        case Evening():
            return found.host_id
        case Competition():
            return found.created_by
        case LivePlan():
            return found.planned_by
        case None:
            return None


def _link(tx: Connection, post: Post, _shown: PostShown, at: datetime) -> None:
    """Mark the post in the channel dirty, so that it links to its new event."""
    kind, _, id = post.subject.partition(".")
    posted = {EventAbout.EVENING: PostKind.EVENING, EventAbout.LIVE: PostKind.LIVE_PLAN}.get(EventAbout(kind))
    if posted is not None:
        posts.touch(tx, posted, id, at)


def want_event(
    tx: Connection, about: EventAbout, id: int, guild_id: int, channel_id: int, starts_at: datetime, at: datetime
) -> None:
    """Request a Discord event; it is dropped if it cannot be created before it starts."""
    posts.want(tx, PostKind.EVENT, f"{about}.{id}", guild_id, channel_id, at=at, expires_at=starts_at)


def renew_event(
    tx: Connection, about: EventAbout, id: int, guild_id: int, channel_id: int, starts_at: datetime, at: datetime
) -> None:
    """Request a new Discord event for what takes place after all; only if it had one, which was deleted."""
    if posts.exists(tx, PostKind.EVENT, f"{about}.{id}"):
        posts.forget(tx, PostKind.EVENT, f"{about}.{id}")
        want_event(tx, about, id, guild_id, channel_id, starts_at, at)


def touch_event(tx: Connection, about: EventAbout, id: int, at: datetime) -> None:
    """Mark an event dirty after a change, if there is an event."""
    posts.touch(tx, PostKind.EVENT, f"{about}.{id}", at)


def event_of(tx: Connection, about: EventAbout, id: int) -> int | None:
    """Return Discord's id of an event, once it has been created."""
    return posts.message_of(tx, PostKind.EVENT, f"{about}.{id}")
