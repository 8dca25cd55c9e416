"""Planned pauses of a streak: days off that a member announces in advance. Missing them does not break the streak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.services.recording import streak_now
from bot.storage import guilds, learners, members, pauses
from bot.storage.engine import Connection, Database
from bot.study.errors import PauseBackwards, Refusal, Refused
from bot.study.members import Member
from bot.study.pauses import MOST_DAYS, Pause, ended, left, plan
from bot.study.periods import after_season, local_day, season_of
from bot.study.streaks import Streak
from bot.study.typed import parse_day


@dataclass(frozen=True, slots=True)
class PausePlan:
    """A member's streak in a server, and its pauses that are not over."""

    today: date
    streak: Streak
    pauses: Sequence[Pause]
    left: Mapping[str, int]
    """How many days can still be paused, this season and the next."""
    made: Pause | None = None

    @property
    def running(self) -> Pause | None:
        return next((pause for pause in self.pauses if pause.covers(self.today)), None)


@dataclass(frozen=True, slots=True)
class Pauses:
    db: Database

    async def look(self, member: Member, *, at: datetime) -> PausePlan:
        """Return the member's pauses. Raises NEEDS_SERVER."""
        return await self.db.read(lambda tx: plan_of(tx, member, at))

    async def plan(self, member: Member, first: str, last: str | None, *, at: datetime) -> PausePlan:
        """Plan a pause from one day to another, or for one day.

        Words such as `tomorrow` use the member's own zone; the streak uses the server's calendar. Raises NEEDS_SERVER,
        BadDate, WrongWeekday, Ambiguous, PauseBackwards, PauseNotAhead, PauseTooFar, PauseOverlaps, PauseTooLong.
        """
        if member.alone:
            raise Refused(Refusal.NEEDS_SERVER)

        def work(tx: Connection) -> PausePlan:
            zone = guilds.get(tx, member.guild_id).zone
            today = local_day(at, zone)
            own = local_day(at, learners.get(tx, member.user_id).zone or zone)
            begin = parse_day(first, own)
            end = _end(last, own, begin) if last is not None else begin
            made = plan(pauses.of_member(tx, member.guild_id, member.user_id), begin, end, today)
            guilds.ensure(tx, member.guild_id, at)
            members.see(tx, member.guild_id, member.user_id, member.name)
            pauses.add(tx, member.guild_id, member.user_id, made)
            return plan_of(tx, member, at, made)

        return await self.db.write(work)

    async def end(self, member: Member, first: date, *, at: datetime) -> PausePlan:
        """End the pause that begins on a day: days that have begun stay paused. Raises NEEDS_SERVER, NO_PAUSE."""
        if member.alone:
            raise Refused(Refusal.NEEDS_SERVER)

        def work(tx: Connection) -> PausePlan:
            today = local_day(at, guilds.get(tx, member.guild_id).zone)
            found = pauses.of_member(tx, member.guild_id, member.user_id, since=today)
            pause = next((one for one in found if one.first == first), None)
            if pause is None:
                raise Refused(Refusal.NO_PAUSE)
            pauses.replace(tx, member.guild_id, member.user_id, pause, ended(pause, today))
            return plan_of(tx, member, at)

        return await self.db.write(work)


def _end(text: str, today: date, begin: date) -> date:
    """Read the last day of a pause. Raises PauseBackwards for a date without a year that is before the pause begins,
    because next year's date cannot be meant."""
    end = parse_day(text, today, first=begin)
    if (end - begin).days >= 2 * MOST_DAYS and (said := parse_day(text, today)) < begin:
        raise PauseBackwards(begin, said)
    return end


def plan_of(tx: Connection, member: Member, at: datetime, made: Pause | None = None) -> PausePlan:
    """Return a member's pauses, within a transaction. Raises NEEDS_SERVER."""
    if member.alone:
        raise Refused(Refusal.NEEDS_SERVER)
    today = local_day(at, guilds.get(tx, member.guild_id).zone)
    kept = pauses.of_member(tx, member.guild_id, member.user_id)
    seasons = (season_of(today), after_season(season_of(today)))
    return PausePlan(
        today,
        streak_now(tx, member.guild_id, member.user_id, at),
        [pause for pause in kept if pause.last >= today],
        {season: left(kept, season) for season in seasons},
        made,
    )
