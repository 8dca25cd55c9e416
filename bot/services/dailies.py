"""The life of a daily: due, claimed, closed. `daily_posts` says what its post shows.

There is exactly one post for each schedule and local date, even after a crash at any point: the claim is a row under a
unique key, inserted in the same transaction that requests the post and advances `next_post_at`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.services.content import Content
from bot.services.daily_closes import Closed, Withdrawn, closed, finish, name_of, schedule_of, settle
from bot.services.discussions import Room
from bot.services.each import each, write_each
from bot.services.group_figures import figures
from bot.services.seasons import Seasons
from bot.storage import (
    dailies,
    daily_closes,
    daily_counts,
    daily_withdrawals,
    duels,
    evenings,
    exams,
    guilds,
    members,
    posts,
    schedules,
)
from bot.storage.dailies import Daily
from bot.storage.engine import Connection, Database
from bot.storage.posts import PostKind
from bot.storage.schedules import GuildSchedule, ScheduleKey
from bot.study.dailies import OPEN, DailyState
from bot.study.errors import NoQuestions
from bot.study.goals import GoalProgress
from bot.study.groups import Mirror, leaning
from bot.study.periods import local_day
from bot.study.questions import Pack, Question
from bot.study.rotation import RotationRound, choose, current_round, pool
from bot.study.schedules import FIRST, Schedule, Slot, Trouble, closes_at, day_ends, next_slot, slots, spread

log = logging.getLogger(__name__)

BATCH = 500
SEASON_FIRST = timedelta(seconds=3)
"""Delay of a daily that is due together with a season's end, so that the season's picture is drawn and posted first."""


@dataclass(frozen=True, slots=True)
class DailyPost:
    """An open daily with its question, as its post shows it."""

    daily: Daily
    question: Question
    pack: Pack
    credit: str | None = None
    """The name of the member who suggested the question."""
    name: str = ""
    """The name of its schedule, or the schedule's number if it has no name and is not the server's only one."""
    goal: GoalProgress | None = None
    """Progress towards the server's weekly goal, if it has one."""
    room: Room | None = None
    """Where it is discussed, if anywhere."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Dates whose dailies could not be posted in time, oldest first. The managers are notified of these dates and of
    the time of the next daily."""

    guild_id: int
    days: tuple[date, ...]
    set_by: int
    next_post_at: datetime | None
    number: int = FIRST
    name: str = ""

    @property
    def schedule(self) -> ScheduleKey:
        return self.guild_id, self.number


@dataclass(frozen=True, slots=True)
class Problem:
    """A schedule whose daily cannot be posted. `first`: no manager has been notified yet."""

    guild_id: int
    channel_id: int
    set_by: int
    trouble: Trouble
    first: bool
    number: int = FIRST
    name: str = ""
    """As in DailyPost."""

    @property
    def schedule(self) -> ScheduleKey:
        return self.guild_id, self.number


