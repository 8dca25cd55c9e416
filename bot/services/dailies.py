"""The life of a daily: due, claimed, posted, closed. Claims are made here; `cogs.dailies.poster` sends and reports back.

Exactly one post for each server and local date, whatever dies when: the claim is a row under a unique key, made in the same
transaction that moves `next_post_at` on; a claim that was never noted as posted is taken up again when its lease runs out.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.services.content import Content
from bot.services.each import each
from bot.services.posts import LEASE, NONCE_HOLDS, RETRY_AFTER_REFUSAL, Policy, PostEnding, PostShown
from bot.services.recording import record_all
from bot.storage import (
    dailies,
    daily_closes,
    daily_counts,
    daily_withdrawals,
    duels,
    guilds,
    held_answers,
    members,
    posts,
    schedules,
)
from bot.storage.dailies import OPEN, Daily, State
from bot.storage.engine import Connection, Database
from bot.storage.posts import PostKind
from bot.storage.schedules import GuildSchedule, Trouble
from bot.study.answering import Given
from bot.study.errors import NoQuestions
from bot.study.grading import Answer, as_written, fits
from bot.study.members import Member
from bot.study.periods import local_day
from bot.study.questions import Pack, Question
from bot.study.rotation import choose, pool
from bot.study.schedules import Schedule, Slot, closes_at, day_ended, next_slot, slots, spread
from bot.study.scoring import Mode

log = logging.getLogger(__name__)

ANSWER_WAITS = timedelta(minutes=5)
"""So long at most the answers of closed dailies let the posts of a rush go first."""
CLOSE_WITHIN = timedelta(days=7)
"""Where Discord takes no edit that shows the answer for so long, there is nobody left to read it."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class Post:
    """A daily to be sent now.

    `fresh`: never tried before, or so lately that the nonce still guards it; else look for the post before sending.
    `late`: its date has ended. `paused`: the managers have paused the daily since it was claimed. A post that is up is noted,
    but none is sent: any more, or before they resume.
    """

    daily: Daily
    question: Question
    pack: Pack
    fresh: bool = True
    late: bool = False
    paused: bool = False

    @property
    def nonce(self) -> str:
        """Discord knows a nonce by its author alone, so that a bare number could be another feature's; and it remembers the nonce
        of a post that was deleted."""
        again = f"-{int(self.daily.claimed_at.timestamp()):x}" if self.daily.state is State.POSTED else ""
        return f"daily-{self.daily.id}{again}"


