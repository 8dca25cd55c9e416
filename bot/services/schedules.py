"""What managers do with the daily: schedule, look, post now, skip, pause, resume."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from random import Random

from bot.services.content import Content
from bot.services.dailies import Dailies, DailyPost, Problem, redirect
from bot.services.each import each
from bot.storage import dailies, daily_withdrawals, guilds, posts, schedules, seasons
from bot.storage.dailies import Daily
from bot.storage.engine import Connection, Database
from bot.storage.guilds import Guild
from bot.storage.posts import PostKind
from bot.storage.schedules import GuildSchedule
from bot.study.dailies import DailyState, Feedback
from bot.study.errors import AlreadyPosted, DaySkipped, NoDailyQuestions, NotInTurn, Refusal, Refused
from bot.study.packs import read_section
from bot.study.periods import local_day
from bot.study.questions import ALL, Pack, Question
from bot.study.rotation import current_round, pool
from bot.study.schedules import Schedule, day_ended, next_slot, slots, spread

log = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(minutes=1)
NEXT_DAY = timedelta(hours=26)
"""The longest possible gap between two dailies of an every-day schedule, whatever the clocks do."""


@dataclass(frozen=True, slots=True)
class SchedulePlan:
    """What a manager asks for. `rule.zone` becomes the server's zone."""

    channel_id: int
    role_id: int | None
    rule: Schedule
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Status:
    schedule: GuildSchedule | None
    guild: Guild
    pack: Pack
    latest: Daily | None
    questions: int
    """How many questions the rotation has, and how many this round has yet to post."""
    waiting: int
    skipped: date | None = None
    """The last skipped date, if no later daily was posted."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The next question for managers, with its key."""

    question: Question
    pack: Pack
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Schedules:
    db: Database
    content: Content
    dailies: Dailies

    async def set(self, guild_id: int, plan: SchedulePlan, *, by: int, rng: Random, at: datetime) -> GuildSchedule:
        """Start or change a server's schedule. This ends a pause, and sends a rejected daily to the new channel.

        Raises UnknownSection, NoDailyQuestions.
        """

        def work(tx: Connection) -> GuildSchedule:
            pack = self.content.pack(tx, guild_id)
            sections = tuple(dict.fromkeys(read_section(pack, text) for text in plan.sections))
            if not pool(pack, sections):
                raise NoDailyQuestions
            return self._save(tx, guild_id, replace(plan, sections=sections), by, rng, at)

        return await self.db.write(work)

    async def adjust(
        self,
        guild_id: int,
        *,
        channel_id: int | None = None,
        slot: tuple[time, str] | None = None,
        by: int,
        rng: Random,
        at: datetime,
    ) -> GuildSchedule:
        """Change the channel, or the hour and zone, and keep the rest, a pause included; without a schedule, start a
        daily one.

        Raises NOT_SCHEDULED if there is none and the channel, hour or zone is missing.
        """

        def work(tx: Connection) -> GuildSchedule:
            before = schedules.get(tx, guild_id)
            if before is None:
                if channel_id is None or slot is None:
                    raise Refused(Refusal.NOT_SCHEDULED)
                return self._save(tx, guild_id, SchedulePlan(channel_id, None, Schedule(*slot), (ALL,)), by, rng, at)
            rule = before.rule if slot is None else replace(before.rule, at=slot[0], zone=slot[1])
            plan = SchedulePlan(channel_id or before.channel_id, before.role_id, rule, before.sections)
            return self._save(tx, guild_id, plan, by, rng, at, paused_at=before.paused_at)

        return await self.db.write(work)

    def _save(
        self,
        tx: Connection,
        guild_id: int,
        plan: SchedulePlan,
        by: int,
        rng: Random,
        at: datetime,
        *,
        paused_at: datetime | None = None,
    ) -> GuildSchedule:
        guilds.ensure(tx, guild_id, at)
        guilds.set_zone(tx, guild_id, plan.rule.zone)
        seasons.look_again(tx, guild_id, at)
        before = schedules.get(tx, guild_id)
        slot = next_slot(
            spread(plan.rule, guild_id, self.dailies.window), at, later_than=dailies.last_day(tx, guild_id)
        )
        schedule = GuildSchedule(
            guild_id=guild_id,
            channel_id=plan.channel_id,
            role_id=plan.role_id,
            rule=plan.rule,
            sections=() if ALL in plan.sections else plan.sections,
            # The seed stays with the server: a new time must not reshuffle its rotation.
            seed=before.seed if before else rng.getrandbits(62),
            set_by=by,
            paused_at=paused_at,
            next_day=slot.day if paused_at is None else None,
            next_post_at=slot.due if paused_at is None else None,
        )
        schedules.save(tx, schedule)
        latest = _unsent(tx, guild_id)
        waits = before is not None and (before.trouble is not None or before.paused_at is not None)
        if waits and paused_at is None and latest is not None:
            redirect(tx, latest, schedule, at)
        return schedule

    async def status(self, guild_id: int) -> Status:
        def work(tx: Connection) -> Status:
            schedule = schedules.get(tx, guild_id)
            pack = self.content.pack(tx, guild_id)
            questions = pool(pack, schedule.sections if schedule else ())
            round_ = current_round(questions, dailies.posted_ids(tx, guild_id))
            return Status(
                schedule=schedule,
                guild=guilds.get(tx, guild_id),
                pack=pack,
                latest=dailies.latest(tx, guild_id),
                questions=len(questions),
                waiting=len(questions) - len(round_.posted),
                skipped=dailies.last_skip(tx, guild_id),
            )

        return await self.db.read(work)

    async def preview(self, guild_id: int) -> Preview:
        """Return the next question. Raises NOT_SCHEDULED, NoDailyQuestions."""

        def work(tx: Connection) -> Preview:
            schedule = _scheduled(tx, guild_id)
            pack = self.content.pack(tx, guild_id)
            question = self.dailies.choose(tx, schedule, pack)
            return Preview(question, pack, schedule.next_post_at)

        return await self.db.read(work)

    async def post_now(self, guild_id: int, *, at: datetime) -> DailyPost:
        """Claim today's daily early, or retry one that could not be sent or was deleted. It uses up today's date.

        Raises NOT_SCHEDULED, AlreadyPosted, DaySkipped, NoDailyQuestions.
        """

        def work(tx: Connection) -> DailyPost:
            schedule = _scheduled(tx, guild_id)
            today = local_day(at, schedule.rule.zone)
            taken = dailies.of_day(tx, guild_id, today)
            if taken is not None:
                state, daily = taken
                if daily is None or state is DailyState.SKIPPED:
                    raise DaySkipped(today)
                return self._take_up(tx, schedule, daily, at)
            post = self.dailies.claim(tx, schedule, today, at)
            if isinstance(post, Problem):
                raise NoDailyQuestions
            assert post is not None, "the date was free a moment ago, in this transaction"
            if schedule.next_day == today:
                following = next_slot(self.dailies.rule(schedule), at, later_than=today)
                schedules.set_next(tx, guild_id, following.day, following.due)
            return post

        return await self.db.write(work)

    async def post_again(self, guild_id: int, daily_id: int, *, at: datetime) -> DailyPost:
        """Post an open daily again after its post was deleted: the same question, with its answers.

        Raises NOT_SCHEDULED, UNKNOWN_DAILY, AlreadyPosted.
        """

        def work(tx: Connection) -> DailyPost:
            schedule, daily = _scheduled(tx, guild_id), dailies.get(tx, daily_id)
            if daily is None or daily.guild_id != guild_id or daily.state is DailyState.SKIPPED:
                raise Refused(Refusal.UNKNOWN_DAILY)
            return self._take_up(tx, schedule, daily, at)

        return await self.db.write(work)

    def _take_up(self, tx: Connection, schedule: GuildSchedule, daily: Daily, at: datetime) -> DailyPost:
        """Send an open daily that is not up. Raises AlreadyPosted."""
        found = self.content.find(tx, daily.guild_id, daily.question_id)
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
        claimed = dailies.get(tx, daily.id)
        if claimed is None or found is None:
            raise AlreadyPosted(daily.day, None)
        return DailyPost(claimed, found[1], found[0])

    async def skip(self, guild_id: int, *, only: date | None = None, at: datetime) -> tuple[date, GuildSchedule]:
        """Leave out the next daily, or that of `only` this date; streaks do not break over it.

        Raises NOT_SCHEDULED, DAILY_PAUSED, DaySkipped, AlreadyPosted, NotInTurn.
        """

        def work(tx: Connection) -> tuple[date, GuildSchedule]:
            schedule = _scheduled(tx, guild_id)
            if schedule.next_day is None:
                raise Refused(Refusal.DAILY_PAUSED)
            if only is not None and schedule.next_day != only:
                if (taken := dailies.of_day(tx, guild_id, only)) is None:
                    raise NotInTurn(only, schedule.next_day)
                raise DaySkipped(only) if taken[0] is DailyState.SKIPPED else AlreadyPosted(only, None)
            dailies.skip(tx, guild_id, schedule.next_day, schedule.channel_id, guilds.get(tx, guild_id).feedback, at)
            following = next_slot(self.dailies.rule(schedule), at, later_than=schedule.next_day)
            schedules.set_next(tx, guild_id, following.day, following.due)
            return schedule.next_day, _scheduled(tx, guild_id)

        return await self.db.write(work)

    async def undo_skip(self, guild_id: int, *, only: date | None = None, at: datetime) -> GuildSchedule:
        """Take back the latest skip, or that of `only` this date, until the hour of its post.

        Raises NOT_SCHEDULED, SKIP_WAITS, NO_SKIP, SKIP_GONE, NotInTurn.
        """
        none_left = Refusal.NO_SKIP if only is None else Refusal.SKIP_GONE

        def work(tx: Connection) -> GuildSchedule:
            schedule = _scheduled(tx, guild_id)
            if schedule.next_day is None:
                raise Refused(Refusal.SKIP_WAITS)
            day = dailies.last_day(tx, guild_id)
            if only not in (None, day):
                last = dailies.last_skip(tx, guild_id)
                skipped = dailies.of_day(tx, guild_id, only) == (DailyState.SKIPPED, None)
                raise NotInTurn(only, last) if skipped and last is not None else Refused(none_left)
            if day is None or not dailies.take_back_skip(tx, guild_id, day):
                raise Refused(none_left)
            slot = next_slot(self.dailies.rule(schedule), at, later_than=dailies.last_day(tx, guild_id))
            if slot.day != day:
                raise Refused(none_left)  # its hour has passed
            schedules.set_next(tx, guild_id, slot.day, slot.due)
            return _scheduled(tx, guild_id)

        return await self.db.write(work)

    async def bring_back(self, at: datetime) -> None:
        """Move a server's next post back to the first unused date, and take back what was posted with a future date.

        No command leads there: a clock that was ahead for a while does, and would cost every day in between.
        """

        def look(tx: Connection) -> list[int]:
            shards = self.db.shards
            return list({*daily_withdrawals.ahead(tx, at, shards), *schedules.beyond(tx, at + NEXT_DAY, shards)})

        await each(
            await self.db.read(look), lambda guild_id: self.db.write(lambda tx: self._bring_back(tx, guild_id, at))
        )

    def _bring_back(self, tx: Connection, guild_id: int, at: datetime) -> None:
        schedule = schedules.get(tx, guild_id)
        if schedule is None:
            return
        self.dailies.withdraw_ahead(tx, guild_id, local_day(at, schedule.rule.zone), at)
        if schedule.next_day is None:
            return
        dailies.free_skipped_later(tx, guild_id, at + CLOCKS_DIFFER)
        rule, stands = self.dailies.rule(schedule), schedule.next_day
        last = dailies.last_day(tx, guild_id)  # neither a used date nor any before it gets a second daily
        upcoming = takewhile(lambda slot: slot.day < stands, slots(rule, local_day(at, rule.zone)))
        for slot in upcoming:
            if slot.due > at and (last is None or slot.day > last):
                schedules.set_next(tx, guild_id, slot.day, slot.due)
                log.warning(
                    "a schedule stood beyond its next day, as after a clock that was ahead, and was brought back",
                    extra={"guild": guild_id, "from": stands.isoformat(), "to": slot.day.isoformat()},
                )
                return

    async def pause(self, guild_id: int, *, at: datetime) -> tuple[GuildSchedule, Daily | None]:
        """Pause dailies until `resume`; days without one break no streak. A daily that is not up yet waits too.

        Raises NOT_SCHEDULED.
        """

        def work(tx: Connection) -> tuple[GuildSchedule, Daily | None]:
            schedule = _scheduled(tx, guild_id)
            paused = replace(schedule, paused_at=schedule.paused_at or at, next_day=None, next_post_at=None)
            schedules.save(tx, paused)
            return paused, _unsent(tx, guild_id)

        return await self.db.write(work)

    async def resume(self, guild_id: int, *, at: datetime) -> tuple[GuildSchedule, Daily | None]:
        """Resume, starting with the daily that could not be sent before the pause if its date is not over. Raises
        NOT_SCHEDULED."""

        def work(tx: Connection) -> tuple[GuildSchedule, Daily | None]:
            schedule = _scheduled(tx, guild_id)
            if schedule.paused_at is None:
                return schedule, None
            slot = next_slot(self.dailies.rule(schedule), at, later_than=dailies.last_day(tx, guild_id))
            resumed = replace(schedule, paused_at=None, next_day=slot.day, next_post_at=slot.due)
            schedules.save(tx, resumed)
            waiting = _unsent(tx, guild_id)
            if waiting is not None and day_ended(schedule.rule.zone, waiting.day, at):
                return resumed, None
            if waiting is not None:
                redirect(tx, waiting, schedule, at)
            return resumed, waiting

        return await self.db.write(work)

    async def set_feedback(self, guild_id: int, feedback: Feedback, *, at: datetime) -> Guild:
        """Set the feedback mode from the next daily on: an open one keeps the mode it was posted with."""

        def work(tx: Connection) -> Guild:
            guilds.ensure(tx, guild_id, at)
            guilds.set_feedback(tx, guild_id, feedback)
            return guilds.get(tx, guild_id)

        return await self.db.write(work)


def _unsent(tx: Connection, guild_id: int) -> Daily | None:
    latest = dailies.latest(tx, guild_id)
    return latest if latest is not None and latest.state is DailyState.CLAIMED else None


def _address(daily: Daily) -> tuple[int, int, int] | None:
    return (daily.guild_id, daily.channel_id, daily.message_id) if daily.message_id is not None else None


def _scheduled(tx: Connection, guild_id: int) -> GuildSchedule:
    schedule = schedules.get(tx, guild_id)
    if schedule is None:
        raise Refused(Refusal.NOT_SCHEDULED)
    return schedule
