"""Answering a daily: one path for the button, the form and `/answer`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.services.content import Content
from bot.services.held_answers import DailyHeld, held_answer, hold_sealed
from bot.services.open_questions import require_unsealed
from bot.services.recording import Verdict, recall, record_all, show_roles
from bot.services.schedule_changes import titles
from bot.storage import (
    attempts,
    dailies,
    daily_counts,
    guilds,
    held_answers,
    members,
    schedules,
)
from bot.storage.dailies import Daily
from bot.storage.engine import Connection, Database
from bot.storage.guilds import Guild
from bot.storage.schedules import GuildSchedule
from bot.storage.sql import read_together
from bot.study.answering import Given
from bot.study.attempts import Attempt
from bot.study.dailies import OPEN, DailyState, Feedback
from bot.study.daily_names import number_of, title_of
from bot.study.errors import DailyClosed, DailyStillOpen, NoOpenDaily, Refusal, Refused, StudyError, WhichDaily
from bot.study.grading import Answer, as_written, parse_answer
from bot.study.members import Member
from bot.study.packs import to_practise
from bot.study.questions import Pack, Question
from bot.study.scoring import Mode


@dataclass(frozen=True, slots=True)
class ToAnswer:
    """An open daily, as its form shows it. `held`: the member's answer so far, if it is not graded before the close."""

    daily: Daily
    pack: Pack
    question: Question
    held: Answer | None


@dataclass(frozen=True, slots=True)
class DailyExplained:
    """A closed daily for one member; `verdict` is None if they did not answer."""

    daily: Daily
    pack: Pack
    question: Question
    spread: Sequence[tuple[Answer, int]]
    verdict: Verdict | None
    another_pack: bool
    """Whether its pack differs from the one that the server studies."""


