"""Reminders by direct message. They are claimed here; `cogs.reminders.sender` sends them and reports back.

A member's local date is claimed before anything is sent, in the transaction that moves `next_at` on. A claimed reminder
that is not known to have been sent is retried within its hour: first with the same nonce, later after a search of the
direct messages.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.services import cards
from bot.services.content import Content
from bot.services.each import write_each
from bot.services.leases import LEASE, Leasing
from bot.services.plans import Planned, planned_for
from bot.services.recording import standing_streak
from bot.storage import dailies, guilds, members, pauses, reminders
from bot.storage.dailies import Daily
from bot.storage.engine import Connection, Database
from bot.storage.leases import Lease
from bot.storage.reminders import Reminder
from bot.study.members import ALONE, Member
from bot.study.pauses import is_paused
from bot.study.periods import local_day
from bot.study.questions import Pack
from bot.study.schedules import due_on, next_slot
from bot.study.streaks import Streak

log = logging.getLogger(__name__)

BATCH = 500
SEND_WITHIN = timedelta(hours=1)
"""How long a reminder that Discord does not accept is retried."""


@dataclass(frozen=True, slots=True)
class OpenDaily:
    """A daily that the member has not answered, and the streak that depends on it."""

    daily: Daily
    streak: Streak
    """Its length is 0 if it does not depend on this daily, because another daily of the same date has kept it or it is
    paused."""
    more: int = 0
    """How many more dailies of the server are unanswered; this one closes first."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """What to remind a member of on `day`: the daily, reviews, the plan; at least one of them."""

    user_id: int
    day: date
    pack: Pack
    due: int
    daily: OpenDaily | None
    planned: Planned | None
    """None once today's portion is done."""
    guild_id: int
    """The server whose pack the member studies; ALONE for none."""
    lease: Lease

    @property
    def has_reason(self) -> bool:
        return bool(self.due or self.daily or self.planned)

    @property
    def nonce(self) -> str:
        """The nonce, of at most 25 characters: the same for each attempt to send this reminder."""
        return f"{self.user_id:x}-{self.day.toordinal():x}"


