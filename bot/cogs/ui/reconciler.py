"""Makes channels show what `services.posts` says: sends or edits each post until they do. Nothing else sends posts.

Each post has exactly one message, whatever crashes: a first attempt is guarded by its nonce for as long as Discord
remembers it; after that, the channel is searched for the post's own buttons before it is sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot import metrics
from bot.cogs.ui.access import HISTORY, Access, look_at, look_closely
from bot.cogs.ui.cards import Message
from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.delivery import UNKNOWN_MESSAGE, at_least_once, describe
from bot.cogs.ui.layout import EMPTIED, layout
from bot.cogs.ui.line import Errands, Held, Line
from bot.cogs.ui.now import now
from bot.cogs.ui.outgoing import Outgoing, trouble_of
from bot.cogs.ui.pace import IDLE
from bot.cogs.ui.pictures import Picture
from bot.cogs.ui.placed import Placed
from bot.cogs.ui.threads import SHUT, Opening, find_thread, open_thread
from bot.services.leases import is_fresh
from bot.services.posts import PostEnding, PostShown, Unsent
from bot.storage.posts import Post
from bot.study.schedules import Trouble

if TYPE_CHECKING:
    from bot.cogs.ui.client import StudyBot

log = logging.getLogger(__name__)

FEATURE = "post"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the channel should show. `users` and a `role` are pinged when it is sent; `picture` draws the picture below
    its text; `opening` is the thread in which it is shown."""

    message: Message
    picture: Callable[[], Awaitable[Picture]] | None = None
    users: tuple[int, ...] = ()
    role: int | None = None
    opening: Opening | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A direct message to a manager. `text` takes the server's name."""

    manager: int | None
    text: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Renderer:
    """How posts of a kind look. `compose` makes a message from a scene, or None to leave the message as it is. `marks`:
    ids of its buttons, by which a post is recognized in its channel, whatever follows them. `unsent` tells a manager
    why the post is not up; `word` returns what a manager needs to know about a scene that is shown, or about the post's
    end. `opens`: the post is shown in a thread that is opened for it. `needs`: the permissions that it requires, if they
    differ from those of other posts."""

    compose: Callable[[Post, Any], Rendered | Placed | None]
    marks: Callable[[Post], tuple[CustomId, ...]]
    unsent: Callable[[Unsent, str, Access], str] | None = None
    word: Callable[[Any], Word | None] | None = None
    opens: bool = False
    needs: Callable[[Unsent], Mapping[str, str] | None] = lambda _: None


