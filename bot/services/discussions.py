"""The discussion of a daily: a thread under its post, a post in a forum, or a private thread for those who have
answered.

A discussion is a separate post, with a kind of its own, about the same daily. Nothing else is stored about it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.services.content import Content
from bot.services.open_questions import require_unsealed
from bot.services.posts import Policy, PostEnding, PostShown
from bot.storage import attempts, dailies, held_answers, posts, schedules
from bot.storage.dailies import Daily
from bot.storage.engine import Connection, Database
from bot.storage.posts import Post, PostKind
from bot.storage.schedules import GuildSchedule
from bot.study.dailies import OPEN, DailyState, Feedback
from bot.study.discussions import Discussion, Venue, begins_at_once, shown_spread
from bot.study.errors import DailyStillOpen, Refusal, Refused
from bot.study.grading import Answer
from bot.study.members import Member
from bot.study.questions import Pack, Question
from bot.study.schedules import Trouble

log = logging.getLogger(__name__)

KINDS = (PostKind.DISCUSSION, PostKind.PRIVATE_TALK)
"""The kinds of posts that hold a discussion. A daily has at most one post of these kinds."""
OPEN_WITHIN = timedelta(days=1)
"""A discussion that Discord has not accepted within this time is dropped."""
CLOSE_FIRST = timedelta(minutes=5)
"""Maximum time that discussions yield to new posts and answers during a rush."""


@dataclass(frozen=True, slots=True)
class Room:
    """Where a daily is discussed, once the thread is open."""

    thread_id: int
    venue: Venue


@dataclass(frozen=True, slots=True)
class Discussed:
    """What the first message of a discussion shows. `spread`: how the group answered, empty if that is not shown;
    `closed`: the daily accepts no more answers."""

    daily: Daily
    question: Question
    pack: Pack
    venue: Venue
    parent_id: int
    spread: Sequence[tuple[Answer, int]]
    name: str
    closed: bool


@dataclass(frozen=True, slots=True)
class Discussions:
    db: Database
    content: Content

    async def set(self, schedule: GuildSchedule, discussion: Discussion, forum_id: int | None) -> GuildSchedule:
        """Set when and where the dailies of a schedule are discussed. This also applies to an open daily when it
        closes.

        Raises NOT_SCHEDULED, and FORUM_AT_CLOSE if a forum is to open together with the daily.
        """
        if forum_id is not None and discussion is Discussion.AT_ONCE:
            raise Refused(Refusal.FORUM_AT_CLOSE)

        def work(tx: Connection) -> GuildSchedule:
            found = schedules.get(tx, *schedule.key)
            if found is None:
                raise Refused(Refusal.NOT_SCHEDULED)
            changed = replace(found, discussion=discussion, forum_id=forum_id, discussion_trouble=None)
            schedules.save(tx, changed)
            return changed

        return await self.db.write(work)

    async def enter(self, daily_id: int, member: Member, *, at: datetime) -> int:
        """Return the thread of a daily that the member has answered or that is closed.

        Raises NEEDS_SERVER, UNKNOWN_DAILY, DailyStillOpen, KeySealed, NO_DISCUSSION.
        """

        def work(tx: Connection) -> int:
            daily = self._daily(tx, daily_id, member)
            open_ = daily.state in OPEN and at < daily.closes_at
            if open_ and not _answered(tx, daily, member):
                raise DailyStillOpen(daily.closes_at)
            require_unsealed(tx, member.user_id, daily.question_id, at)
            room = room_of(tx, daily)
            if room is None:
                raise Refused(Refusal.NO_DISCUSSION)
            return room.thread_id

        return await self.db.read(work)

    async def note_gone(self, daily_id: int, *, at: datetime) -> None:
        """Record that a discussion was deleted, so that its daily's post no longer links to it."""

        def work(tx: Connection) -> None:
            for kind in KINDS:
                posts.forget(tx, kind, daily_id)
            posts.touch(tx, PostKind.DAILY, daily_id, at)

        await self.db.write(work)

    def _daily(self, tx: Connection, daily_id: int, member: Member) -> Daily:
        daily = dailies.get(tx, daily_id)
        if member.alone:
            raise Refused(Refusal.NEEDS_SERVER)
        if daily is None or daily.guild_id != member.guild_id or daily.state is DailyState.SKIPPED:
            raise Refused(Refusal.UNKNOWN_DAILY)
        return daily

    # -- its post

    def policies(self) -> dict[str, Policy]:
        policy = Policy(
            self.scene,
            manager=manager_of_post,
            trouble=_note_trouble,
            reported=_note_reported,
            shown=_note_shown,
            ended=_note_ended,
        )
        return dict.fromkeys(KINDS, policy)

    def scene(self, tx: Connection, post: Post) -> Discussed | None:
        """Return what the first message shows; None if its daily has nothing to discuss."""
        daily = dailies.get(tx, int(post.subject))
        if daily is None or daily.state is DailyState.SKIPPED or daily.early:
            return None
        found = self.content.find(tx, daily.guild_id, daily.question_id, daily.pack)
        venue = _venue(PostKind(post.kind), post.channel_id, daily)
        if found is None or (venue is Venue.UNDER_POST and daily.message_id is None):
            return None
        pack, question = found
        schedule, closed = schedules.get(tx, *daily.schedule), daily.state not in OPEN
        spread = shown_spread(dailies.spread(tx, daily.id, question.since)) if closed else ()
        name = schedule.name if schedule is not None else ""
        return Discussed(daily, question, pack, venue, post.channel_id, spread, name, closed)


