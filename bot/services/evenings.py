"""What members can do with an exam evening: plan it, sign up, leave, begin, agree to show their score. `evening_steps`
runs it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.services.content import Content
from bot.services.events import EventAbout, renew_event, touch_event, want_event
from bot.services.exam_papers import ExamEnd, ExamTurn, Overview
from bot.services.exams import Exams
from bot.services.plans import code_of
from bot.storage import evenings, exams, guilds, members, posts
from bot.storage.engine import Connection, Database
from bot.storage.evenings import Evening
from bot.storage.posts import PostKind
from bot.study.errors import Refusal, Refused
from bot.study.evenings import LATE, MAX_OPEN, EveningEnding, EveningState, check_start
from bot.study.exam_versions import read_version
from bot.study.exams import Length, form_of, require_enough, version_of
from bot.study.members import Member
from bot.study.packs import to_practise
from bot.study.questions import ALL, Pack

log = logging.getLogger(__name__)

MOST_PINGS = 50
NEWS_WITHIN = timedelta(minutes=10)
"""A ping that Discord has not accepted within this time is dropped."""


@dataclass(frozen=True, slots=True)
class EveningPlan:
    """What a manager asks for. `version`: the exam version; None means the one that the server studies for."""

    channel_id: int
    starts_at: datetime
    length: Length
    version: str | None = None


@dataclass(frozen=True, slots=True)
class EveningPlanned:
    evening: Evening
    pack: Pack
    event: bool
    """Whether a Discord event will be created."""


@dataclass(frozen=True, slots=True)
class EveningJoined:
    """A member who has signed up. `again`: they had already done so. `hidden`: their name and score are not shown.
    `pinged`: whether the announcements ping them."""

    evening: Evening
    again: bool
    hidden: bool
    agrees: bool
    pinged: bool


@dataclass(frozen=True, slots=True)
class EveningLeft:
    evening: Evening
    goes_on: bool
    """Whether their exam will continue as an ordinary mock exam."""


@dataclass(frozen=True, slots=True)
class Evenings:
    db: Database
    content: Content
    exams: Exams

    async def plan(
        self, host: Member, plan: EveningPlan, *, seed: int, may_create_events: bool, at: datetime
    ) -> EveningPlanned:
        """Announce an evening; a tick posts it.

        Raises NEEDS_SERVER, START_TOO_SOON, START_TOO_FAR, TOO_MANY_EVENINGS, UnknownExamVersion, and TooFewQuestions if
        the pack could never fill such a paper.
        """
        if host.alone:
            raise Refused(Refusal.NEEDS_SERVER)
        check_start(plan.starts_at, at)

        def work(tx: Connection) -> EveningPlanned:
            pack = self.content.pack(tx, host.guild_id)
            if plan.version is not None:
                pack = pack.seen_for(read_version(pack, plan.version))
            if evenings.going_on(tx, host.guild_id) >= MAX_OPEN:
                raise Refused(Refusal.TOO_MANY_EVENINGS)
            guilds.ensure(tx, host.guild_id, at)
            members.see(tx, host.guild_id, host.user_id, host.name)
            form = form_of(version_of(pack), plan.length)
            require_enough(pack, plan.length)
            evening = evenings.add(
                tx,
                Evening(
                    id=0,
                    guild_id=host.guild_id,
                    channel_id=plan.channel_id,
                    host_id=host.user_id,
                    pack=pack.name,
                    version=code_of(pack),
                    length=plan.length,
                    seed=seed,
                    starts_at=plan.starts_at,
                    ends_at=plan.starts_at + form.time,
                    due_at=plan.starts_at,
                    created_at=at,
                ),
            )
            about = PostKind.EVENING, evening.id, evening.guild_id, evening.channel_id
            posts.want(tx, *about, at=at, expires_at=evening.starts_at + LATE)
            event = may_create_events and guilds.get(tx, host.guild_id).events
            if event:
                want_event(tx, EventAbout.EVENING, evening.id, host.guild_id, plan.channel_id, plan.starts_at, at)
            return EveningPlanned(evening, pack, event)

        planned = await self.db.write(work)
        log.info("exam evening planned", extra={"guild": host.guild_id, "evening": planned.evening.id})
        return planned

    async def sign_up(self, evening_id: int, member: Member, *, at: datetime) -> EveningJoined:
        """Sign a member up. Raises UNKNOWN_EVENING, EVENING_OVER."""

        def work(tx: Connection) -> EveningJoined:
            evening = _going_on(tx, evening_id, member)
            return _join(tx, evening, member, at)

        return await self.db.write(work)

    async def leave(self, evening_id: int, member: Member, *, at: datetime) -> EveningLeft:
        """Remove a member; an exam that they have begun continues as an ordinary mock exam. Raises UNKNOWN_EVENING,
        EVENING_OVER, NOT_IN_EVENING."""

        def work(tx: Connection) -> EveningLeft:
            evening = _going_on(tx, evening_id, member)
            if not evenings.leave(tx, evening.id, member.user_id, at):
                raise Refused(Refusal.NOT_IN_EVENING)
            exam = exams.of_evening(tx, evening.id, member.user_id)
            evenings.end_if_done(tx, evening.id, at)
            evenings.touch(tx, evening.id, at, numbers=True)
            return EveningLeft(evening, exam is not None and exam.submitted_at is None)

        return await self.db.write(work)

    async def agree(self, evening_id: int, member: Member, *, agrees: bool, at: datetime) -> EveningJoined:
        """Set whether the table may show the member's score, before or after the evening. Raises UNKNOWN_EVENING,
        NOT_IN_EVENING."""

        def work(tx: Connection) -> EveningJoined:
            evening = _known(evenings.get(tx, evening_id), member)
            if not evenings.agree(tx, evening.id, member.user_id, agrees=agrees):
                raise Refused(Refusal.NOT_IN_EVENING)
            evenings.touch(tx, evening.id, at)
            return _joined(tx, evening, member, again=True)

        return await self.db.write(work)

    async def begin(self, evening_id: int, member: Member, *, at: datetime) -> ExamTurn | Overview | ExamEnd:
        """Begin or continue the member's exam; latecomers join, and those who left join again. After the evening,
        return their result.

        Raises UNKNOWN_EVENING, EVENING_NOT_BEGUN, EVENING_OVER, and ExamRunning if another exam of theirs is running.
        """

        def work(tx: Connection) -> ExamTurn | Overview | ExamEnd:
            evening = _known(evenings.get(tx, evening_id, hold=True), member)
            if evening.state is EveningState.OPEN:
                raise Refused(Refusal.EVENING_NOT_BEGUN)
            if not evening.over and at < evening.ends_at:
                _join(tx, evening, member, at)
            elif exams.of_evening(tx, evening.id, member.user_id) is None:
                raise Refused(Refusal.EVENING_OVER)
            return self.exams.sit_together(tx, member, evening, at)

        return await self.db.write(work)

    async def exam_of(self, evening_id: int, member: Member) -> int:
        """Return the id of the member's exam in an evening. Raises UNKNOWN_EVENING, NOT_IN_EVENING."""

        def work(tx: Connection) -> int:
            evening = _known(evenings.get(tx, evening_id), member)
            exam = exams.of_evening(tx, evening.id, member.user_id)
            if exam is None:
                raise Refused(Refusal.NOT_IN_EVENING)
            return exam.id

        return await self.db.read(work)

    async def section_of(self, evening_id: int, place: int, member: Member) -> str:
        """Return the section to practice after a question of the paper; all sections if the member's exam version does
        not have the question.

        Raises UNKNOWN_EVENING, FROM_ANOTHER_PACK.
        """

        def work(tx: Connection) -> str:
            evening = _known(evenings.get(tx, evening_id), member)
            asked = {item.place: item.question_id for item in evenings.items(tx, evening.id)}
            studied = self.content.pack_for(tx, member.guild_id, member.user_id)
            question = studied.questions.get(asked.get(place, ""))
            return to_practise(studied, evening.pack, question.section if question is not None else ALL)

        return await self.db.read(work)

    async def hosted(self, evening_id: int, member: Member, *, manager: bool) -> Evening:
        """Return an evening that its host or a manager may still change. Raises UNKNOWN_EVENING, EVENING_OVER,
        NOT_YOUR_EVENING."""
        return await self.db.read(
            lambda tx: _require_host(_going_on(tx, evening_id, member, hold=False), member, manager=manager)
        )

    async def move(
        self, evening_id: int, member: Member, starts_at: datetime, *, manager: bool, at: datetime
    ) -> Evening:
        """Move the start. Those who signed up are pinged, and the Discord event moves too.

        Raises what `hosted` raises, EVENING_BEGUN, START_TOO_SOON, START_TOO_FAR.
        """
        check_start(starts_at, at)

        def work(tx: Connection) -> Evening:
            evening = _require_host(_going_on(tx, evening_id, member), member, manager=manager)
            if evening.state is not EveningState.OPEN:
                raise Refused(Refusal.EVENING_BEGUN)
            evenings.move(tx, evening, starts_at, at)
            tell(tx, evening, at)
            touch_event(tx, EventAbout.EVENING, evening.id, at)
            moved = evenings.get(tx, evening.id)
            assert moved is not None, "a row that was just updated"
            return moved

        return await self.db.write(work)

    async def cancel(self, evening_id: int, member: Member, *, manager: bool, at: datetime) -> Evening:
        """Call an evening off. Exams that have begun continue as ordinary mock exams. Raises what `hosted` raises."""

        def work(tx: Connection) -> Evening:
            evening = _require_host(_going_on(tx, evening_id, member), member, manager=manager)
            end(tx, evening, EveningEnding.CANCELLED, at)
            return replace(evening, state=EveningState.OVER, ending=EveningEnding.CANCELLED)

        return await self.db.write(work)