@dataclass(frozen=True, slots=True)
class Reminders:
    db: Database
    content: Content

    async def switch_on(self, member: Member, at_time: time, zone: str, *, at: datetime) -> Reminder:
        """Switch reminders on, at the member's own time. In a server, they cover its daily; in direct messages, they
        cover the daily of the server where the member last answered one."""

        def work(tx: Connection) -> Reminder:
            before = reminders.get(tx, member.user_id)
            guild_id = members.last_active_guild(tx, member.user_id) if member.alone else member.guild_id
            reminder = Reminder(
                member.user_id, zone, at_time, guild_id or ALONE, sent_on=before.sent_on if before else None
            )
            reminder = _from(reminder, at)
            reminders.save(tx, reminder)
            return reminder

        return await self.db.write(work)

    async def switch_off(self, member: Member) -> Reminder | None:
        """Switch reminders off; return the settings, or None if the member never had any."""

        def work(tx: Connection) -> Reminder | None:
            reminders.switch_off(tx, member.user_id)
            return reminders.get(tx, member.user_id)

        return await self.db.write(work)

    async def status(self, member: Member) -> Reminder | None:
        return await self.db.read(lambda tx: reminders.get(tx, member.user_id))

    async def claim_due(self, at: datetime, *, busy: Collection[int] = (), limit: int = BATCH) -> list[Nudge]:
        """Claim the local date of members whose time has come; return what to send. Reminders that were claimed earlier
        but are unsent and unleased come first, except those of members that this process is `busy` with."""
        if not self.db.shards.direct_messages:
            return []  # Members belong to no server, so one process reminds them all.
        unsent = await self.db.read(lambda tx: reminders.unsent(tx, at, limit))
        waiting = [user_id for user_id in unsent if user_id not in busy]
        again = await write_each(self.db, waiting, lambda tx, user_id: self._lease(tx, user_id, at))
        return again + await self._claim_due(at, busy, limit - len(again))

    async def _claim_due(self, at: datetime, busy: Collection[int], limit: int) -> list[Nudge]:
        due = {reminder.user_id: reminder for reminder in await self.db.read(lambda tx: reminders.due(tx, at, limit))}
        user_ids = [user_id for user_id in due if user_id not in busy]
        return await write_each(self.db, user_ids, lambda tx, user_id: self._claim(tx, due[user_id], at))

    def _claim(self, tx: Connection, reminder: Reminder, at: datetime) -> Nudge | None:
        assert reminder.next_at is not None, "it was due a moment ago"
        if reminder.next_at > at:
            _bring_back(tx, reminder, at)
            return None
        day, today = local_day(reminder.next_at, reminder.zone), local_day(at, reminder.zone)
        if day < today:
            log.info("reminder missed", extra={"user": reminder.user_id, "day": str(day)})
            due_today = due_on(reminder.rule, today)
            day = today if due_today is not None and due_today <= at else day
        following = next_slot(reminder.rule, at, later_than=day)
        if not reminders.claim(tx, reminder, day, following.due, at=at, send_until=at + SEND_WITHIN):
            return None  # another process was faster, or the member has changed it
        if day < today:
            reminders.note_done(tx, reminder.user_id, day)
            return None
        return self._lease(tx, reminder.user_id, at)

    def _lease(self, tx: Connection, user_id: int, at: datetime) -> Nudge | None:
        leased = reminders.lease(tx, user_id, at, at + LEASE)
        if leased is None:
            return None  # another process was faster
        reminder, lease = leased
        day, until = reminder.sent_on, reminder.send_until
        assert day is not None, "it is claimed"
        assert until is not None, "it is unsent"
        nudge = self._nudge(tx, reminder, lease, day, at) if at < until else None
        if nudge is None:
            reminders.note_done(tx, user_id, day)
            if at >= until:
                log.warning("reminder given up after its hour", extra={"user": user_id, "day": str(day)})
        return nudge

    @property
    def leasing(self) -> Leasing:
        return Leasing(self.db, reminders.LEASES)

    async def note_sent(self, nudge: Nudge) -> None:
        await self.db.write(lambda tx: reminders.note_done(tx, nudge.user_id, nudge.day))

    def _nudge(self, tx: Connection, reminder: Reminder, lease: Lease, day: date, at: datetime) -> Nudge | None:
        assert reminder.next_at is not None, "it is switched on"
        pack = self.content.pack_for(tx, reminder.daily_guild_id, reminder.user_id)
        held = cards.held(tx, reminder.user_id, pack)
        today = cards.study_day(tx, reminder.daily_guild_id, reminder.user_id, at)
        due = sum(card.due_on <= today for card in held.values())
        daily = _unanswered(tx, reminder.daily_guild_id, reminder.user_id, at, before=reminder.next_at)
        planned = planned_for(tx, Member(reminder.daily_guild_id, reminder.user_id, ""), pack, held, today, keep=True)
        if planned is not None and (planned.portion is None or planned.portion.finished):
            planned = None
        if not (due or daily or planned):
            return None
        return Nudge(reminder.user_id, day, pack, due, daily, planned, reminder.daily_guild_id, lease)

    async def note_refused(self, user_id: int, *, at: datetime) -> None:
        """Switch off the reminders of a member whose direct messages are closed; they are notified at their
        next command."""
        await self.db.write(lambda tx: reminders.switch_off(tx, user_id, refused_at=at))
        log.info("reminders switched off: direct messages are closed", extra={"user": user_id})

    async def take_refusal(self, user_id: int) -> bool:
        """Return whether the member must still be notified that their reminders were refused, and record this as
        done."""
        if not await self.db.read(lambda tx: reminders.refused(tx, user_id)):
            return False

        def work(tx: Connection) -> bool:
            told = reminders.refused(tx, user_id)
            reminders.note_reported(tx, user_id)
            return told

        return await self.db.write(work)


def _from(reminder: Reminder, at: datetime) -> Reminder:
    """Return the reminder with its next time computed from `at`."""
    # A future date may have been used, in an earlier zone or while the clock was ahead. Treat it as today, so that the
    # next reminder is tomorrow.
    sent_on = min(reminder.sent_on, local_day(at, reminder.zone)) if reminder.sent_on else None
    return replace(reminder, sent_on=sent_on, next_at=next_slot(reminder.rule, at, later_than=sent_on).due)


def _bring_back(tx: Connection, reminder: Reminder, at: datetime) -> None:
    if reminders.get(tx, reminder.user_id) == reminder:
        reminders.save(tx, _from(reminder, at))
        log.warning(
            "the next time of a reminder was too far ahead, probably because the clock was ahead; it was moved back",
            extra={"user": reminder.user_id},
        )


def _unanswered(tx: Connection, guild_id: int, user_id: int, at: datetime, *, before: datetime) -> OpenDaily | None:
    """Return a server's open dailies that close before the next reminder and that the member has not answered; None if
    there is none."""
    if guild_id == ALONE or guilds.has_left(tx, guild_id):
        return None
    open_ = dailies.open_in(tx, guild_id, at, posted=True)
    waiting = [daily for daily in dailies.unanswered(tx, open_, user_id) if daily.closes_at <= before] if open_ else []
    if not waiting:
        return None
    streak = standing_streak(tx, guild_id, user_id, waiting[0].day)
    day = waiting[0].day
    kept = streak.last_day is not None and streak.last_day >= day
    paused = is_paused(pauses.of_member(tx, guild_id, user_id, since=day), day)
    return OpenDaily(waiting[0], replace(streak, days=0) if kept or paused else streak, len(waiting) - 1)
