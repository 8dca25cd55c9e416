"""The end of a daily: held answers are graded, and its post shows the answer and how the answers spread."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.content import Content
from bot.services.recording import record_all
from bot.storage import dailies, daily_closes, guilds, held_answers, members, posts, schedules
from bot.storage.dailies import Daily
from bot.storage.engine import Connection
from bot.storage.posts import PostKind
from bot.study.answering import Given
from bot.study.dailies import DailyState
from bot.study.grading import Answer, as_written, fits
from bot.study.members import Member
from bot.study.questions import Pack, Question
from bot.study.scoring import Mode

log = logging.getLogger(__name__)

ANSWER_WAITS = timedelta(minutes=5)
"""So long at most the answers of closed dailies let the posts of a rush go first."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A daily past its close, with what its post shows from now on."""

    daily: Daily
    question: Question
    pack: Pack
    spread: Sequence[tuple[Answer, int]]
    """Of the answers to the options of now."""
    set_by: int | None = None
    outdated: int = 0
    """How many answers were given to options that it had before."""

    @property
    def unfit(self) -> int:
        """How many answers do not fit the question that the bank has now."""
        return self.outdated + sum(count for answer, count in self.spread if not fits(self.question, answer))

    @property
    def changed(self) -> bool:
        """Whether the managers are to hear that the question is no longer what it was."""
        return self.unfit > 0


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A daily that is over without a result: its question is gone, or a clock that was ahead had made it. Its day is one without a
    daily."""

    daily: Daily
    set_by: int | None

    @property
    def changed(self) -> bool:
        return True


def settle(tx: Connection, content: Content, daily: Daily, at: datetime) -> None:
    """End a daily: held answers are graded, and its post is to show the answer."""
    found = content.find(tx, daily.guild_id, daily.question_id)
    waiting = held_answers.of_daily(tx, daily.id)
    if found is not None and waiting:
        pack, question = found
        zone = guilds.get(tx, daily.guild_id).zone
        names = members.names(tx, daily.guild_id, (user_id for user_id, _, _ in waiting))
        shown = as_written(question)
        given = [
            Given(
                Member(daily.guild_id, user_id, names.get(user_id, "")),
                pack, question, shown, answer, Mode.DAILY, zone, min(answered_at, at), daily.id, daily.day, ranked=False,
            )
            for user_id, answer, answered_at in waiting
        ]  # fmt: skip
        record_all(tx, given)
    if waiting:
        held_answers.release(tx, daily.id)
    daily_closes.settle(tx, daily.id, at)
    posts.touch(tx, PostKind.DAILY, daily.id, at, patience=ANSWER_WAITS)


def closed(tx: Connection, content: Content, daily: Daily) -> Closed | Withdrawn:
    """Read what the post of a daily past its close shows."""
    found = content.find(tx, daily.guild_id, daily.question_id)
    schedule = schedules.get(tx, daily.guild_id)
    set_by = schedule.set_by if schedule is not None else None
    if daily.early:
        return Withdrawn(daily, set_by)
    if found is None:
        log.error("question of a daily is gone", extra={"daily": daily.id, "question": daily.question_id})
        return Withdrawn(daily, set_by)
    pack, question = found
    given = dailies.spread(tx, daily.id, question.since)
    return Closed(daily, question, pack, given, set_by, dailies.outdated(tx, daily.id, question.since))


def finish(tx: Connection, closed: Closed | Withdrawn) -> bool:
    """Note that a settled daily is done. No streak breaks over one that was withdrawn."""
    done = DailyState.SKIPPED if isinstance(closed, Withdrawn) else DailyState.CLOSED
    if finished := daily_closes.finish(tx, closed.daily.id, done):
        log.info("daily closed", extra={"guild": closed.daily.guild_id, "daily": closed.daily.id, "state": done.value})
    return finished