@dataclass(frozen=True, slots=True)
class Dailies:
    db: Database
    content: Content
    seasons: Seasons
    window: timedelta = timedelta(0)
    """The time over which the dailies of one hour are spread."""

    def rule(self, schedule: GuildSchedule) -> Schedule:
        """Return when a schedule's dailies are due, including its offset within the window."""
        return spread(schedule.rule, schedule.guild_id, self.window)

    def upcoming(self, tx: Connection, key: ScheduleKey, rule: Schedule, at: datetime) -> Slot:
        """Return the next slot of a schedule: the first whose date is later than its last question's and not
        skipped."""
        last = dailies.last_day(tx, key)
        skipped = dailies.skipped_after(tx, key, last)
        return next_slot(spread(rule, key[0], self.window), at, later_than=last, without=skipped)

    def skipped(self, tx: Connection, schedule: GuildSchedule) -> list[Slot]:
        """Return the skipped slots that are later than the schedule's last question, in the order of the skips. Each
        skip can be undone until the slot is due."""
        days = dailies.skipped_after(tx, schedule.key, dailies.last_day(tx, schedule.key))
        first = (next(slots(self.rule(schedule), day)) for day in days)
        return [slot for day, slot in zip(days, first, strict=True) if slot.day == day]

    # -- posting

    async def claim_due(self, at: datetime, *, limit: int = BATCH) -> list[DailyPost | Missed | Problem]:
        """Claim the date of each due schedule. A schedule that fails is logged and does not affect the others."""
        due = await self.db.read(lambda tx: schedules.due(tx, at, limit, self.db.shards))
        slow = await self.db.read(lambda tx: schedules.following(tx, due)) if due else set()

        async def claim(key: ScheduleKey) -> list[DailyPost | Missed | Problem]:
            group = None
            if key in slow:
                group = await self.db.read(lambda tx: self.group_of(tx, schedules.get(tx, *key), at))
            return await self.db.write(lambda tx: self._claim_due(tx, key, at, group), patient=True)

        found = await each(sorted(due, key=lambda key: key in slow), claim)
        return [outcome for outcomes in found for outcome in outcomes]

    def _claim_due(
        self, tx: Connection, key: ScheduleKey, at: datetime, group: Mirror | None = None
    ) -> list[DailyPost | Missed | Problem]:
        schedule = schedules.take_due(tx, *key, at)
        if schedule is None:
            return []  # another process, or a manager, was faster
        assert schedule.next_day is not None, "a due time belongs to a local date"
        outcomes: list[DailyPost | Missed | Problem] = []
        rule = self.rule(schedule)
        ended, slot = _until(rule, schedule.next_day, local_day(at, rule.zone))
        if slot.due <= at:
            claimed = self.claim(tx, schedule, slot.day, at, group)
            outcomes += [claimed] if claimed is not None else []
            slot = next_slot(rule, at, without=dailies.skipped_after(tx, key, slot.day))
        schedules.set_next(tx, key, slot.day, slot.due)
        feedback = guilds.get(tx, schedule.guild_id).feedback
        lost = [day for day in ended if dailies.skip(tx, key, day, schedule.channel_id, feedback, at)]
        if lost:
            log.warning("dailies missed", extra={"guild": schedule.guild_id, "days": ", ".join(map(str, lost))})
            outcomes.append(missed(tx, schedule, lost, slot.due))
        return outcomes

    def claim(
        self, tx: Connection, schedule: GuildSchedule, day: date, at: datetime, group: Mirror | None = None
    ) -> DailyPost | Problem | None:
        """Claim one local date of a schedule and choose its question; None if the date is already used. `group`: what
        `group_of` returned a moment ago, because computing it takes long in a large server and members' answers would
        wait for it."""
        guild_id = schedule.guild_id
        pack = self.pack(tx, schedule)
        fits = group is not None and schedule.follows_group and group.pack == pack.name
        found = group if fits else self.group(tx, schedule, pack, at)
        try:
            question = self.choose(tx, schedule, pack, found)
        except NoQuestions:
            return note_trouble(tx, schedule, Trouble.NO_QUESTIONS, at)
        for earlier in dailies.open_before(tx, schedule.key, day):
            settle(tx, self.content, earlier, at)
        after = SEASON_FIRST if self.seasons.close_if_due(tx, guild_id, at) else timedelta(0)
        daily = dailies.claim(
            tx,
            Daily(
                id=0,
                guild_id=guild_id,
                day=day,
                question_id=question.id,
                section=question.section,
                state=DailyState.CLAIMED,
                feedback=guilds.get(tx, guild_id).feedback,
                channel_id=schedule.channel_id,
                message_id=None,
                role_id=schedule.role_id,
                claimed_at=at,
                closes_at=closes_at(schedule.rule, day),
                closed_at=None,
                answered=0,
                number=schedule.number,
                pack=pack.name if schedule.pack is not None else None,
                weak=found is not None and found.is_weak(question.section),
            ),
        )
        if daily is None:
            return None
        ends = day_ends(schedule.rule.zone, day)
        posts.want(tx, PostKind.DAILY, daily.id, guild_id, daily.channel_id, at=at + after, expires_at=ends)
        return DailyPost(daily, question, pack, name=schedule_of(tx, daily)[1])

    def pack(self, tx: Connection, schedule: GuildSchedule) -> Pack:
        """Return the pack that a schedule's questions come from."""
        return self.content.scheduled(tx, schedule.guild_id, schedule.pack, schedule.exam_version)

    def rotation(self, tx: Connection, schedule: GuildSchedule, pack: Pack) -> tuple[Sequence[Question], RotationRound]:
        """Return the questions that a schedule asks, and its current round."""
        questions, (history, elsewhere) = pool_of(schedule, pack), _history(tx, schedule)
        return questions, current_round(questions, history, elsewhere)

    def group(self, tx: Connection, schedule: GuildSchedule, pack: Pack, at: datetime | None) -> Mirror | None:
        """Return the group figures that a schedule follows; None if it follows none, or if it has no next date."""
        return figures(tx, schedule.guild_id, pack, at) if schedule.follows_group and at is not None else None

    def group_of(self, tx: Connection, schedule: GuildSchedule | None, at: datetime) -> Mirror | None:
        """Return the current group figures that a schedule follows, if any."""
        return self.group(tx, schedule, self.pack(tx, schedule), at) if schedule is not None else None

    def choose(self, tx: Connection, schedule: GuildSchedule, pack: Pack, found: Mirror | None = None) -> Question:
        """Return the next question of a schedule's rotation. `found`: the group figures that weight the choice. Raises
        NoQuestions."""
        guild_id, last = schedule.guild_id, dailies.latest(tx, schedule.key)
        history, elsewhere = _history(tx, schedule)
        questions = pool_of(schedule, pack)
        weights: Mapping[str, int] = pack.weights
        if found is not None and found.enough:
            weights = leaning(weights, found, {question.section for question in questions})
        return choose(
            questions,
            weights,
            history,
            seed=schedule.seed,
            last_section=last.section if last else None,
            # Avoid questions of open duels and exams: the close shows the key to everyone, and the result of a duel or
            # exam, shown before the close, would reveal much about the question. Two dailies never ask the same
            # question at the same time.
            avoid=exams.running_questions_in(tx, guild_id)
            | _last_of_others(tx, schedule)
            | duels.open_questions_in(tx, guild_id).keys()
            | evenings.running_questions_in(tx, guild_id).keys(),
            elsewhere=elsewhere,
        )

    async def get(self, daily_id: int) -> Daily | None:
        return await self.db.read(lambda tx: dailies.get(tx, daily_id))

    async def blind_in(self, guild_id: int) -> list[GuildSchedule]:
        """Return the schedules of a server whose last post was sent without access to the channel's history."""
        found = await self.db.read(lambda tx: schedules.all_of(tx, guild_id))
        return [schedule for schedule in found if schedule.trouble is Trouble.NO_HISTORY]

    async def note_seeing(self, key: ScheduleKey) -> None:
        """Record that a schedule's channel history is readable again, so that managers are notified if it becomes
        unreadable again."""
        await self.db.write(lambda tx: schedules.end_trouble(tx, key, Trouble.NO_HISTORY))

    async def note_reported(self, key: ScheduleKey) -> None:
        await self.db.write(lambda tx: schedules.set_reported(tx, key))

    # -- closing

    async def close_due(self, at: datetime) -> list[Closed | Withdrawn]:
        """Settle the dailies past their close: grade held answers, and request that their posts show the answer. Finish
        dailies without a post at once, and return those of them that managers should be notified of."""
        due = await self.db.read(lambda tx: daily_closes.due(tx, at, BATCH, self.db.shards))
        await write_each(self.db, due, lambda tx, daily_id: self._close(tx, daily_id, at))
        alone = await self.db.read(lambda tx: daily_closes.without_post(tx, BATCH, self.db.shards))
        return await write_each(self.db, alone, self._finish_alone)

    def _close(self, tx: Connection, daily_id: int, at: datetime) -> None:
        daily = daily_closes.take_due(tx, daily_id)
        if daily is not None:
            settle(tx, self.content, daily, at)

    def _finish_alone(self, tx: Connection, daily_id: int) -> Closed | Withdrawn | None:
        daily = dailies.get(tx, daily_id)
        shown = closed(tx, self.content, daily) if daily is not None else None
        return shown if shown is not None and finish(tx, shown) and shown.changed else None

    def withdraw_ahead(self, tx: Connection, key: ScheduleKey, today: date, at: datetime) -> bool:
        """Withdraw dailies with a future date, created while the clock was ahead; return whether there were any. Their
        answers count as given today, and the dates become free."""
        guild_id, found = key[0], daily_withdrawals.ahead_in(tx, key, today, at)
        # The other dailies only seem to be ahead, because the clock is behind now.
        ahead = [daily for daily in found if daily.claimed_ahead]
        if ahead:
            members.end_streaks_by(tx, guild_id, today)
        for daily in ahead:
            log.warning(
                "a daily was claimed while the clock was ahead; it was withdrawn",
                extra={"guild": guild_id, "daily": daily.id},
            )
            if daily.state in OPEN:
                settle(tx, self.content, replace(daily, day=today), at)
            daily_withdrawals.free_date(tx, daily)
        return bool(ahead)

    async def refresh_counts(self, at: datetime, *, limit: int = BATCH, after: int = 0) -> int:
        """Request updates of the answer counts on posts of open dailies, continuing after the id `after` and wrapping
        around. Return the last id."""

        def work(tx: Connection) -> int:
            found = daily_counts.stale(tx, limit, self.db.shards, after=after)
            if after and len(found) < limit:
                first = daily_counts.stale(tx, limit - len(found), self.db.shards)
                found += [daily_id for daily_id in first if daily_id <= after]
            daily_counts.note_shown(tx, found)
            posts.touch_all(tx, PostKind.DAILY, found, at, patience=posts.NUMBERS_WAIT)
            return found[-1] if found else after

        if not await self.db.read(lambda tx: daily_counts.stale(tx, 1, self.db.shards)):
            return after
        return await self.db.write(work, patient=True)


