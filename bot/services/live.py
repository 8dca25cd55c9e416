"""What members do in a live round: start, join, leave, answer, review. `live_steps` has the automatic steps."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.services.content import Content
from bot.services.live_parts import LiveLine, end, question_of, table
from bot.services.open_questions import open_questions, require_unsealed
from bot.services.recording import show_roles
from bot.storage import attempts, guilds, live, live_answers, members, posts
from bot.storage.engine import Connection, Database
from bot.storage.live import LiveRound
from bot.storage.live_answers import LiveAnswer
from bot.storage.live_plans import LivePlan
from bot.storage.posts import PostKind
from bot.study.errors import LiveGoingOn, Refusal, Refused, UnknownOption
from bot.study.grading import Shown
from bot.study.live import LOBBY, MAX_OPEN, STALE, Ending, LiveState, askable, time_taken
from bot.study.members import Member
from bot.study.packs import read_section
from bot.study.questions import LETTERS, Pack, Question

log = logging.getLogger(__name__)


TABLES_KEPT = 20


@dataclass(frozen=True, slots=True)
class Opened:
    live: LiveRound
    pack: Pack


@dataclass(frozen=True, slots=True)
class LiveJoined:
    """The outcome of joining. `again`: the member was already in. `hidden`: they play without appearing in the
    table."""

    live: LiveRound
    again: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer whose question is still open. `place`: the place of its letter. `again`: this is the earlier answer,
    and the press changed nothing. `points`: what the member's answers to earlier questions have earned."""

    live: LiveRound
    place: int
    time: timedelta
    again: bool
    points: int


@dataclass(frozen=True, slots=True)
class LiveExplained:
    """A closed question for one member; `mine` is None if they did not answer. `line`: their place after the latest
    question, among `players`."""

    live: LiveRound
    number: int
    pack: Pack
    question: Question
    shown: Shown
    mine: LiveAnswer | None
    line: LiveLine | None = None
    players: int = 0


@dataclass(frozen=True, slots=True)
class LookBack:
    """How a round went for one member. `line` is None if they are not in its table."""

    live: LiveRound
    pack: Pack
    questions: Mapping[int, Question]
    """The closed questions, by number."""
    answers: Mapping[int, LiveAnswer]
    line: LiveLine | None
    players: int
    points: int
    """What the answers have earned on the boards so far."""
    sealed: frozenset[int] = frozenset()
    """The numbers of questions that the member can still answer elsewhere."""


