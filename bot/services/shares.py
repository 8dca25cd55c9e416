"""Sharing a result with the channel: a line without a question, an option or a key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.content import Content
from bot.services.open_questions import require_unsealed
from bot.services.posts import ANY_REFUSAL, Policy, PostEnding
from bot.services.recording import streak_now
from bot.storage import attempts, dailies, evenings, exams, guilds, members, posts, shares
from bot.storage.engine import Connection, Database
from bot.storage.posts import Post, PostKind
from bot.storage.shares import SharedLine
from bot.study.dailies import OPEN
from bot.study.errors import ExamWithheld, Refusal, Refused
from bot.study.exams import is_judged, version_of
from bot.study.members import Member
from bot.study.shares import Shareable

SHARED_WITHIN = timedelta(hours=1)
"""A line that the channel has not shown within this time is dropped."""


@dataclass(frozen=True, slots=True)
class ShareScene:
    """What a shared line shows. The line or the name is None if its author has since been hidden or erased."""

    line: SharedLine | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Shares:
    db: Database
    content: Content

    async def share(
        self, member: Member, what: Shareable, subject: int, *, channel_id: int, at: datetime
    ) -> ShareScene:
        """Share a result with a channel of the member's server, where it appears as a post.

        Outside the bot's servers, a member can share a result once in each channel, and the caller posts the line.
        Raises SHARING_OFF, SHARING_HIDDEN, SHARED_ALREADY, NOTHING_TO_SHARE, KeySealed, EXAM_PACK_GONE, ExamWithheld.
        """

        def work(tx: Connection) -> ShareScene:
            if not member.alone:
                if not guilds.get(tx, member.guild_id).sharing:
                    raise Refused(Refusal.SHARING_OFF)
                if members.hidden(tx, member.guild_id, member.user_id):
                    raise Refused(Refusal.SHARING_HIDDEN)
            place_id = channel_id if member.alone else member.guild_id
            line = shares.add(tx, self._line(tx, member, what, subject, place_id, at))
            if line is None:
                raise Refused(Refusal.SHARED_ALREADY)
            if not member.alone:
                guilds.ensure(tx, member.guild_id, at)
                members.see(tx, member.guild_id, member.user_id, member.name)
                posts.want(
                    tx, PostKind.SHARE, line.id, member.guild_id, channel_id, at=at, expires_at=at + SHARED_WITHIN
                )
            return ShareScene(line, member.name)

        return await self.db.write(work)

    async def was_posted(self, share_id: int) -> bool | None:
        """Return whether the channel shows a line; None while this is unknown."""

        def work(tx: Connection) -> bool | None:
            if posts.message_of(tx, PostKind.SHARE, share_id) is not None:
                return True
            return None if shares.get(tx, share_id) is not None else False

        return await self.db.read(work)

    async def take_back(self, share_id: int) -> None:
        """Forget a line that could not be shown, so that it can be shared again."""
        await self.db.write(lambda tx: shares.remove(tx, share_id))

    def policies(self) -> dict[str, Policy]:
        return {PostKind.SHARE: Policy(self.scene, ends_on=ANY_REFUSAL, ended=_ended)}

    def scene(self, tx: Connection, post: Post) -> ShareScene | None:
        """Return the line as it may be shown now; None if it has not been posted and must not be."""
        line = shares.get(tx, int(post.subject))
        names = members.names(tx, post.guild_id, [line.user_id]) if line is not None else {}
        if post.message_id is None and not names:
            return None
        return ShareScene(line, next(iter(names.values()), None))

    def _line(
        self, tx: Connection, member: Member, what: Shareable, subject: int, place_id: int, at: datetime
    ) -> SharedLine:
        def line(subject: int, **figures: object) -> SharedLine:
            return SharedLine(0, member.guild_id, member.user_id, place_id, what, subject, at, **figures)  # type: ignore[arg-type]

        match what:
            case Shareable.DAILY:
                daily = dailies.get(tx, subject)
                attempt = attempts.of_daily(tx, subject, member.user_id)
                if daily is None or daily.guild_id != member.guild_id or attempt is None:
                    raise Refused(Refusal.NOTHING_TO_SHARE)
                require_unsealed(tx, member.user_id, daily.question_id, at)
                is_open = daily.state in OPEN and at < daily.closes_at
                days = streak_now(tx, member.guild_id, member.user_id, at).days
                return line(subject, correct=attempt.correct, days=days, day=None if is_open else daily.day)
            case Shareable.EXAM:
                exam = exams.get(tx, subject)
                if exam is None or exam.user_id != member.user_id or exam.submitted_at is None:
                    raise Refused(Refusal.NOTHING_TO_SHARE)
                evening = evenings.get(tx, exam.evening_id) if exam.evening_id is not None else None
                if evening is not None and not evening.over:
                    raise ExamWithheld(evening.ends_at)
                if exam.outcome is None or not exam.outcome.scored:
                    raise Refused(Refusal.NOTHING_TO_SHARE)  # it is about to be graded, or has no score
                pack = self.content.named(tx, exam.guild_id, exam.pack)
                if pack is None:
                    raise Refused(Refusal.EXAM_PACK_GONE)
                seen = pack.seen_for(exam.version)
                passing = version_of(seen).passing if is_judged(seen) else None
                return line(subject, length=exam.length, score=exam.outcome.score, passing=passing)
            case Shareable.STREAK:
                streak = streak_now(tx, member.guild_id, member.user_id, at)
                if member.alone or not streak.days or streak.last_day is None:
                    raise Refused(Refusal.NOTHING_TO_SHARE)
                return line(streak.last_day.toordinal(), days=streak.days)


def _ended(tx: Connection, post: Post, _ending: PostEnding, _at: datetime) -> None:
    if post.message_id is None:
        shares.remove(tx, int(post.subject))