@dataclass(frozen=True, slots=True)
class Submission:
    """An answer to a daily, given as the letters of options. `edition`: the version of the options that the member saw;
    None means the current one."""

    daily_id: int
    member: Member
    text: str
    at: datetime
    edition: int | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    db: Database
    content: Content

    async def submit(
        self, daily_id: int, member: Member, text: str, *, at: datetime, edition: int | None = None
    ) -> Verdict | DailyHeld:
        """Answer a daily with the letters of options, as shown in this `edition`; None means the current one. After an
        answer is graded, a second one changes nothing and returns the first verdict.

        Raises NEEDS_SERVER, UNKNOWN_DAILY, DAILY_QUESTION_GONE, WRONG_SERVER, DailyClosed,
        UnknownOption.
        """
        return await self.db.write_together(self._submit_all, Submission(daily_id, member, text, at, edition))

    async def submit_open(
        self, member: Member, text: str, *, which: str | None = None, here: int | None = None, at: datetime
    ) -> Verdict | DailyHeld:
        """Answer the open daily of the member's server: the one of the schedule `which`, or else the one in the channel
        `here`, or the only one that the member has not answered.

        Raises NEEDS_SERVER, NoOpenDaily, WhichDaily, UnknownOption.
        """

        def work(tx: Connection) -> Verdict | DailyHeld:
            daily = self._open_daily(tx, member, which, here, at)
            outcome = self._submit_all(tx, [Submission(daily.id, member, text, at)])[0]
            if isinstance(outcome, StudyError):
                raise outcome
            return outcome

        return await self.db.write(work)

    async def open_question(
        self, member: Member, *, which: str | None = None, here: int | None = None, at: datetime
    ) -> tuple[Daily, Question] | None:
        """Return the daily that `/answer` would answer; None if there is none, or if the member must name one."""

        def work(tx: Connection) -> tuple[Daily, Question] | None:
            try:
                daily = self._open_daily(tx, member, which, here, at)
            except StudyError:
                return None
            found = self._find(tx, daily)
            return (daily, found[1]) if found is not None else None

        return await self.db.read(work)

    async def open_names(self, member: Member, *, at: datetime) -> dict[int, str]:
        """Return the names of the open dailies of the member's server, by number."""

        def work(tx: Connection) -> dict[int, str]:
            open_ = dailies.open_in(tx, member.guild_id, at, posted=True)
            return _names(schedules.all_of(tx, member.guild_id), open_)

        return {} if member.alone else await self.db.read(work)

    def waiting(self, tx: Connection, member: Member, at: datetime) -> ToAnswer | None:
        """Return the open daily of the member's server that they have not answered yet; if there are several, the one
        that closes first."""
        open_ = [] if member.alone else dailies.open_in(tx, member.guild_id, at, posted=True)
        for daily in dailies.unanswered(tx, open_, member.user_id) if open_ else ():
            if (found := self._find(tx, daily)) is not None:
                return ToAnswer(daily, *found, None)
        return None

    async def question_to_answer(self, daily_id: int, member: Member, *, at: datetime) -> ToAnswer | Verdict:
        """Return an open daily for its form, or the verdict if the member's answer is already final.

        Raises NEEDS_SERVER, UNKNOWN_DAILY, DAILY_QUESTION_GONE, WRONG_SERVER, DailyClosed,
        KeySealed.
        """

        def work(tx: Connection) -> ToAnswer | Verdict:
            daily = self._daily(tx, daily_id, member)
            pack, question = self._question(tx, daily)
            if (earlier := attempts.of_daily(tx, daily.id, member.user_id)) is not None:
                require_unsealed(tx, member.user_id, question.id, at)
                return self._recall(tx, daily, member, pack, question, earlier, at)
            _require_open(daily, at)
            held = held_answers.of_member(tx, daily.id, member.user_id)
            if held is not None and daily.feedback is not Feedback.AT_CLOSE:
                require_unsealed(tx, member.user_id, question.id, at)
            return ToAnswer(daily, pack, question, held_answer(question, held))

        return await self.db.read(work)

    async def section_of(self, daily_id: int, member: Member) -> str:
        """Return the section to practice after a daily: the section of its question, or all sections if the member's
        exam version has no questions in it.

        Raises NEEDS_SERVER, UNKNOWN_DAILY, WRONG_SERVER, FROM_ANOTHER_PACK.
        """

        def work(tx: Connection) -> str:
            daily = self._daily(tx, daily_id, member)
            studied = self.content.pack_for(tx, member.guild_id, member.user_id)
            return to_practise(studied, self._question(tx, daily)[0].name, daily.section)

        return await self.db.read(work)

    async def explain(self, daily_id: int, member: Member, *, at: datetime) -> DailyExplained:
        """Explain a closed or answered daily. Raises NEEDS_SERVER, UNKNOWN_DAILY, WRONG_SERVER, DailyStillOpen if the
        member has yet to answer it, and KeySealed if they can still answer it elsewhere."""
        return await self.db.read(lambda tx: self.look_back(tx, daily_id, member, at))

    def look_back(self, tx: Connection, daily_id: int, member: Member, at: datetime) -> DailyExplained:
        """Do what `explain` does, within a transaction."""
        daily = self._daily(tx, daily_id, member)
        pack, question = self._question(tx, daily)
        attempt = attempts.of_daily(tx, daily.id, member.user_id)
        if attempt is None and daily.state in OPEN and at < daily.closes_at:
            raise DailyStillOpen(daily.closes_at)
        require_unsealed(tx, member.user_id, question.id, at)
        verdict = self._recall(tx, daily, member, pack, question, attempt, at) if attempt else None
        another_pack = self.content.is_another(guilds.get(tx, daily.guild_id), pack)
        return DailyExplained(
            daily, pack, question, dailies.spread(tx, daily.id, question.since), verdict, another_pack
        )

    def _daily(self, tx: Connection, daily_id: int, member: Member) -> Daily:
        return self._own_daily(dailies.get(tx, daily_id), member)

    def _own_daily(self, daily: Daily | None, member: Member) -> Daily:
        if daily is None or daily.state is DailyState.SKIPPED:
            raise Refused(Refusal.UNKNOWN_DAILY)
        if member.alone:
            raise Refused(Refusal.NEEDS_SERVER)
        if daily.guild_id != member.guild_id:
            raise Refused(Refusal.WRONG_SERVER)
        return daily

    def _open_daily(self, tx: Connection, member: Member, which: str | None, here: int | None, at: datetime) -> Daily:
        if member.alone:
            raise Refused(Refusal.NEEDS_SERVER)
        # Leave out a daily whose post is not up: it may never be sent. Its date would then count as a date without a
        # question, and the answer would be lost.
        open_ = dailies.open_in(tx, member.guild_id, at, posted=True)
        known = schedules.all_of(tx, member.guild_id)
        if which is not None and (known or open_):
            names = {**titles(known), **_names(known, open_)}
            number = number_of(names, which)
            if (found := next((daily for daily in open_ if daily.number == number), None)) is not None:
                return found
            raise NoOpenDaily(next(one.next_post_at for one in known if one.number == number), names[number])
        if not open_:
            coming = [schedule.next_post_at for schedule in known]
            unsent = bool(dailies.open_in(tx, member.guild_id, at))
            raise NoOpenDaily(min(filter(None, coming), default=None), unsent=unsent)
        fitting = (
            open_,
            [daily for daily in open_ if daily.channel_id == here],
            dailies.unanswered(tx, open_, member.user_id),
        )
        for among in fitting:
            if len(among) == 1:
                return among[0]
        raise WhichDaily(tuple(_names(known, open_).values()))

    def _find(self, tx: Connection, daily: Daily) -> tuple[Pack, Question] | None:
        return self.content.find(tx, daily.guild_id, daily.question_id, daily.pack)

    def _question(self, tx: Connection, daily: Daily) -> tuple[Pack, Question]:
        found = self._find(tx, daily)
        if found is None:
            raise Refused(Refusal.DAILY_QUESTION_GONE)
        return found

    def _recall(
        self,
        tx: Connection,
        daily: Daily,
        member: Member,
        pack: Pack,
        question: Question,
        earlier: Attempt,
        at: datetime,
    ) -> Verdict:
        guild = guilds.get(tx, daily.guild_id)
        verdict = recall(tx, member, pack, question, as_written(question), earlier, guild=guild, at=at)
        return replace(verdict, shareable=guild.sharing)

    def _submit_all(self, tx: Connection, given: Sequence[Submission]) -> list[Verdict | DailyHeld | StudyError]:
        """Record all queued submissions together, with one query of each kind for all of them."""
        outcomes: dict[int, Verdict | DailyHeld | StudyError] = {}
        waiting = list(enumerate(given))
        while waiting:
            # A member's second submission must see what the first one changed.
            firsts = {submission.member.user_id: place for place, submission in reversed(waiting)}
            together = [(place, one) for place, one in waiting if firsts[one.member.user_id] == place]
            found = self._submit_apart(tx, [submission for _, submission in together])
            outcomes.update(zip((place for place, _ in together), found, strict=True))
            waiting = [(place, one) for place, one in waiting if place not in outcomes]
        return [outcomes[place] for place in range(len(given))]

    def _submit_apart(self, tx: Connection, given: Sequence[Submission]) -> list[Verdict | DailyHeld | StudyError]:
        posted, known, earlier = read_together(
            tx,
            (dailies.BY_ID, (one.daily_id for one in given)),
            (guilds.BY_ID, (one.member.guild_id for one in given)),
            (attempts.OF_DAILIES, ((one.daily_id, one.member.user_id) for one in given)),
        )
        servers = {one.member.guild_id: known.get(one.member.guild_id) or Guild(one.member.guild_id) for one in given}
        outcomes: list[Verdict | DailyHeld | Given | StudyError] = []
        for one in given:
            try:
                daily = self._own_daily(posted.get(one.daily_id), one.member)
                attempt = earlier.get((one.daily_id, one.member.user_id))
                outcomes.append(self._look(tx, one, daily, servers[daily.guild_id], attempt))
            except StudyError as refusal:
                outcomes.append(refusal)
        fresh = [outcome for outcome in outcomes if isinstance(outcome, Given)]
        members.see_all(tx, [(*one.author, one.member.name) for one in fresh])
        outcomes = hold_sealed(tx, posted, outcomes, max(one.at for one in given))
        verdicts = iter(record_all(tx, [outcome for outcome in outcomes if isinstance(outcome, Given)]))
        told = [next(verdicts) if isinstance(outcome, Given) else outcome for outcome in outcomes]
        return _with_sharing(told, servers)

    def _look(
        self, tx: Connection, one: Submission, daily: Daily, guild: Guild, earlier: Attempt | None
    ) -> Verdict | DailyHeld | Given:
        """Return the outcome of a submission, or Given if it has to be recorded."""
        member, at = one.member, one.at
        found = self.content.among(self.content.pack_of(tx, guild), daily.question_id, daily.pack)
        if found is None:
            raise Refused(Refusal.DAILY_QUESTION_GONE)
        pack, question = found
        shown = as_written(question)
        if earlier is not None:
            return recall(tx, member, pack, question, shown, earlier, guild=guild, at=at)
        _require_open(daily, at)
        if one.edition is not None and one.edition != question.edition:
            raise Refused(Refusal.OPTIONS_CHANGED)
        answer = parse_answer(question, one.text, shown)
        if daily.feedback is not Feedback.AT_CLOSE:
            return Given(
                member, pack, question, shown, answer, Mode.DAILY, guild.zone, at, daily.id, daily.day,
                asks_confidence=guild.asks_confidence, another_pack=self.content.is_another(guild, pack),
            )  # fmt: skip
        members.see(tx, member.guild_id, member.user_id, member.name)
        show_roles(tx, member, at)
        previous = held_answers.hold(tx, daily.id, member.user_id, answer, at, since=question.since)
        if previous is None:
            daily_counts.add(tx, [daily.id])
        else:
            # Changing a held answer does not touch the daily's row, so lock it: a process that settles the daily at the
            # same moment would otherwise miss this answer, which would then never be graded.
            dailies.keep_open(tx, daily.id)
        return DailyHeld(daily, pack, question, answer, held_answer(question, previous))


def _names(known: Sequence[GuildSchedule], open_: Sequence[Daily]) -> dict[int, str]:
    """Return the names of these dailies' schedules, by number. A removed schedule has its number as its name."""
    named = titles(known)
    return {daily.number: named.get(daily.number) or title_of(daily.number, "") for daily in open_}


def _with_sharing(
    outcomes: Sequence[Verdict | DailyHeld | StudyError], servers: Mapping[int, Guild]
) -> list[Verdict | DailyHeld | StudyError]:
    """Set on each verdict whether its server lets members share results."""
    return [
        replace(outcome, shareable=True)
        if isinstance(outcome, Verdict) and servers[outcome.attempt.guild_id].sharing
        else outcome
        for outcome in outcomes
    ]


def _require_open(daily: Daily, at: datetime) -> None:
    # Accept a press even if the post is not recorded as sent yet: a daily can be answered once it is claimed.
    if daily.state not in OPEN or at >= daily.closes_at:
        raise DailyClosed(daily.closed_at or daily.closes_at)