class Reconciler:
    """Sends and edits posts. `bot.jobs` calls its tick, which takes the time as an argument and never waits for
    Discord."""

    def __init__(self, bot: StudyBot, outgoing: Outgoing, renderers: Mapping[str, Renderer]) -> None:
        self.bot = bot
        self.outgoing = outgoing
        self.renderers = renderers
        self.posts = bot.services.posts
        self.line = Line(
            outgoing,
            Errands(
                FEATURE,
                key=lambda post: post.id,
                acquire=self._acquire,
                do=self._reconcile,
                failed=self._failed,
                release=lambda posts, at: self.posts.release(posts, at=at),
                release_all=lambda at, busy: self.posts.release_all(at, busy=busy),
                patience=lambda post: min(IDLE, max(timedelta(), post.due_at - now())),
            ),
        )

    async def tick(self, at: datetime) -> None:
        """Begin due posts, as many as can be sent soon. Patient ones never take a place in the queue from urgent
        ones."""
        async with self.line.acquiring:
            await self._advance_due(at)
            if room := self.room(at):
                self.line.begin(await self._acquire(at, room, self.line.busy))

    async def _acquire(self, at: datetime, room: int, busy: Collection[int]) -> list[Post]:
        due_by = at if self._patient(at) >= self.line.longest() else None
        return await self.posts.acquire(at, limit=room, busy=busy, due_by=due_by)

    def room(self, at: datetime) -> int:
        """Return how many more due posts can be sent soon."""
        return 0 if self.line.stopping else max(0, self.line.longest() - len(self.line.waiting) + self._patient(at))

    def _patient(self, at: datetime) -> int:
        return sum(post.due_at > at for post in self.line.waiting.values())

    async def _advance_due(self, at: datetime) -> None:
        """Move posts that have become due forward in the queue."""
        patient = [post.id for post in self.line.waiting.values() if post.due_at > at]
        for post_id in await self.posts.due_of(patient, at=at):
            if (post := self.line.waiting.get(post_id)) is not None and not self.line.stopping:
                self.line.give_up(post_id)
                self.line.begin([replace(post, due_at=at)])

    async def show(self, kind: str, subject: object, *, again: bool = False) -> None:
        """Bring a post up to date now, and wait for Discord's reply. `again`: even if it is up to date, to find out
        whether its message still exists."""
        post_id, leased = await self.posts.lease(kind, subject, at=now(), again=again)
        self.line.begin(leased)
        if post_id is not None:
            await self.outgoing.tasks.wait((FEATURE, post_id))

    # -- one post

    async def _reconcile(self, held: Held[Post]) -> None:
        post = held.item
        found = await self._find(post) if await self._may_be_up(post) else None
        if (renewed := await self.posts.hold(post, found, at=now())) is None:
            return
        held.item = renewed
        if found is not None:
            metrics.POSTS.labels(post.kind, "found").inc()
        await self._put(held)

    async def _may_be_up(self, post: Post) -> bool:
        """Return whether the channel must be searched before sending: the post was tried before, and either its nonce
        has expired or there is nothing to send now."""
        if post.message_id is not None or post.attempts == 1 or not self.renderers[post.kind].marks(post):
            return False
        if self.renderers[post.kind].opens and post.thread_id is None:
            return False  # the bot first has to find its thread, or open one
        return not is_fresh(post, now()) or (await self._now(post))[1] is None

    async def _now(self, post: Post) -> tuple[Any, Rendered | Placed | None]:
        """Return the current scene of a post, and the message for it; no scene if the post ends, and no message if the
        post stays unchanged."""
        scene = await self.posts.scene(post, at=now())
        return scene, self.renderers[post.kind].compose(post, scene) if scene is not None else None

    async def _find(self, post: Post) -> int | None:
        """Find the message of a post that was sent but not recorded. Raises CannotLook."""
        marks = tuple(f"{mark}:" for mark in self.renderers[post.kind].marks(post))
        return await self.outgoing.find(
            self._channel(post), lambda custom_id: f"{custom_id}:".startswith(marks), claimed_at=post.first_tried_at
        )

    async def _put(self, held: Held[Post]) -> None:
        post = held.item
        scene, rendered = await self._now(post)
        if scene is None:
            await self._end(post, PostEnding.OVER)
            return
        if rendered is not None:
            blind = await self._is_blind(post)
            if not isinstance(rendered, Rendered):
                await self.outgoing.pace.go()
                shown = await rendered.put(self.bot, post)
            elif rendered.opening is not None and post.thread_id is None:
                shown = await self._open(held, rendered, rendered.opening)
            else:
                shown = await self._deliver(post, rendered)
            if shown is None:
                await self._end(post, PostEnding.OVER)
                return
            await self.posts.acknowledge(post, PostShown(*shown, scene, blind), at=now())
        elif post.message_id is not None:
            await self.posts.acknowledge(post, PostShown(post.message_id, now(), scene), at=now())
        else:
            await self.posts.wait(post, at=now())
        await self._say(post, scene)

    async def _end(self, post: Post, ending: PostEnding) -> None:
        if post.message_id is None:
            metrics.POSTS.labels(post.kind, "missed").inc()
        await self._say(post, await self.posts.end(post, ending, at=now()))

    async def _say(self, post: Post, told: Any) -> None:
        """Tell a manager what they need to know about a scene that is shown, or about the end of a post."""
        words = self.renderers[post.kind].word
        if told is not None and words is not None and (word := words(told)) is not None:
            await self.outgoing.notify(post.guild_id, [word.manager], word.text)

    async def _is_blind(self, post: Post) -> bool:
        """Return whether the bot would be unable to find the message again once it is sent; if so, warn the manager."""
        if post.message_id is not None or HISTORY not in look_at(self.bot, post.guild_id, post.channel_id).missing:
            return False
        unsent = await self.posts.warn(post, at=now())
        if unsent is not None and post.id not in self.outgoing.busy("blind"):
            self.outgoing.begin("blind", post.id, self._tell(unsent))
        return True

    async def _open(self, held: Held[Post], rendered: Rendered, opening: Opening) -> tuple[int, datetime]:
        """Open the thread of a post, unless it is already open, and show the message there."""
        post = held.item
        opened = await find_thread(self.bot, post.guild_id, opening) if post.attempts > 1 else None
        if opened is None:
            await self.outgoing.pace.go()
            view, pings = self._shown(post, rendered)
            opened = await open_thread(self.bot, opening, view, rendered.message.attachments, pings)
        await self.posts.note_thread(post, opened.thread_id, opened.message_id)
        held.item = replace(post, thread_id=opened.thread_id, message_id=opened.message_id)
        if opened.fresh and opened.message_id is not None:
            metrics.POSTS.labels(post.kind, "sent").inc()
            return opened.message_id, discord.utils.snowflake_time(opened.message_id)
        return await self._deliver(held.item, rendered)

    async def _deliver(self, post: Post, rendered: Rendered) -> tuple[int, datetime]:
        """Send or edit the message; return its id, and the time of the change by Discord's clock."""
        if rendered.picture is not None:
            picture = await self.outgoing.picture(post.guild_id, post.channel_id, rendered.picture)
            message = rendered.message
            rendered = replace(rendered, message=replace(message, card=replace(message.card, picture=picture)))
        put = self._send if post.message_id is None else self._edit
        await self.outgoing.pace.go()
        return await put(post, rendered)

    async def _send(self, post: Post, rendered: Rendered) -> tuple[int, datetime]:
        shown, pings = self._shown(post, rendered)
        sent = await at_least_once(
            lambda: self._channel(post).send(
                view=shown, files=rendered.message.attachments, nonce=post.nonce, allowed_mentions=pings
            )
        )
        assert sent is not None, "only interactions are answered before"
        metrics.POSTS.labels(post.kind, "sent").inc()
        metrics.POST_DELAY.observe(max(0.0, (now() - post.due_at).total_seconds()))
        return sent.id, sent.created_at

    async def _edit(self, post: Post, rendered: Rendered) -> tuple[int, datetime]:
        assert post.message_id is not None, "there is a message to edit"
        there = self._channel(post).get_partial_message(post.message_id)
        shown, pings = self._shown(post, rendered)
        edited = await at_least_once(
            lambda: there.edit(**EMPTIED, view=shown, attachments=rendered.message.attachments, allowed_mentions=pings)
        )
        assert edited is not None, "only interactions are answered before"
        return edited.id, edited.edited_at or now()

    def _shown(self, post: Post, rendered: Rendered) -> tuple[ui.LayoutView, discord.AllowedMentions]:
        """Return the components, and whom they may ping. Discord pings nobody for an edit, but the mentions must stay
        allowed to be highlighted."""
        guild = self.bot.get_guild(post.guild_id)
        roles = [rendered.role] if rendered.role is not None else []
        if guild is not None and not guild.unavailable:
            # The mention of a deleted role pings nobody, and shows as an unknown role.
            roles = [role_id for role_id in roles if guild.get_role(role_id) is not None]
        ping = " ".join([f"<@&{role_id}>" for role_id in roles] + [f"<@{user_id}>" for user_id in rendered.users])
        allowed = discord.AllowedMentions(
            everyone=False,
            roles=[discord.Object(role_id) for role_id in roles],
            users=[discord.Object(user_id) for user_id in rendered.users],
        )
        return layout(rendered.message, self.bot.mentions, ping=ping), allowed

    def _channel(self, post: Post) -> discord.PartialMessageable:
        return self.bot.get_partial_messageable(post.place_id, guild_id=post.guild_id)

    async def _failed(self, post: Post, error: BaseException | None) -> None:
        metrics.POSTS.labels(post.kind, "failed").inc()
        about = {"guild": post.guild_id, "kind": post.kind, "subject": post.subject}
        if isinstance(error, discord.NotFound) and error.code == UNKNOWN_MESSAGE:
            # Somebody has deleted the message, and we respect that.
            log.warning("post not shown: %s", error, extra=about)
            await self._end(post, PostEnding.DELETED)
        elif isinstance(error, discord.HTTPException) and error.code in SHUT:
            log.warning("post not shown: %s", error, extra=about)
            await self._end(post, PostEnding.SHUT)
        elif error is None:
            await self.posts.fail(post, at=now())
        elif (trouble := trouble_of(error)) is None:
            # A failure of Discord or the network: the message may be up or not.
            log.warning("post not shown yet, will be retried: %s", describe(error), extra=about)
            await self.posts.fail(post, at=now())
        else:
            log.warning("post refused: %s", error, extra=about)
            await self._refused(post, trouble)

    async def _refused(self, post: Post, trouble: Trouble) -> None:
        if post.thread_id is not None and trouble is Trouble.CHANNEL_GONE:
            await self._end(post, PostEnding.DELETED)  # somebody has deleted its thread; we respect that, too
        elif await self.posts.is_over(post, at=now()):
            await self._end(post, PostEnding.OVER)
        elif (unsent := await self.posts.refuse(post, trouble, at=now())) is not None:
            await self._tell(unsent)

    async def _tell(self, unsent: Unsent) -> None:
        post = unsent.post
        renderer = self.renderers[post.kind]
        if (words := renderer.unsent) is None:
            return
        access = await look_closely(self.bot, post.guild_id, post.channel_id, renderer.needs(unsent))
        told = post.guild_id, [unsent.manager], lambda server: words(unsent, server, access)
        if unsent.over:
            await self.outgoing.notify(*told)
        elif await self.outgoing.tell(*told):
            await self.posts.note_reported(post)