def end(tx: Connection, evening: Evening, ending: EveningEnding, at: datetime) -> bool:
    """End an evening, and update its Discord event if the evening did not take place. Return False if it was already
    over."""
    if not evenings.end(tx, evening, ending, at):
        return False
    if ending is not EveningEnding.PLAYED:
        touch_event(tx, EventAbout.EVENING, evening.id, at)
        evenings.touch_names(tx, evening.id, at)  # an earlier ping may still offer Begin
        if ending not in (EveningEnding.NOBODY, EveningEnding.DELETED):
            tell(tx, evening, at)
    log.info("exam evening over: %s", ending.value, extra={"guild": evening.guild_id, "evening": evening.id})
    return True


def reopen(tx: Connection, evening_id: int, at: datetime) -> None:
    """Open an evening again whose start was missed before it came, and ping those who were told that it was off."""
    evening = evenings.reopen(tx, evening_id, at)
    if evening is None:
        return
    tell(tx, evening, at)
    renew_event(tx, EventAbout.EVENING, evening.id, evening.guild_id, evening.channel_id, evening.starts_at, at)
    log.warning(
        "an exam evening was missed early, because the clock was ahead; it was reopened",
        extra={"guild": evening.guild_id, "evening": evening.id},
    )


def tell(tx: Connection, evening: Evening, at: datetime) -> None:
    """Request a ping about a change, if anybody has signed up."""
    if evenings.user_ids(tx, evening.id):
        subject = f"{evening.id}.{evenings.next_news(tx, evening)}"
        about = PostKind.EVENING_NEWS, subject, evening.guild_id, evening.channel_id
        posts.want(tx, *about, at=at, expires_at=max(at, evening.starts_at) + NEWS_WITHIN)