@dataclass(frozen=True, slots=True)
class Missed:
    """Dates whose dailies could not be posted before they ended, oldest first. The managers are told, with when the next one
    comes."""

    guild_id: int
    days: tuple[date, ...]
    set_by: int
    next_post_at: datetime | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A server whose daily cannot be posted. `first`: nobody has been told of it."""

    guild_id: int
    channel_id: int
    set_by: int
    trouble: Trouble
    first: bool


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


@dataclass(frozen=True, slots=True)
class Dailies:
    db: Database
    content: Content
    window: timedelta = timedelta(0)
    """Over how long the dailies of one hour are spread."""

    def rule(self, schedule: GuildSchedule) -> Schedule:
        """Return when a server's dailies are due, its place in the window included."""
        return spread(schedule.rule, schedule.guild_id, self.window)

    # -- posting

    async def claim_due(self, at: datetime, *, limit: int = BATCH) -> list[Post | Missed | Problem]:
        """Claim the date of servers that are due. One server's failure is logged and leaves the others alone."""
        due = await self.db.read(lambda tx: schedules.due(tx, at, limit, self.db.shards))
        found = await each(due, lambda guild_id: self.db.write(partial(self._claim_due, guild_id=guild_id, at=at)))
        return [outcome for outcomes in found for outcome in outcomes]

    def _claim_due(self, tx: Connection, guild_id: int, at: datetime) -> list[Post | Missed | Problem]:
        schedule = schedules.take_due(tx, guild_id, at)
        if schedule is None:
            return []  # another process, or a manager, was quicker
        assert schedule.next_day is not None, "a due time belongs to a local date"
        outcomes: list[Post | Missed | Problem] = []
        rule = self.rule(schedule)
        ended, slot = _until(rule, schedule.next_day, local_day(at, rule.zone))
        if slot.due <= at:
            claimed = self.claim(tx, schedule, slot.day, at)
            outcomes += [claimed] if claimed is not None else []
            slot = next_slot(rule, at, later_than=slot.day)
        schedules.set_next(tx, guild_id, slot.day, slot.due)
        feedback = guilds.get(tx, guild_id).feedback
        missed = [day for day in ended if dailies.skip(tx, guild_id, day, schedule.channel_id, feedback, at)]
        if missed:
            log.warning("dailies missed", extra={"guild": guild_id, "days": ", ".join(map(str, missed))})
            outcomes.append(Missed(guild_id, tuple(missed), schedule.set_by, slot.due))
        return outcomes

    def claim(self, tx: Connection, schedule: GuildSchedule, day: date, at: datetime) -> Post | Problem | None:
        """Claim one local date of a server and choose its question; None if the date has had its turn."""
        guild_id = schedule.guild_id
        pack = self.content.pack(tx, guild_id)
        try:
            question = self.choose(tx, schedule, pack)
        except NoQuestions:
            return _trouble(tx, schedule, Trouble.NO_QUESTIONS, at)
        for earlier in dailies.open_before(tx, guild_id, day):
            self._settle(tx, earlier, at)
        daily = dailies.claim(
            tx,
            Daily(
                id=0,
                guild_id=guild_id,
                day=day,
                question_id=question.id,
                section=question.section,
                state=State.CLAIMED,
                feedback=guilds.get(tx, guild_id).feedback,
                channel_id=schedule.channel_id,
                message_id=None,
                role_id=schedule.role_id,
                claimed_at=at,
                tries=1,
                closes_at=closes_at(schedule.rule, day),
                closed_at=None,
                answered=0,
            ),
            at + LEASE,
        )
        return Post(daily, question, pack) if daily is not None else None

    def choose(self, tx: Connection, schedule: GuildSchedule, pack: Pack) -> Question:
        """The next question of a server's rotation. Raises NoQuestions."""
        last = dailies.latest(tx, schedule.guild_id)
        return choose(
            pool(pack, schedule.sections),
            pack.weights,
            dailies.posted_ids(tx, schedule.guild_id),
            seed=schedule.seed,
            last_section=last.section if last else None,
            # Its close shows the key to everyone, also to two who still play for it.
            avoid=duels.open_questions_in(tx, schedule.guild_id),
        )

    async def recover(
        self, at: datetime, *, starting: bool = False, limit: int = BATCH, busy: Collection[int] = ()
    ) -> list[Post | Missed]:
        """Claims that were never noted as posted, because their sender died or was refused, to be sent again; without those
        that this process is `busy` with.

        `starting`: what the last run left is taken up without waiting for its leases, if nobody else can be sending it.
        """
        stale_at = None if starting and not self.db.shared else at

        def work(tx: Connection) -> list[Post | Missed]:
            taken = dailies.take_claims(
                tx, stale_at, at + LEASE, limit, self.db.shards, longest=RETRY_AFTER_REFUSAL, busy=busy
            )
            return [outcome for daily in taken if (outcome := self.take_up(tx, daily, at)) is not None]

        return await self.db.write(work)

    async def hold(self, daily: Daily, *, at: datetime) -> bool:
        """Make a claim one's own for another LEASE, right before sending; False if it is somebody else's by now.

        A sender may have waited longer than its lease, in the queue of a rush or for Discord: another process, which
        cannot know that it lives, has then taken the claim over and sends in its place.
        """
        return await self.db.write(lambda tx: dailies.renew(tx, daily, at + LEASE))

    async def message_of(self, daily: Daily) -> int | None:
        """The message of its post, if that is up by now."""
        now = await self.db.read(lambda tx: dailies.get(tx, daily.id))
        return now.message_id if now is not None else None

    async def let_go(self, claims: Sequence[Daily], *, at: datetime) -> None:
        """Leave claims that nobody has begun to send to another process, which need not wait for their leases then."""

        def work(tx: Connection) -> None:
            for daily in claims:
                dailies.let_go(tx, daily, at)

        await self.db.write(work)

    def take_up(self, tx: Connection, daily: Daily, at: datetime, *, asked: bool = False) -> Post | Missed | None:
        """What is to be done about a claim that was taken over. `asked`: a manager wants it sent, pause or no pause."""
        schedule = schedules.get(tx, daily.guild_id)
        zone = schedule.rule.zone if schedule else guilds.get(tx, daily.guild_id).zone
        again = daily.state is State.POSTED  # a manager has asked for it: its first post was deleted
        found = self.content.find(tx, daily.guild_id, daily.question_id)
        if found is None:
            return self._give_up(tx, daily, schedule, at)
        pack, question = found
        return Post(
            daily,
            question,
            pack,
            fresh=timedelta(0) <= at - daily.claimed_at < NONCE_HOLDS,
            late=at >= daily.closes_at if again else day_ended(zone, daily.day, at),
            paused=schedule is not None and schedule.paused_at is not None and not asked and not again,
        )

    async def give_up(self, daily: Daily, *, at: datetime) -> Missed | None:
        """The date of a claim has ended, and its post was found nowhere."""
        return await self.db.write(lambda tx: self._give_up(tx, daily, schedules.get(tx, daily.guild_id), at))

    def _give_up(self, tx: Connection, daily: Daily, schedule: GuildSchedule | None, at: datetime) -> Missed | None:
        dailies.give_up(tx, daily.id, at)
        log.warning("daily given up", extra={"guild": daily.guild_id, "day": str(daily.day)})
        if daily.state is State.POSTED:
            return None  # it was up, and has its day
        if schedule is None or schedule.trouble not in (None, Trouble.NO_HISTORY):
            return None  # the managers know of the trouble, and need no word on each day of it
        return Missed(daily.guild_id, (daily.day,), schedule.set_by, schedule.next_post_at)

    async def note_posted(
        self, daily: Daily, channel_id: int, message_id: int, *, at: datetime, blind: bool = False
    ) -> None:
        """The post is up. Whatever trouble the server had is over, but for `blind`, which `note_blind` has noted."""

        def work(tx: Connection) -> None:
            about = PostKind.DAILY, daily.id
            if dailies.note_posted(tx, daily.id, channel_id, message_id, at):
                posts.keep(tx, *about, daily.guild_id, channel_id, message_id, at=at)
            elif daily.state is State.POSTED and daily_closes.show_on(tx, daily.id, channel_id, message_id):
                posts.keep(tx, *about, daily.guild_id, channel_id, message_id, at=at)
                posts.touch(tx, *about, at)
            if not blind:
                schedules.set_trouble(tx, daily.guild_id, None, None)

        await self.db.write(work)
        log.info("daily posted", extra={"guild": daily.guild_id, "daily": daily.id, "question": daily.question_id})

    async def note_refused(self, daily: Daily, trouble: Trouble, *, at: datetime) -> Problem | None:
        """Discord will not take the post. It is tried again later, while its day lasts; the managers hear of it once."""

        def work(tx: Connection) -> Problem | None:
            schedule = schedules.get(tx, daily.guild_id)
            if schedule is not None and schedule.channel_id != daily.channel_id:
                redirect(tx, daily.id, schedule.channel_id, at)  # a manager has chosen another channel meanwhile
                return None
            dailies.postpone(tx, daily.id, at + RETRY_AFTER_REFUSAL)
            return _trouble(tx, schedule, trouble, at) if schedule else None

        return await self.db.write(work)

    async def note_blind(self, daily: Daily, *, at: datetime) -> Problem | None:
        """A post is about to go out that could not be found again. The managers hear of it each time that it comes to this."""

        def work(tx: Connection) -> Problem | None:
            schedule = schedules.get(tx, daily.guild_id)
            return _trouble(tx, schedule, Trouble.NO_HISTORY, at) if schedule is not None else None

        return await self.db.write(work)

    async def blind_in(self, guild_id: int) -> int | None:
        """The channel in which a server's posts could not be found again when the last went out."""
        schedule = await self.db.read(lambda tx: schedules.get(tx, guild_id))
        blind = schedule is not None and schedule.trouble is Trouble.NO_HISTORY
        return schedule.channel_id if schedule is not None and blind else None

    async def note_seeing(self, guild_id: int) -> None:
        """They can be found again: should that be lost once more, the managers are told once more."""
        await self.db.write(lambda tx: schedules.end_trouble(tx, guild_id, Trouble.NO_HISTORY))

    async def note_paused(self, daily: Daily, *, at: datetime) -> None:
        """The claim waits while the daily is paused: `Schedules.resume` sends it, if that is on its date, and else it is given
        up when that ends. It is looked at now and then until then."""
        await self.db.write(lambda tx: dailies.postpone(tx, daily.id, at + RETRY_AFTER_REFUSAL))
        log.info("daily waits for the end of a pause", extra={"guild": daily.guild_id, "daily": daily.id})

    async def note_told(self, guild_id: int) -> None:
        await self.db.write(lambda tx: schedules.set_told(tx, guild_id))

    # -- closing

    async def close_due(self, at: datetime) -> list[Closed | Withdrawn]:
        """Settle the dailies past their close: held answers are graded, and their posts are to show the answer. What has no post is
        done with that: those of it that a manager is to hear of."""
        due = await self.db.read(lambda tx: daily_closes.due(tx, at, BATCH, self.db.shards))
        await each(due, lambda daily_id: self.db.write(partial(self._close, daily_id=daily_id, at=at)))
        alone = await self.db.read(lambda tx: daily_closes.without_post(tx, BATCH, self.db.shards))
        return await each(alone, lambda daily_id: self.db.write(partial(self._finish_alone, daily_id=daily_id)))

    def _close(self, tx: Connection, daily_id: int, at: datetime) -> None:
        daily = daily_closes.take_due(tx, daily_id)
        if daily is not None:
            self._settle(tx, daily, at)

    def _finish_alone(self, tx: Connection, daily_id: int) -> Closed | Withdrawn | None:
        daily = dailies.get(tx, daily_id)
        closed = self._closed(tx, daily) if daily is not None else None
        return closed if closed is not None and _finish(tx, closed) and closed.changed else None

    def _closed(self, tx: Connection, daily: Daily) -> Closed | Withdrawn:
        found = self.content.find(tx, daily.guild_id, daily.question_id)
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

    def withdraw_ahead(self, tx: Connection, guild_id: int, today: date, at: datetime) -> bool:
        """Take back the dailies that a clock that was ahead has made for dates to come; whether there were any.

        Answers count as given today, and the dates are free for dailies of their own.
        """
        ahead = daily_withdrawals.ahead_in(tx, guild_id, today, at)
        if ahead:
            members.end_streaks_by(tx, guild_id, today)
        for daily in ahead:
            log.warning(
                "a daily made by a clock that was ahead is withdrawn", extra={"guild": guild_id, "daily": daily.id}
            )
            if daily.state in OPEN:
                self._settle(tx, replace(daily, day=today), at)
            daily_withdrawals.free_date(tx, daily)
        return bool(ahead)

    def _settle(self, tx: Connection, daily: Daily, at: datetime) -> None:
        found = self.content.find(tx, daily.guild_id, daily.question_id)
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

    # -- what its post shows

    def policies(self) -> dict[str, Policy]:
        return {PostKind.DAILY: Policy(self.scene, edit_within=CLOSE_WITHIN, shown=_note_shown, ended=self._note_ended)}

    def scene(self, tx: Connection, post: posts.Post) -> Post | Closed | Withdrawn | Daily | None:
        """What the post of a daily shows now: its question with how many have answered, or the answer. The daily alone where an open
        one has lost its question, and nothing new is to be shown."""
        daily = dailies.get(tx, int(post.subject))
        if daily is None or daily.state not in OPEN:
            return self._closed(tx, daily) if daily is not None else None
        found = self.content.find(tx, daily.guild_id, daily.question_id)
        return Post(daily, found[1], found[0]) if found is not None else daily

    def _note_ended(self, tx: Connection, post: posts.Post, ending: PostEnding, _at: datetime) -> None:
        """Its post is gone, or Discord took no edit for very long. It is closed all the same."""
        daily = dailies.get(tx, int(post.subject))
        if daily is None:
            return
        if ending is PostEnding.DELETED and post.message_id is not None:
            dailies.note_deleted(tx, daily.id, post.message_id)
            log.warning("post of a daily deleted", extra={"guild": daily.guild_id, "daily": daily.id})
        if daily.state is State.SETTLED:
            _finish(tx, self._closed(tx, daily))

    async def refresh_counts(self, at: datetime, *, limit: int = BATCH, after: int = 0) -> int:
        """Have posts of open dailies show how many have answered, from the one after `after` on and then from the first. The last of
        them."""

        def work(tx: Connection) -> int:
            found = daily_counts.stale(tx, limit, self.db.shards, after=after)
            if after and len(found) < limit:
                first = daily_counts.stale(tx, limit - len(found), self.db.shards)
                found += [daily_id for daily_id in first if daily_id <= after]
            daily_counts.note_shown(tx, found)
            for daily_id in found:
                posts.touch(tx, PostKind.DAILY, daily_id, at, patience=posts.NUMBERS_WAIT)
            return found[-1] if found else after

        if not await self.db.read(lambda tx: daily_counts.stale(tx, 1, self.db.shards)):
            return after
        return await self.db.write(work)


