"""What the post of a daily shows, and what is recorded when it is up, moved, rejected or given up.

`services.dailies` claims and closes dailies; `services.posts` decides which post is sent or edited next.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services import discussions
from bot.services.content import Content
from bot.services.credits import credit_of
from bot.services.dailies import DailyPost, Missed, missed, note_trouble
from bot.services.daily_closes import Closed, Withdrawn, closed, finish, schedule_of
from bot.services.discussions import manager_of_post, schedule_of_post
from bot.services.goals import progress_of
from bot.services.posts import Policy, PostEnding, PostShown
from bot.storage import dailies, guilds, posts, schedules
from bot.storage.dailies import Daily
from bot.storage.engine import Connection
from bot.storage.posts import PostKind
from bot.storage.schedules import GuildSchedule
from bot.study.dailies import OPEN, DailyState
from bot.study.schedules import Trouble, day_ends

log = logging.getLogger(__name__)

CLOSE_WITHIN = timedelta(days=7)
"""How long to retry the edit that shows the answer when Discord rejects it; after that, nobody reads the post any
more."""


@dataclass(frozen=True, slots=True)
class DailyPosts:
    content: Content

    def policies(self) -> dict[str, Policy]:
        return {
            PostKind.DAILY: Policy(
                self.scene,
                fallback=_channel,
                moves=tuple(Trouble),
                manager=manager_of_post,
                trouble=_note_trouble,
                warns_blind=True,
                edit_within=CLOSE_WITHIN,
                shown=_note_shown,
                moved=_move,
                reported=_note_reported,
                ended=self._note_ended,
            )
        }

    def scene(self, tx: Connection, post: posts.Post) -> DailyPost | Closed | Withdrawn | Daily | None:
        """Return what the post of a daily shows now: its question with the number of answers, or the answer. Return the
        plain daily if its post must stay as it is, because it is open and has lost its question, or waits for the end
        of a pause. Return None if there is nothing to show: for example, if its schedule was removed before it was
        sent."""
        daily, up = dailies.get(tx, int(post.subject)), post.message_id is not None
        if daily is None or daily.state not in OPEN:
            return closed(tx, self.content, daily) if daily is not None and up else None
        found = self.content.find(tx, daily.guild_id, daily.question_id, daily.pack)
        if found is None:
            return daily if up else None
        schedule, name = schedule_of(tx, daily)
        if schedule is None and daily.state is DailyState.CLAIMED and not up:
            return None
        if not up and _waits(schedule, daily):
            return daily
        goal = progress_of(tx, self.content, daily.guild_id, daily.day)
        credit, room = credit_of(tx, daily.guild_id, daily.question_id), discussions.room_of(tx, daily)
        return DailyPost(daily, found[1], found[0], credit, name, goal, room)

    def _note_ended(self, tx: Connection, post: posts.Post, ending: PostEnding, at: datetime) -> Missed | None:
        """Close a daily whose post is gone, was not sent in time, or could not be edited for too long."""
        daily = dailies.get(tx, int(post.subject))
        if daily is None:
            return None
        if ending is PostEnding.DELETED:
            dailies.note_deleted(tx, daily.id, post.message_id, at)
            log.warning("post of a daily deleted", extra={"guild": daily.guild_id, "daily": daily.id})
        if daily.state is DailyState.SETTLED:
            finish(tx, closed(tx, self.content, daily))
        elif daily.state is DailyState.POSTED and post.message_id is None:
            dailies.note_deleted(tx, daily.id, None, at)  # it was posted, so its date is used
        elif daily.state is DailyState.CLAIMED:
            return _give_up(tx, daily, at)
        return None


def _waits(schedule: GuildSchedule | None, daily: Daily) -> bool:
    """Return whether a daily waits for the end of a pause. A daily that a manager requests during the pause was claimed
    after the pause began, and does not wait."""
    paused_at = schedule.paused_at if schedule is not None else None
    return daily.state is DailyState.CLAIMED and paused_at is not None and daily.claimed_at <= paused_at


def _note_shown(tx: Connection, post: posts.Post, shown: PostShown, at: datetime) -> None:
    scene = shown.scene
    if isinstance(scene, DailyPost | Closed) and scene.daily.message_id != shown.message_id:
        if dailies.note_posted(tx, scene.daily.id, post.channel_id, shown.message_id, at):
            _discuss(tx, scene.daily.id, at)
        if isinstance(scene, DailyPost) and not shown.blind:
            schedules.end_trouble(tx, scene.daily.schedule)
    if isinstance(scene, Closed | Withdrawn):
        finish(tx, scene)


def _discuss(tx: Connection, daily_id: int, at: datetime) -> None:
    """Open the discussion of a daily whose post was just recorded; the daily may already be closed."""
    daily = dailies.get(tx, daily_id)
    assert daily is not None, "its post was just recorded"
    (discussions.begin if daily.state in OPEN else discussions.conclude)(tx, daily, at)


def _channel(tx: Connection, post: posts.Post) -> int | None:
    """Return the schedule's current channel."""
    schedule = schedule_of_post(tx, post)
    return schedule.channel_id if schedule is not None else None


def _note_trouble(tx: Connection, post: posts.Post, trouble: Trouble, at: datetime) -> bool:
    """Record a problem on the schedule, so that managers are notified once and not about each day's post."""
    schedule, daily = schedule_of_post(tx, post), dailies.get(tx, int(post.subject))
    if schedule is None or schedule.channel_id != post.channel_id or (daily is not None and _waits(schedule, daily)):
        return False
    return note_trouble(tx, schedule, trouble, at).first


def _note_reported(tx: Connection, post: posts.Post) -> None:
    if (schedule := schedule_of_post(tx, post)) is not None:
        schedules.set_reported(tx, schedule.key)


def _move(tx: Connection, post: posts.Post, channel_id: int) -> None:
    dailies.move_channel(tx, int(post.subject), channel_id)


def _give_up(tx: Connection, daily: Daily, at: datetime) -> Missed | None:
    """Give up a claim whose date has ended and whose post was not found."""
    dailies.give_up(tx, daily.id, at)
    log.warning("daily given up", extra={"guild": daily.guild_id, "day": str(daily.day)})
    schedule = schedules.get(tx, *daily.schedule)
    if schedule is None or schedule.trouble not in (None, Trouble.NO_HISTORY) or guilds.has_left(tx, daily.guild_id):
        return None  # the managers already know of the problem: do not notify them each day
    return missed(tx, schedule, [daily.day], schedule.next_post_at)


def redirect(tx: Connection, daily: Daily, schedule: GuildSchedule, at: datetime) -> None:
    """Retry an unsent claim at once, in the currently chosen channel."""
    again = daily.state is DailyState.POSTED
    ends = daily.closes_at if again else day_ends(schedule.rule.zone, daily.day)
    if posts.redirect(tx, PostKind.DAILY, daily.id, schedule.channel_id, at=at, expires_at=ends):
        dailies.move_channel(tx, daily.id, schedule.channel_id)
