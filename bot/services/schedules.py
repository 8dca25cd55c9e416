"""What managers do with the dailies of a server: schedule, inspect, post now, skip, pause, resume, remove."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from random import Random
from typing import TypeAlias

from bot.services import schedule_changes as changes
from bot.services.content import Content
from bot.services.dailies import Dailies, DailyPost, Problem
from bot.services.daily_closes import schedule_of
from bot.services.daily_posts import redirect
from bot.services.each import write_each
from bot.services.schedule_changes import SchedulePlan
from bot.services.schedule_outcomes import Preview, Removed, Status
from bot.storage import dailies, daily_withdrawals, guilds, posts, schedules
from bot.storage.dailies import Daily
from bot.storage.engine import Connection, Database
from bot.storage.guilds import Guild
from bot.storage.posts import PostKind
from bot.storage.schedules import GuildSchedule
from bot.study.dailies import DailyState, Feedback
from bot.study.daily_names import number_of
from bot.study.errors import (
    AlreadyPosted,
    DaySkipped,
    NoDailyQuestions,
    NotInTurn,
    Refusal,
    Refused,
    UnknownExamVersion,
    UnknownSection,
    WhichDaily,
)
from bot.study.exam_versions import read_version
from bot.study.packs import read_pack, read_section
from bot.study.periods import local_day
from bot.study.questions import ALL
from bot.study.rotation import pool
from bot.study.schedules import EVERY_DAY, FIRST, Schedule, Slot, day_ended

__all__ = ["Preview", "Removed", "SchedulePlan", "Schedules", "Status", "Which"]

log = logging.getLogger(__name__)

Which: TypeAlias = str | int | None
"""Which schedule is meant: its number, the number or name that a manager typed, or None if the server has only one."""


@dataclass(frozen=True, slots=True)
class Schedules:
    db: Database
    content: Content
    dailies: Dailies

    async def set(
        self, guild_id: int, plan: SchedulePlan, *, which: Which = None, by: int, rng: Random, at: datetime
    ) -> GuildSchedule:
        """Start or change a schedule. This ends a pause, and sends a rejected daily to the new channel. `which` names
        an existing schedule or a new one; None means the server's only schedule. Raises WhichDaily, TOO_MANY_DAILIES,
        BAD_DAILY_NAME, DAILY_NAME_TAKEN, BadName, UnknownPack, UnknownExamVersion, UnknownSection, NoDailyQuestions."""

        def work(tx: Connection) -> GuildSchedule:
            busy = {daily.number for daily in dailies.open_in(tx, guild_id, at)}
            number, name = changes.number_and_name(schedules.all_of(tx, guild_id), which, plan.name, busy)
            chosen = read_pack(self.content.packs, plan.pack) if plan.pack is not None else None
            pack = self.content.scheduled(tx, guild_id, chosen, None)
            try:
                exam = read_version(pack, plan.exam_version) if plan.exam_version is not None else None
                sections = tuple(dict.fromkeys(read_section(pack, text) for text in plan.sections))
            except (UnknownExamVersion, UnknownSection) as unknown:
                raise unknown if chosen is None else replace(unknown, pack=pack.title) from None
            pack = self.content.scheduled(tx, guild_id, chosen, exam)
            if not pool(pack, sections, plan.difficulty):
                raise NoDailyQuestions
            settled = replace(plan, sections=sections, name=name, pack=chosen, exam_version=exam)
            return changes.save(tx, self.dailies, guild_id, number, settled, by, rng, at)

        return await self.db.write(work)

    async def adjust(
        self,
        guild_id: int,
        *,
        which: Which = None,
        channel_id: int | None = None,
        slot: tuple[time, str] | None = None,
        days: frozenset[int] | None = None,
        by: int,
        rng: Random,
        at: datetime,
    ) -> GuildSchedule:
        """Change the channel, the hour with its zone, or the days, and keep everything else, including a pause. Without
        a schedule, start one.

        Raises WhichDaily; NOT_SCHEDULED if there is none and the channel, hour or zone is missing.
        """

        def work(tx: Connection) -> GuildSchedule:
            if not schedules.all_of(tx, guild_id) and which in (None, FIRST):
                if channel_id is None or slot is None:
                    raise Refused(Refusal.NOT_SCHEDULED)
                plan = SchedulePlan(channel_id, None, Schedule(*slot, days or EVERY_DAY), (ALL,))
                return changes.save(tx, self.dailies, guild_id, FIRST, plan, by, rng, at)
            before = _scheduled(tx, guild_id, which)
            rule = before.rule if slot is None else replace(before.rule, at=slot[0], zone=slot[1])
            rule = replace(rule, days=days or rule.days)
            plan = replace(SchedulePlan.of(before), channel_id=channel_id or before.channel_id, rule=rule)
            return changes.save(
                tx, self.dailies, guild_id, before.number, plan, by, rng, at, paused_at=before.paused_at
            )

        return await self.db.write(work)

    async def remove(self, guild_id: int, *, which: Which = None, at: datetime) -> Removed:
        """End a schedule. Its open daily closes as planned, a daily that is not up yet is not sent, and the schedule's
        settings are deleted.

        Raises NOT_SCHEDULED, WhichDaily, DAILY_GONE.
        """

        def work(tx: Connection) -> Removed:
            schedule = _scheduled(tx, guild_id, which)
            latest, unsent = dailies.latest(tx, schedule.key), changes.unsent(tx, schedule)
            schedules.remove(tx, *schedule.key)
            if unsent is not None:
                changes.withdraw(tx, unsent, at)
            changes.rename_posts(tx, guild_id, at)
            open_ = latest if latest is not None and latest.state is DailyState.POSTED else None
            return Removed(schedule, open_, changes.follow_first(tx, guild_id, at))

        return await self.db.write(work)

    async def named(self, guild_id: int, which: Which = None) -> GuildSchedule:
        """Return a schedule. Raises NOT_SCHEDULED, WhichDaily."""
        return await self.db.read(lambda tx: _scheduled(tx, guild_id, which))

    async def all(self, guild_id: int) -> Sequence[GuildSchedule]:
        """Return a server's schedules by number."""
        return await self.db.read(lambda tx: schedules.all_of(tx, guild_id))

    async def status(self, guild_id: int, *, which: Which = None) -> Status:
        """Return the status of a schedule: of the first one, if `which` is None. Raises WhichDaily if there is no such
        schedule."""

        def work(tx: Connection) -> Status:
            found = schedules.all_of(tx, guild_id)
            named = found[0] if found and which is None else _scheduled(tx, guild_id, which) if found else None
            return self._status(tx, guild_id, named, found)

        return await self.db.read(work)

    async def overview(self, guild_id: int) -> list[Status]:
        """Return the status of every schedule of a server."""

        def work(tx: Connection) -> list[Status]:
            found = schedules.all_of(tx, guild_id)
            return [self._status(tx, guild_id, schedule, found) for schedule in found]

        return await self.db.read(work)

    def _status(
        self, tx: Connection, guild_id: int, schedule: GuildSchedule | None, found: Sequence[GuildSchedule]
    ) -> Status:
        guild, studied = guilds.get(tx, guild_id), self.content.pack(tx, guild_id)
        if schedule is None:
            return Status(None, guild, studied, None, len(studied.active), len(studied.active))
        pack = self.dailies.pack(tx, schedule)
        questions, round_ = self.dailies.rotation(tx, schedule, pack)
        return Status(
            schedule=schedule,
            guild=guild,
            pack=studied,
            latest=dailies.latest(tx, schedule.key),
            questions=len(questions),
            waiting=len(questions) - len(round_.posted),
            skipped=next(reversed(self.dailies.skipped(tx, schedule)), None),
            all=found,
            named=pack,
        )

    async def preview(self, guild_id: int, *, which: Which = None) -> Preview:
        """Return the next question. Raises NOT_SCHEDULED, WhichDaily, NoDailyQuestions."""

        def work(tx: Connection) -> Preview:
            schedule = _scheduled(tx, guild_id, which)
            pack = self.dailies.pack(tx, schedule)
            found = self.dailies.group(tx, schedule, pack, schedule.next_post_at)
            question = self.dailies.choose(tx, schedule, pack, found)
            return Preview(question, pack, schedule.next_post_at)

        return await self.db.read(work)

    async def post_now(self, guild_id: int, *, which: Which = None, at: datetime) -> DailyPost:
        """Claim today's daily early, or retry it if it could not be sent or was deleted. This uses up today's date.

        Raises NOT_SCHEDULED, WhichDaily, AlreadyPosted, DaySkipped, NoDailyQuestions, DAILY_QUESTION_GONE.
        """
        group = await self.db.read(lambda tx: self.dailies.group_of(tx, _scheduled(tx, guild_id, which), at))

        def work(tx: Connection) -> DailyPost:
            schedules.hold(tx, guild_id)
            schedule = _scheduled(tx, guild_id, which)
            today = local_day(at, schedule.rule.zone)
            taken = dailies.of_day(tx, schedule.key, today)
            if taken is not None:
                state, daily = taken
                if daily is None or state is DailyState.SKIPPED:
                    raise DaySkipped(today)
                return self._send_open(tx, schedule, daily, at)
            post = self.dailies.claim(tx, schedule, today, at, group)
            if isinstance(post, Problem):
                raise NoDailyQuestions
            assert post is not None, "the date was free a moment ago, in this transaction"
            day, due = schedule.next_day, schedule.next_post_at
            if day == today:
                following = self.dailies.upcoming(tx, schedule.key, schedule.rule, at)
                day, due = following.day, following.due
            # Write the row even if nothing changes: a process that waits for it then looks again.
            schedules.set_next(tx, schedule.key, day, due)
            return post

        return await self.db.write(work)

    async def post_again(self, guild_id: int, daily_id: int, *, at: datetime) -> DailyPost:
        """Post an open daily again after its post was deleted: the same question, with its answers.

        Raises DAILY_GONE, UNKNOWN_DAILY, AlreadyPosted, DAILY_QUESTION_GONE.
        """

        def work(tx: Connection) -> DailyPost:
            daily = dailies.get(tx, daily_id)
            if daily is None or daily.guild_id != guild_id or daily.state is DailyState.SKIPPED:
                raise Refused(Refusal.UNKNOWN_DAILY)
            schedule = schedules.get(tx, *daily.schedule)
            if schedule is None:
                raise Refused(Refusal.DAILY_GONE)
            return self._send_open(tx, schedule, daily, at)

        return await self.db.write(work)

    def _send_open(self, tx: Connection, schedule: GuildSchedule, daily: Daily, at: datetime) -> DailyPost:
        """Send an open daily that has no post. Raises AlreadyPosted, DAILY_QUESTION_GONE."""
        if daily.deleted and daily.state is DailyState.POSTED and at < daily.closes_at:
            # The manager may have chosen another channel since it was posted.
            dailies.claim_again(tx, daily.id, schedule.channel_id, at)
            about = PostKind.DAILY, daily.id, daily.guild_id, schedule.channel_id
            posts.want(tx, *about, at=at, expires_at=daily.closes_at)
        elif daily.being_posted:
            dailies.claim_again(tx, daily.id, daily.channel_id, at)
            redirect(tx, daily, schedule, at)
        else:
            raise AlreadyPosted(daily.day, _address(daily))
        found, claimed = self.content.find(tx, daily.guild_id, daily.question_id, daily.pack), dailies.get(tx, daily.id)
        if found is None:
            raise Refused(Refusal.DAILY_QUESTION_GONE)
        assert claimed is not None, "a row that was just updated"
        return DailyPost(claimed, found[1], found[0], name=schedule_of(tx, claimed)[1])

    async def skip(
        self, guild_id: int, *, which: Which = None, only: date | None = None, at: datetime
    ) -> tuple[date, GuildSchedule]:
        """Skip the next daily; with `only`, do so only if it is due on that date. A skip breaks no streak. Raises
        NOT_SCHEDULED, WhichDaily, DAILY_PAUSED, DaySkipped, AlreadyPosted, NotInTurn."""

        def work(tx: Connection) -> tuple[date, GuildSchedule]:
            schedule = _scheduled(tx, guild_id, which)
            if schedule.next_day is None:
                raise Refused(Refusal.DAILY_PAUSED)
            if only is not None and schedule.next_day != only:
                if (taken := dailies.of_day(tx, schedule.key, only)) is None:
                    raise NotInTurn(only, schedule.next_day)
                raise DaySkipped(only) if taken[0] is DailyState.SKIPPED else AlreadyPosted(only, None)
            feedback = guilds.get(tx, guild_id).feedback
            dailies.skip(tx, schedule.key, schedule.next_day, schedule.channel_id, feedback, at)
            following = self.dailies.upcoming(tx, schedule.key, schedule.rule, at)
            schedules.set_next(tx, schedule.key, following.day, following.due)
            return schedule.next_day, replace(schedule, next_day=following.day, next_post_at=following.due)

        return await self.db.write(work)

    async def undo_skip(self, guild_id: int, *, which: Which = None, only: date | None = None, at: datetime) -> Slot:
        """Undo the latest skip or, with `only`, the skip of that date; return its slot. This is possible until the slot
        is due. Raises NOT_SCHEDULED, WhichDaily, SKIP_WAITS, NO_SKIP, SKIP_GONE."""

        def work(tx: Connection) -> Slot:
            return changes.undo_skip(tx, self.dailies, _scheduled(tx, guild_id, which), only, at)

        return await self.db.write(work)

    async def bring_back(self, at: datetime) -> None:
        """Move the next post of each schedule back to the first unused date, and withdraw dailies that were posted with
        a future date. This is needed only if the clock was ahead for a while: without it, every day in between would be
        lost."""
        found = await self.db.read(
            lambda tx: {
                *daily_withdrawals.ahead(tx, at, self.db.shards),
                *schedules.beyond(tx, at + changes.NEXT_DAY, self.db.shards),
            }
        )
        await write_each(self.db, sorted(found), lambda tx, key: changes.bring_back(tx, self.dailies, key, at))

    async def pause(self, guild_id: int, *, which: Which = None, at: datetime) -> tuple[GuildSchedule, Daily | None]:
        """Pause a schedule until `resume`; days without a daily break no streak. A daily whose post is not up yet
        waits, too.

        Raises NOT_SCHEDULED, WhichDaily.
        """

        def work(tx: Connection) -> tuple[GuildSchedule, Daily | None]:
            schedule = _scheduled(tx, guild_id, which)
            paused = replace(schedule, paused_at=schedule.paused_at or at, next_day=None, next_post_at=None)
            schedules.save(tx, paused)
            return paused, changes.unsent(tx, paused)

        return await self.db.write(work)

    async def resume(self, guild_id: int, *, which: Which = None, at: datetime) -> tuple[GuildSchedule, Daily | None]:
        """Resume, starting with the daily that could not be sent before the pause if its date is not over. Raises
        NOT_SCHEDULED, WhichDaily."""

        def work(tx: Connection) -> tuple[GuildSchedule, Daily | None]:
            schedule = _scheduled(tx, guild_id, which)
            if schedule.paused_at is None:
                return schedule, None
            slot = self.dailies.upcoming(tx, schedule.key, schedule.rule, at)
            resumed = replace(schedule, paused_at=None, next_day=slot.day, next_post_at=slot.due)
            schedules.save(tx, resumed)
            waiting = changes.unsent(tx, schedule)
            if waiting is not None and day_ended(schedule.rule.zone, waiting.day, at):
                return resumed, None
            if waiting is not None:
                redirect(tx, waiting, schedule, at)
            return resumed, waiting

        return await self.db.write(work)

    async def set_feedback(self, guild_id: int, feedback: Feedback, *, at: datetime) -> Guild:
        """Set the feedback mode from the next daily on: an open daily keeps the mode that it was posted with."""

        def work(tx: Connection) -> Guild:
            guilds.ensure(tx, guild_id, at)
            guilds.set_feedback(tx, guild_id, feedback)
            return guilds.get(tx, guild_id)

        return await self.db.write(work)


def _address(daily: Daily) -> tuple[int, int, int] | None:
    return (daily.guild_id, daily.channel_id, daily.message_id) if daily.message_id is not None else None


def _scheduled(tx: Connection, guild_id: int, which: Which) -> GuildSchedule:
    """Return the schedule with this number or name. Raises NOT_SCHEDULED; DAILY_GONE for a number that is gone;
    WhichDaily for a text that matches no schedule, or for None if there are several."""
    found = schedules.all_of(tx, guild_id)
    if not found:
        raise Refused(Refusal.NOT_SCHEDULED)
    titles = changes.titles(found)
    if which is None:
        if len(found) > 1:
            raise WhichDaily(tuple(titles.values()))
        return found[0]
    number = which if isinstance(which, int) else number_of(titles, which)
    schedule = next((one for one in found if one.number == number), None)
    if schedule is None:
        raise Refused(Refusal.DAILY_GONE)
    return schedule