def _note_shown(tx: Connection, _post: posts.Post, shown: PostShown, _at: datetime) -> None:
    if isinstance(shown.scene, Closed | Withdrawn):
        _finish(tx, shown.scene)


def _finish(tx: Connection, closed: Closed | Withdrawn) -> bool:
    """Note that a settled daily is done. No streak breaks over one that was withdrawn."""
    done = State.SKIPPED if isinstance(closed, Withdrawn) else State.CLOSED
    if finished := daily_closes.finish(tx, closed.daily.id, done):
        log.info("daily closed", extra={"guild": closed.daily.guild_id, "daily": closed.daily.id, "state": done.value})
    return finished


def redirect(tx: Connection, daily_id: int, channel_id: int, at: datetime) -> None:
    """Send a claim that Discord has refused to another channel, at the next tick."""
    dailies.move_channel(tx, daily_id, channel_id)
    dailies.postpone(tx, daily_id, at)


def _until(rule: Schedule, first: date, today: date) -> tuple[list[date], Slot]:
    """The dates from `first` on that ended before `today`, and the first slot that did not."""
    ended: list[date] = []
    for slot in slots(rule, first):
        if slot.day >= today:
            return ended, slot
        ended.append(slot.day)
    raise AssertionError("a schedule has slots without end")


def _trouble(tx: Connection, schedule: GuildSchedule, trouble: Trouble, at: datetime) -> Problem:
    first = schedule.trouble is not trouble or not schedule.trouble_told
    if schedule.trouble is not trouble:
        schedules.set_trouble(tx, schedule.guild_id, trouble, at)
        log.warning("daily in trouble", extra={"guild": schedule.guild_id, "trouble": trouble.value})
    return Problem(schedule.guild_id, schedule.channel_id, schedule.set_by, trouble, first=first)