@dataclass(frozen=True, slots=True)
class Live:
    db: Database
    content: Content
    _tables: dict[int, tuple[int, Mapping[int, LiveLine]]] = field(default_factory=dict)
    """A cache of each round's step and its table at that step, because hundreds of players ask for their place in the
    same pause between questions. The least recently used comes first."""

    async def start(
        self, member: Member, *, channel_id: int, section: str, questions: int, seconds: int, seed: int, at: datetime
    ) -> Opened:
        """Open a lobby; a tick shows it. Raises NEEDS_SERVER, UnknownSection, NO_LIVE_QUESTIONS, LiveGoingOn, TOO_MANY_LIVE."""
        if member.alone:
            raise Refused(Refusal.NEEDS_SERVER)
        new = LiveRound(
            0, member.guild_id, channel_id, member.user_id, section, questions, seconds, seed, created_at=at
        )
        return await self._opened(lambda tx: self._open(tx, member, new, at))

    async def again(self, live_id: int, member: Member, *, manager: bool, seed: int, at: datetime) -> Opened:
        """Open a lobby like that of an earlier round, in its channel. Raises UNKNOWN_LIVE, NOT_YOUR_LIVE, and what `start` raises."""

        def work(tx: Connection) -> Opened:
            found = _known(live.get(tx, live_id), member)
            _require_host(found, member, manager=manager)
            new = LiveRound(
                0, found.guild_id, found.channel_id, member.user_id, found.section, found.questions, found.seconds, seed,
                created_at=at,
            )  # fmt: skip
            return self._open(tx, member, new, at)

        return await self._opened(work)

    def open_planned(self, tx: Connection, plan: LivePlan, *, seed: int, at: datetime) -> Opened:
        """Open the lobby of a planned round. Raises what `start` raises."""
        name = members.names(tx, plan.guild_id, [plan.planned_by]).get(plan.planned_by)
        new = LiveRound(
            0, plan.guild_id, plan.channel_id, plan.planned_by, plan.section, plan.questions, plan.seconds, seed,
            created_at=at,
        )  # fmt: skip
        return self._open(tx, Member(plan.guild_id, plan.planned_by, name or ""), new, at)

    async def _opened(self, work: Callable[[Connection], Opened]) -> Opened:
        opened = await self.db.write(work)
        log.info("live round opened", extra={"guild": opened.live.guild_id, "live": opened.live.id})
        return opened

    def _open(self, tx: Connection, host: Member, wanted: LiveRound, at: datetime) -> Opened:
        """Open a lobby. If the section is too small, the round has fewer questions than requested."""
        pack = self.content.pack(tx, wanted.guild_id)
        board = read_section(pack, wanted.section)
        if not (size := len(askable(pack, board))):
            raise Refused(Refusal.NO_LIVE_QUESTIONS)
        if live.going_on(tx, wanted.guild_id) >= MAX_OPEN:
            raise Refused(Refusal.TOO_MANY_LIVE)
        guilds.ensure(tx, wanted.guild_id, at)
        if host.name:
            members.see(tx, host.guild_id, host.user_id, host.name)
        new = replace(wanted, section=board, questions=min(wanted.questions, size))
        if (opened := live.add(tx, new, at + LOBBY)) is None:
            other = live.in_channel(tx, new.channel_id)
            raise LiveGoingOn(new.guild_id, new.channel_id, other.message_id if other else None)
        about = PostKind.LIVE, opened.id, opened.guild_id, opened.channel_id
        posts.want(tx, *about, at=at, expires_at=at + LOBBY + STALE)
        return Opened(opened, pack)

    async def join(self, live_id: int, member: Member, *, at: datetime) -> LiveJoined:
        """Join a round. Raises UNKNOWN_LIVE, LIVE_OVER."""

        def work(tx: Connection) -> LiveJoined:
            found = _going_on(tx, live_id, member)
            members.see(tx, member.guild_id, member.user_id, member.name)
            joined = live_answers.join(tx, found.id, member.user_id, at)
            if joined:
                live.touch(tx, found.id, at)
            return LiveJoined(found, not joined, members.hidden(tx, member.guild_id, member.user_id))

        return await self.db.write(work)

    async def leave(self, live_id: int, member: Member, *, at: datetime) -> LiveRound:
        """Leave a round. Raises UNKNOWN_LIVE, LIVE_OVER, NOT_IN_LIVE."""

        def work(tx: Connection) -> LiveRound:
            found = _going_on(tx, live_id, member)
            if not live_answers.leave(tx, found.id, member.user_id, at):
                raise Refused(Refusal.NOT_IN_LIVE)
            live.touch(tx, found.id, at)
            _close_early(tx, found)
            return found

        return await self.db.write(work)

    async def begin(self, live_id: int, member: Member, *, manager: bool) -> LiveRound:
        """Start before the lobby's time is up; a tick asks the first question. Raises UNKNOWN_LIVE, LIVE_OVER, NOT_YOUR_LIVE, LIVE_BEGUN,
        NOBODY_JOINED."""

        def work(tx: Connection) -> LiveRound:
            found = _going_on(tx, live_id, member)
            _require_host(found, member, manager=manager)
            if found.state is not LiveState.LOBBY:
                raise Refused(Refusal.LIVE_BEGUN)
            if not live_answers.players(tx, found.id):
                raise Refused(Refusal.NOBODY_JOINED)
            live.end_state(tx, found)
            return found

        return await self.db.write(work)

    async def find(self, member: Member, channel_id: int) -> LiveRound:
        """Return the round in a channel. Raises NEEDS_SERVER, NO_LIVE."""

        def work(tx: Connection) -> LiveRound:
            if member.alone:
                raise Refused(Refusal.NEEDS_SERVER)
            found = live.in_channel(tx, channel_id)
            if found is None:
                raise Refused(Refusal.NO_LIVE)
            return found

        return await self.db.read(work)

    async def stop(self, live_id: int, member: Member, *, manager: bool, at: datetime) -> LiveRound:
        """End a round with the scores so far; answers to the open question count. Raises UNKNOWN_LIVE, LIVE_OVER,
        NOT_YOUR_LIVE."""

        def work(tx: Connection) -> LiveRound:
            found = _going_on(tx, live_id, member)
            _require_host(found, member, manager=manager)
            end(tx, self.content, found, Ending.STOPPED, at)
            return found

        stopped = await self.db.write(work)
        log.info("live round stopped", extra={"guild": member.guild_id, "live": live_id})
        return stopped

    async def answer(self, live_id: int, number: int, place: int, member: Member, *, at: datetime) -> Kept:
        """Answer the open question with the letter at a place. The first answer counts, and answering joins the round.
        `at` is when Discord received the press. Raises UNKNOWN_LIVE, LIVE_OVER, LIVE_QUESTION_CLOSED, UnknownOption."""

        def work(tx: Connection) -> Kept:
            found = _going_on(tx, live_id, member)
            if found.state is not LiveState.ASKING or number != found.asked:
                raise Refused(Refusal.LIVE_QUESTION_CLOSED)
            asked = live.question(tx, found.id, number)
            assert asked is not None, "a round in this state has a question"
            known, shown = question_of(tx, self.content, found, number), asked[1]
            if known is not None and known[1].since is not None and found.again and not found.on_show:
                raise Refused(Refusal.OPTIONS_CHANGED)  # its message still shows the options from before the restart
            if place >= len(shown):
                raise UnknownOption(f"a letter from A to {LETTERS[len(shown) - 1]}")
            members.see(tx, member.guild_id, member.user_id, member.name)
            live_answers.join(tx, found.id, member.user_id, at)
            time = time_taken(found.opened_at, at, found.seconds)
            added = live_answers.add(tx, found.id, number, member.user_id, (shown[place],), time, at)
            answers = live_answers.of_member(tx, found.id, member.user_id, range(1, number + 1))
            points = sum(answer.points or 0 for answer in answers.values())
            if not added:
                first = answers[number]
                return Kept(found, shown.index(first.answer[0]), first.time, again=True, points=points)
            show_roles(tx, member, at)
            live.touch(tx, found.id, at)
            _close_early(tx, found)
            return Kept(found, place, time, again=False, points=points)

        return await self.db.write(work)

    async def explain(self, live_id: int, number: int, member: Member, *, at: datetime) -> LiveExplained:
        """Explain a closed question. Raises UNKNOWN_LIVE, LIVE_QUESTION_OPEN, KeySealed."""

        def work(tx: Connection) -> LiveExplained:
            found = _known(live.get(tx, live_id), member)
            if number == found.asked and found.state is LiveState.ASKING:
                raise Refused(Refusal.LIVE_QUESTION_OPEN)
            pack, question, shown = self._question(tx, found, number)
            require_unsealed(tx, member.user_id, question.id, at)
            mine = live_answers.of_member(tx, found.id, member.user_id, [number]).get(number)
            lines = self._lines(tx, found) if number == found.asked else {}
            line = lines.get(member.user_id)
            return LiveExplained(found, number, pack, question, shown, mine, line, len(lines))

        return await self.db.read(work)

    async def look_back(self, live_id: int, member: Member, *, at: datetime) -> LookBack:
        """Return how a round went for one member. Raises UNKNOWN_LIVE."""

        def work(tx: Connection) -> LookBack:
            found = _known(live.get(tx, live_id), member)
            closed = found.asked - (found.state is LiveState.ASKING)
            asked = dict(enumerate(live.questions(tx, found.id)[:closed], start=1))
            pack = self.content.pack(tx, found.guild_id)
            known = {number: self.content.among(pack, question_id) for number, (question_id, _) in asked.items()}
            lines = table(tx, found)
            open_ = open_questions(tx, at, member.user_id)
            return LookBack(
                live=found,
                pack=pack,
                questions={number: there[1] for number, there in known.items() if there is not None},
                answers=live_answers.of_member(tx, found.id, member.user_id, known),
                line=next((line for line in lines if line.user_id == member.user_id), None),
                players=len(lines),
                sealed=frozenset(number for number, (question_id, _) in asked.items() if question_id in open_),
                points=attempts.points_of_live(tx, found.id, member.user_id),
            )

        return await self.db.read(work)

    def _lines(self, tx: Connection, found: LiveRound) -> Mapping[int, LiveLine]:
        """Return the table after the latest question, by member, as it was when first requested."""
        step, lines = self._tables.pop(found.id, (0, {}))
        if step != found.step:
            lines = {line.user_id: line for line in table(tx, found)}
        self._tables[found.id] = found.step, lines
        if len(self._tables) > TABLES_KEPT:
            del self._tables[next(iter(self._tables))]
        return lines

    def _question(self, tx: Connection, found: LiveRound, number: int) -> tuple[Pack, Question, Shown]:
        """Return a question. Raises UNKNOWN_LIVE if it was never asked, or is missing from the bank."""
        if (known := question_of(tx, self.content, found, number)) is None:
            raise Refused(Refusal.UNKNOWN_LIVE)
        return known


def _known(found: LiveRound | None, member: Member) -> LiveRound:
    if found is None or found.guild_id != member.guild_id:
        raise Refused(Refusal.UNKNOWN_LIVE)
    return found


def _going_on(tx: Connection, live_id: int, member: Member) -> LiveRound:
    found = _known(live.hold(tx, live_id), member)
    if found.over:
        raise Refused(Refusal.LIVE_OVER)
    return found


def _require_host(found: LiveRound, member: Member, *, manager: bool) -> None:
    if not manager and member.user_id != found.started_by:
        raise Refused(Refusal.NOT_YOUR_LIVE)


def _close_early(tx: Connection, found: LiveRound) -> None:
    """Close the question early if every player has answered."""
    if found.state is LiveState.ASKING and not live_answers.has_unanswered(tx, found.id, found.asked):
        live.end_state(tx, found)