def _join(tx: Connection, evening: Evening, member: Member, at: datetime) -> EveningJoined:
    members.see(tx, evening.guild_id, member.user_id, member.name)
    fresh = evenings.sign_up(tx, evening.id, member.user_id, at)
    evenings.touch(tx, evening.id, at, numbers=True)
    return _joined(tx, evening, member, again=not fresh)


def _joined(tx: Connection, evening: Evening, member: Member, *, again: bool) -> EveningJoined:
    hidden = members.hidden(tx, evening.guild_id, member.user_id)
    agrees = bool(evenings.agrees(tx, evening.id, member.user_id))
    return EveningJoined(evening, again, hidden, agrees, pinged=member.user_id in pings(tx, evening))


def pings(tx: Connection, evening: Evening) -> tuple[int, ...]:
    """Return whom an evening's announcements ping: the first visible members who signed up."""
    return tuple(result.user_id for result in evenings.results(tx, evening.id))[:MOST_PINGS]


def _known(evening: Evening | None, member: Member) -> Evening:
    if evening is None or evening.guild_id != member.guild_id:
        raise Refused(Refusal.UNKNOWN_EVENING)
    return evening


def _going_on(tx: Connection, evening_id: int, member: Member, *, hold: bool = True) -> Evening:
    evening = _known(evenings.get(tx, evening_id, hold=hold), member)
    if evening.over:
        raise Refused(Refusal.EVENING_OVER)
    return evening


def _require_host(evening: Evening, member: Member, *, manager: bool) -> Evening:
    if not manager and evening.host_id != member.user_id:
        raise Refused(Refusal.NOT_YOUR_EVENING)
    return evening