def pool_of(schedule: GuildSchedule, pack: Pack) -> Sequence[Question]:
    """Return the questions that a schedule asks."""
    return pool(pack, schedule.sections, schedule.difficulty)


def _history(tx: Connection, schedule: GuildSchedule) -> tuple[list[str], set[int]]:
    """Return all questions posted in the server, oldest first, and the indexes of those that other schedules posted."""
    posted = dailies.posted(tx, schedule.guild_id)
    elsewhere = {place for place, (_, number) in enumerate(posted) if number != schedule.number}
    return [question_id for question_id, _ in posted], elsewhere


def _last_of_others(tx: Connection, schedule: GuildSchedule) -> set[str]:
    """Return the last question of each of the server's other schedules."""
    others = [other.key for other in schedules.all_of(tx, schedule.guild_id) if other.number != schedule.number]
    return {last.question_id for key in others if (last := dailies.latest(tx, key)) is not None}


def missed(tx: Connection, schedule: GuildSchedule, days: Sequence[date], next_post_at: datetime | None) -> Missed:
    name = name_of(tx, schedule)
    return Missed(schedule.guild_id, tuple(days), schedule.set_by, next_post_at, schedule.number, name)


def _until(rule: Schedule, first: date, today: date) -> tuple[list[date], Slot]:
    """Return the schedule's dates from `first` on that are before `today`, and the first slot that is not."""
    ended: list[date] = []
    for slot in slots(rule, first):
        if slot.day >= today:
            return ended, slot
        ended.append(slot.day)
    raise AssertionError("a schedule never runs out of slots")


def note_trouble(tx: Connection, schedule: GuildSchedule, trouble: Trouble, at: datetime) -> Problem:
    first = schedule.trouble is not trouble or not schedule.trouble_told
    if schedule.trouble is not trouble:
        schedules.set_trouble(tx, schedule.key, trouble, at)
        log.warning("daily in trouble", extra={"guild": schedule.guild_id, "trouble": trouble.value})
    name = name_of(tx, schedule)
    return Problem(schedule.guild_id, schedule.channel_id, schedule.set_by, trouble, first, schedule.number, name)
