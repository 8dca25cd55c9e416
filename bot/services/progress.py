"""A member's progress: everything for themselves; for others, what the leaderboards show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.services import cards
from bot.services.content import Content
from bot.services.memory import Memory, OwnMemory
from bot.services.partners import PartnerScene, partner_of
from bot.services.plans import Planned, planned_for
from bot.services.recording import streak_now
from bot.storage import daily_days, exams, guilds, learners, pauses, reviews, standings
from bot.storage.engine import Connection, Database
from bot.storage.reviews import Day
from bot.storage.standings import BoardPlace
from bot.study import streaks
from bot.study.badges import Badges, badges
from bot.study.confidence import Calibration
from bot.study.errors import Refusal, Refused
from bot.study.members import Member
from bot.study.partners import PartnershipState
from bot.study.pauses import is_paused
from bot.study.periods import Period, key, local_day
from bot.study.questions import ALL, Pack
from bot.study.readiness import Readiness, estimate
from bot.study.reviews import Forecast, forecast, mastery
from bot.study.standings import By, Tally
from bot.study.streaks import DayMark, Streak

WEEKS = 26


@dataclass(frozen=True, slots=True)
class Streaks:
    """A streak in one server as of today; `marks` holds the days of the calendar that had a daily."""

    streak: Streak
    marks: Mapping[date, DayMark]
    partner: PartnerScene | None = None
    """The member's partner streak, if they have a partner."""

    @property
    def since(self) -> date | None:
        """The first day of the streak, if it is within the calendar."""
        kept = [day for day, mark in self.marks.items() if mark is DayMark.KEPT]
        return kept[0] if len(kept) == self.streak.days and kept else None

    @property
    def paused(self) -> int:
        """How many days were missed in a planned pause."""
        return sum(mark is DayMark.PAUSED for mark in self.marks.values())

    @property
    def forgiven(self) -> Sequence[date]:
        return [day for day, mark in self.marks.items() if mark is DayMark.FORGIVEN]


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """What a member sees of their own progress. `first_day` is the Monday on which the calendar of 26 weeks begins."""

    pack: Pack
    today: date
    first_day: date
    mastery: Mapping[str, float]
    """How much of each board is mastered, from 0 to 1, including `all` and the parent sections."""
    met: int
    known: int
    """How many questions were answered, and how many of them were right the last time."""
    days: Sequence[Day]
    readiness: Readiness | None
    coming: Forecast
    planned: Planned | None
    streaks: Streaks | None
    """None in a direct message, because a streak belongs to a server."""
    answered_today: int = 0
    calibration: Calibration = Calibration()  # noqa: RUF009  frozen
    asks_confidence: bool = True
    """Whether the member is asked here how sure they were of an answer."""
    memory: OwnMemory = OwnMemory()  # noqa: RUF009  frozen
    badges: Badges = Badges()  # noqa: RUF009  frozen


@dataclass(frozen=True, slots=True)
class Shown:
    """What a server's boards show about a member. `season` and `ever` are None if the member has no place."""

    pack: Pack
    user_id: int
    season_name: str
    season: BoardPlace | None
    ever: BoardPlace | None
    sections: Mapping[str, Tally]
    """The all-time tally of each section."""


@dataclass(frozen=True, slots=True)
class Progress:
    db: Database
    content: Content
    memory: Memory

    async def own(self, member: Member, *, at: datetime) -> ProgressReport:
        report = await self.db.read(lambda tx: self.report(tx, member, at))
        if report.planned is not None and report.planned.renewed:
            return await self.db.write(lambda tx: self.report(tx, member, at, keep=True))
        return report

    def report(self, tx: Connection, member: Member, at: datetime, *, keep: bool = False) -> ProgressReport:
        """Return a member's progress, within a transaction. `keep` saves a plan that continues for another exam
        version."""
        pack = self.content.pack_for(tx, member.guild_id, member.user_id)
        today = cards.study_day(tx, member.guild_id, member.user_id, at)
        held = cards.held(tx, member.user_id, pack)
        days = reviews.days(tx, member.user_id, pack.name, date.min, today)
        planned = planned_for(tx, member, pack, held, today, keep=keep)
        learner = learners.get(tx, member.user_id)
        own = learner.asks_confidence
        mastered = mastery(pack, held, today, learner.parameters)
        monday = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
        return ProgressReport(
            pack=pack,
            today=today,
            first_day=monday,
            mastery=mastered,
            met=len(held),
            known=sum(card.known_since is not None for card in held.values()),
            days=[day for day in days if day.day >= monday],
            readiness=estimate(pack, held, today, learner.parameters),
            coming=forecast((card.due_on for card in held.values()), today),
            planned=planned,
            calibration=reviews.calibration(tx, member.user_id, pack.name),
            memory=self.memory.of(tx, member.user_id),
            asks_confidence=guilds.get(tx, member.guild_id).asks_confidence if own is None else own,
            answered_today=sum(day.answered for day in days if day.day == today),
            badges=badges(
                [day.day for day in days],
                sum(day.answered for day in days),
                mastered,
                pack.leaves,
                perfect_exam=exams.has_perfect(tx, member.user_id, pack.name),
            ),
            streaks=None if member.alone else _streaks(tx, member, monday, at),
        )

    async def of_other(self, member: Member, other_id: int, *, at: datetime) -> Shown:
        """Return what `member` may see of another: what the boards of the server show. Raises NEEDS_SERVER."""
        if member.alone:
            raise Refused(Refusal.NEEDS_SERVER)

        def work(tx: Connection) -> Shown:
            pack = self.content.pack(tx, member.guild_id)
            day = local_day(at, guilds.get(tx, member.guild_id).zone)
            season, ever = key(Period.SEASON, day), key(Period.ALL_TIME, day)
            return Shown(
                pack=pack,
                user_id=other_id,
                season_name=season,
                season=standings.place_of(tx, member.guild_id, season, ALL, By.POINTS, other_id),
                ever=standings.place_of(tx, member.guild_id, ever, ALL, By.POINTS, other_id),
                sections=standings.of_member(tx, member.guild_id, ever, other_id, pack.leaves),
            )

        return await self.db.read(work)


def _streaks(tx: Connection, member: Member, since: date, at: datetime) -> Streaks:
    streak = streak_now(tx, member.guild_id, member.user_id, at)
    days = daily_days.days_of_member(tx, member.guild_id, member.user_id, since, at)
    planned = pauses.of_member(tx, member.guild_id, member.user_id, since=since)
    found = partner_of(tx, member, at)
    runs = isinstance(found, PartnerScene) and found.partnership.state is PartnershipState.RUNNING
    marks = streaks.marks(streak, days, lambda day: is_paused(planned, day))
    return Streaks(streak, marks, found if isinstance(found, PartnerScene) and runs else None)