def begin(tx: Connection, daily: Daily, at: datetime) -> None:
    """Open the discussion of a daily that has just been posted, if its schedule does not wait for the close."""
    schedule = schedules.get(tx, *daily.schedule)
    if schedule is not None and begins_at_once(schedule.discussion, daily.feedback, schedule.forum_id):
        # Keep trying after the close: if an earlier attempt opened a thread, it is found and used for the closed daily.
        _want(tx, PostKind.PRIVATE_TALK, daily, daily.channel_id, at, until=daily.closes_at)


def conclude(tx: Connection, daily: Daily, at: datetime) -> None:
    """Open the discussion of a daily that has just closed, or update it to show how the group answered."""
    if any(posts.touch(tx, kind, daily.id, at, patience=CLOSE_FIRST) for kind in KINDS):
        return
    schedule = schedules.get(tx, *daily.schedule)
    if schedule is None or schedule.discussion is Discussion.OFF:
        return
    if schedule.forum_id is not None:
        _want(tx, PostKind.DISCUSSION, daily, schedule.forum_id, at, until=at)
    elif daily.message_id is not None:
        _want(tx, PostKind.DISCUSSION, daily, daily.channel_id, at, until=at)


def _want(tx: Connection, kind: PostKind, daily: Daily, channel_id: int, at: datetime, *, until: datetime) -> None:
    about = kind, daily.id, daily.guild_id, channel_id
    posts.want(tx, *about, at=at, expires_at=until + OPEN_WITHIN, patience=CLOSE_FIRST)


def _answered(tx: Connection, daily: Daily, member: Member) -> bool:
    """Return whether a member's answer to an open daily is final."""
    if attempts.of_daily(tx, daily.id, member.user_id) is not None:
        return True
    # Where answers are revealed at once, a held answer is sealed and cannot be changed.
    held = held_answers.of_member(tx, daily.id, member.user_id)
    return held is not None and daily.feedback is Feedback.AT_ONCE


def room_of(tx: Connection, daily: Daily) -> Room | None:
    """Return where a daily is discussed; None if no discussion is open yet, or it is gone."""
    for kind in KINDS:
        place = posts.place_of(tx, kind, daily.id)
        if place is not None and place.thread_id is not None and place.message_id is not None:
            return Room(place.thread_id, _venue(kind, place.channel_id, daily))
    return None


def _venue(kind: PostKind, channel_id: int, daily: Daily) -> Venue:
    """Return where a discussion is opened. The post's kind decides, not the daily's state, so that a daily that closes
    meanwhile does not get a second discussion."""
    if kind is PostKind.PRIVATE_TALK:
        return Venue.PRIVATE
    return Venue.UNDER_POST if channel_id == daily.channel_id else Venue.FORUM


def _note_shown(tx: Connection, post: Post, shown: PostShown, at: datetime) -> None:
    scene: Discussed = shown.scene
    schedules.set_discussion_trouble(tx, scene.daily.schedule, None)
    # Check the revision, not the message: a process may have stored the message and died before it marked the daily's
    # post dirty.
    if scene.venue is not Venue.UNDER_POST and post.shown_revision == 0:
        # The daily's post links to a discussion that is not a thread under it.
        posts.touch(tx, PostKind.DAILY, scene.daily.id, at, patience=CLOSE_FIRST)


def _note_ended(tx: Connection, post: Post, ending: PostEnding, at: datetime) -> None:
    log.info("discussion ended: %s", ending.value, extra={"guild": post.guild_id, "daily": post.subject})
    posts.touch(tx, PostKind.DAILY, post.subject, at, patience=CLOSE_FIRST)


def schedule_of_post(tx: Connection, post: Post) -> GuildSchedule | None:
    """Return the schedule of the daily that a post is about; None if it was removed."""
    daily = dailies.get(tx, int(post.subject))
    return schedules.get(tx, *daily.schedule) if daily is not None else None


def manager_of_post(tx: Connection, post: Post) -> int | None:
    schedule = schedule_of_post(tx, post)
    return schedule.set_by if schedule is not None else None


def _note_trouble(tx: Connection, post: Post, trouble: Trouble, _at: datetime) -> bool:
    """Record a problem on the schedule, so that managers are notified once and not about each day's discussion."""
    schedule, first = schedule_of_post(tx, post), posts.set_trouble(tx, post, trouble)
    return schedule is not None and first and schedule.discussion_trouble is not trouble


def _note_reported(tx: Connection, post: Post) -> None:
    posts.set_reported(tx, post)
    if (schedule := schedule_of_post(tx, post)) is not None:
        schedules.set_discussion_trouble(tx, schedule.key, posts.trouble_of(tx, post))
