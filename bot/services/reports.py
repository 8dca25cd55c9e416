"""Reports: members flag a problem with a question, and managers read it together with the statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.services.content import Content
from bot.storage import attempts, guilds, members, questions, reports
from bot.storage.engine import Connection, Database
from bot.storage.reports import Flag
from bot.study.errors import Refusal, Refused, UnknownQuestion
from bot.study.grading import fits
from bot.study.members import Member
from bot.study.questions import Pack, Question
from bot.study.reports import MAX_COMMENT, Figures, Learned, Reason, Suspicion, figures, learned, suspicion

FLAGS_SHOWN = 10
RESPONSES_READ = 2_000
"""How many first answers the statistics use, newest first: more would change little."""


@dataclass(frozen=True, slots=True)
class Flagged:
    """The outcome of flagging. `again`: it replaced the member's earlier open flag."""

    question: Question
    reason: Reason
    again: bool


@dataclass(frozen=True, slots=True)
class FlagReport:
    """One flagged question, as managers see it. `page` and `pages` count from 1."""

    pack: Pack
    question: Question
    reasons: Mapping[Reason, int]
    flags: tuple[Flag, ...]
    """The newest flags; `last` is the id of the newest of all."""
    names: Mapping[int, str]
    figures: Figures
    suspicion: Suspicion | None
    learned: Learned | None
    page: int
    pages: int

    @property
    def last(self) -> int:
        return self.flags[0].id


@dataclass(frozen=True, slots=True)
class Judged:
    """A question of a pack with the statistics of first answers from all servers."""

    question: Question
    learned: Learned
    suspicion: Suspicion | None


@dataclass(frozen=True, slots=True)
class Reports:
    db: Database
    content: Content

    async def question(self, member: Member, question_id: str) -> Question:
        """Return the question that a member is about to flag. Raises NEEDS_SERVER, UnknownQuestion, NOT_ANSWERED."""
        return await self.db.read(lambda tx: self._answered(tx, member, question_id))

    async def flag(self, member: Member, question_id: str, reason: Reason, words: str, *, at: datetime) -> Flagged:
        """Flag a question. A member's new flag on it replaces an open one.

        Raises NEEDS_SERVER, UnknownQuestion, NOT_ANSWERED.
        """

        def work(tx: Connection) -> Flagged:
            question = self._answered(tx, member, question_id)
            guilds.ensure(tx, member.guild_id, at)
            members.see(tx, member.guild_id, member.user_id, member.name)
            said = words.strip()[:MAX_COMMENT]
            again = reports.flag(tx, member.guild_id, member.user_id, question.id, reason, said, at)
            return Flagged(question, reason, again)

        return await self.db.write(work)

    async def report(self, guild_id: int, page: int) -> FlagReport | None:
        """Return a page with one flagged question; None if nothing is flagged. A page number past the end means the
        last page."""
        return await self.db.read(lambda tx: self._report(tx, guild_id, page))

    async def resolve(
        self, guild_id: int, question_id: str, last: int, page: int, *, by: int, at: datetime
    ) -> FlagReport | None:
        """Close the flags that the manager has seen on a question, up to the id `last`; then return the page."""

        def work(tx: Connection) -> FlagReport | None:
            reports.resolve(tx, guild_id, question_id, last, by=by, at=at)
            return self._report(tx, guild_id, page)

        return await self.db.write(work)

    async def judge(self, pack: Pack) -> list[Judged]:
        """Return the active questions of a pack with enough first answers, in id order. Questions are read one at a
        time."""
        found: list[Judged] = []
        for question in pack.active:
            answers = await self.db.read(
                partial(reports.responses, guild_id=None, question_id=question.id, limit=RESPONSES_READ)
            )
            if (judged := learned(answers)) is not None:
                found.append(Judged(question, judged, suspicion(question, answers)))
        return found

    def _answered(self, tx: Connection, member: Member, question_id: str) -> Question:
        if member.alone:
            raise Refused(Refusal.NEEDS_SERVER)
        found = self.content.find(tx, member.guild_id, question_id)
        if found is None:
            raise UnknownQuestion(question_id)
        if not attempts.has_answered(tx, member.guild_id, member.user_id, question_id):
            raise Refused(Refusal.NOT_ANSWERED)
        return found[1]

    def _report(self, tx: Connection, guild_id: int, page: int) -> FlagReport | None:
        served = self.content.pack(tx, guild_id)
        # A question whose file is gone cannot be fixed, so its flags are not shown.
        waiting = [
            found
            for question_id in reports.flagged(tx, guild_id)
            if (found := self.content.among(served, question_id)) is not None
        ]
        if not waiting:
            return None
        shown = min(max(page, 1), len(waiting))
        pack, question = waiting[shown - 1]
        if pack is not served and question.id in questions.retired(tx, guild_id):
            question = replace(question, retired=True)  # only the server's own pack is loaded with its retirements
        newest = reports.open_flags(tx, guild_id, question.id, FLAGS_SHOWN)
        answers = [
            response
            for response in reports.responses(tx, guild_id, question.id, RESPONSES_READ, since=question.since)
            if fits(question, response.answer)
        ]
        return FlagReport(
            pack=pack,
            question=question,
            reasons=reports.open_reasons(tx, guild_id, question.id),
            flags=tuple(newest),
            names=members.names(tx, guild_id, (flag.user_id for flag in newest)),
            figures=figures(question, answers),
            suspicion=suspicion(question, answers),
            learned=learned(answers),
            page=shown,
            pages=len(waiting),
        )
