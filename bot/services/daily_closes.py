"""The end of a daily: held answers are graded, and its post shows the answer and how members answered."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services import discussions
from bot.services.content import Content
from bot.services.credits import credit_of
from bot.services.discussions import Room
from bot.services.late_answers import look_again
from bot.services.recording import record_all
from bot.storage import dailies, daily_closes, guilds, held_answers, members, posts, schedules
from bot.storage.dailies import Daily
from bot.storage.engine import Connection
from bot.storage.posts import PostKind
from bot.storage.schedules import GuildSchedule
from bot.study.answering import Given
from bot.study.dailies import DailyState
from bot.study.daily_names import title_of
from bot.study.grading import Answer, as_written, fits
from bot.study.members import Member
from bot.study.questions import Pack, Question
from bot.study.scoring import Mode

log = logging.getLogger(__name__)

ANSWER_WAITS = timedelta(minutes=5)
"""Maximum time that the answers of closed dailies yield to new posts during a rush."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A daily past its close, with what its post now shows."""

    daily: Daily
    question: Question
    pack: Pack
    spread: Sequence[tuple[Answer, int]]
    """How many members gave each answer, since the options last changed."""
    set_by: int | None = None
    outdated: int = 0
    """How many answers were given before the options last changed."""
    credit: str | None = None
    """The name of the member who suggested the question."""
    name: str = ""
    """The name of its schedule, or the schedule's number if it has no name and is not the server's only one."""
    room: Room | None = None
    """Where it is discussed, if anywhere."""

    @property
    def unfit(self) -> int:
        """How many answers do not fit the current question."""
        return self.outdated + sum(count for answer, count in self.spread if not fits(self.question, answer))

    @property
    def changed(self) -> bool:
        """Whether managers should be notified that the question has changed."""
        return self.unfit > 0


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A daily that ended without a result, because its question is gone or the clock was wrong when it was created. Its
    day counts as a day without a daily."""

    daily: Daily
    set_by: int | None

    @property
    def changed(self) -> bool:
        return True


def settle(tx: Connection, content: Content, daily: Daily, at: datetime) -> None:
    """End a daily: grade the held answers, and have its post show the answer."""
    found = content.find(tx, daily.guild_id, daily.question_id, daily.pack)
    waiting = held_answers.of_daily(tx, daily.id)
    if found is not None and waiting:
        pack, question = found
        guild = guilds.get(tx, daily.guild_id)
        another_pack = content.is_another(guild, pack)
        names = members.names(tx, daily.guild_id, (user_id for user_id, _, _ in waiting))
        shown = as_written(question)
        given = [
            Given(
                Member(daily.guild_id, user_id, names.get(user_id, "")),
                pack, question, shown, answer, Mode.DAILY, guild.zone, min(answered_at, at), daily.id, daily.day,
                ranked=False, another_pack=another_pack,
            )
            for user_id, answer, answered_at in waiting
        ]  # fmt: skip
        record_all(tx, given)
    if waiting:
        held_answers.release(tx, daily.id)
        look_again(tx, daily.guild_id, at)
    daily_closes.settle(tx, daily.id, at)
    posts.touch(tx, PostKind.DAILY, daily.id, at, patience=ANSWER_WAITS)
    if found is not None:
        discussions.conclude(tx, daily, at)


def closed(tx: Connection, content: Content, daily: Daily) -> Closed | Withdrawn:
    """Return what the post of a closed daily shows."""
    found = content.find(tx, daily.guild_id, daily.question_id, daily.pack)
    schedule, name = schedule_of(tx, daily)
    manager = schedule or schedules.first(tx, daily.guild_id)
    set_by = manager.set_by if manager is not None else None
    if daily.early:
        return Withdrawn(daily, set_by)
    if found is None:
        log.error("question of a daily is gone", extra={"daily": daily.id, "question": daily.question_id})
        return Withdrawn(daily, set_by)
    pack, question = found
    given = dailies.spread(tx, daily.id, question.since)
    outdated = dailies.outdated(tx, daily.id, question.since)
    credit, room = credit_of(tx, daily.guild_id, question.id), discussions.room_of(tx, daily)
    return Closed(daily, question, pack, given, set_by, outdated, credit, name, room)


def schedule_of(tx: Connection, daily: Daily) -> tuple[GuildSchedule | None, str]:
    """Return a daily's schedule, and the name that its post shows: the schedule's number if it has no name and is not
    the server's only one. If the schedule was removed, return None and its number, by which `/answer` finds the daily;
    the name is empty if the server has no schedule left."""
    known = schedules.all_of(tx, daily.guild_id)
    schedule = next((one for one in known if one.number == daily.number), None)
    if schedule is None:
        return None, title_of(daily.number, "") if known else ""
    return schedule, _shown_name(schedule, known)


def name_of(tx: Connection, schedule: GuildSchedule) -> str:
    """Return the name that the posts of a schedule show, as in `schedule_of`."""
    return _shown_name(schedule, schedules.all_of(tx, schedule.guild_id))


def _shown_name(schedule: GuildSchedule, known: Sequence[GuildSchedule]) -> str:
    return title_of(schedule.number, schedule.name) if len(known) > 1 else schedule.name


def finish(tx: Connection, closed: Closed | Withdrawn) -> bool:
    """Mark a settled daily as done. A withdrawn daily breaks no streak."""
    done = DailyState.SKIPPED if isinstance(closed, Withdrawn) else DailyState.CLOSED
    if finished := daily_closes.finish(tx, closed.daily.id, done):
        log.info("daily closed", extra={"guild": closed.daily.guild_id, "daily": closed.daily.id, "state": done.value})
    return finished
