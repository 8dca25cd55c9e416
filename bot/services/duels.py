"""Duels: challenge, accept, play, end. `services.quizzes` asks the questions, as one quiz for each player;
`services.duel_posts` posts in the channel."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from bot.services import duel_scenes
from bot.services.content import Content
from bot.services.duel_scenes import DuelScene
from bot.services.open_questions import open_questions
from bot.services.quiz_outcomes import QuizTurn
from bot.services.quizzes import Quizzes
from bot.services.recording import Verdict
from bot.storage import attempts, duels, exams, guilds, members, posts
from bot.storage import quizzes as series
from bot.storage.duels import Duel
from bot.storage.engine import Connection, Database
from bot.storage.posts import PostKind
from bot.study.duels import (
    ACCEPT_WITHIN,
    MAX_OPEN,
    MAX_UNACCEPTED,
    PLAY_WITHIN,
    QUESTIONS,
    UNACCEPTED_WITHIN,
    DuelState,
    check_opponent,
)
from bot.study.errors import ChallengedTooOften, DuelOpen, Refusal, Refused, TooFewForDuel
from bot.study.members import Member
from bot.study.packs import read_section
from bot.study.periods import local_day, season_of
from bot.study.questions import Pack, Question
from bot.study.quizzes import select
from bot.study.scoring import Mode

log = logging.getLogger(__name__)

CHALLENGE_WITHIN = timedelta(hours=1)
"""How long to try to post a challenge before it is withdrawn."""


@dataclass(frozen=True, slots=True)
class Opponent:
    """The challenged member. `present`: whether they are in the server."""

    user_id: int
    bot: bool = False
    present: bool = True


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge. `fresh`: it is new; otherwise the two already had this challenge open. `unreported`: earlier duels
    of the challenger whose results could not be posted."""

    scene: DuelScene
    fresh: bool
    unreported: tuple[DuelScene, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One of the viewer's own answers, shown once the duel is over. `sealed`: its question is open as a daily or in
    another duel, so its key is still secret. `before`, `after`: the numbers of their neighboring answers."""

    scene: DuelScene
    number: int
    verdict: Verdict
    sealed: bool
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Duels:
    db: Database
    content: Content
    quizzes: Quizzes

    # -- the challenge

    async def challenge(
        self, member: Member, opponent: Opponent, *, section: str, channel_id: int, rng: Random, at: datetime
    ) -> Challenge:
        """Challenge a member, or return the duel that the two already have open. Raises NEEDS_SERVER,
        DUEL_WITH_ONESELF, DUEL_WITH_BOT, DUEL_WITH_STRANGER, UnknownSection, TOO_MANY_DUELS, ChallengedTooOften,
        TooFewForDuel."""
        if member.alone:
            raise Refused(Refusal.NEEDS_SERVER)
        check_opponent(member.user_id, opponent.user_id, bot=opponent.bot, present=opponent.present)

        def work(tx: Connection) -> Challenge:
            guild_id, ids = member.guild_id, (member.user_id, opponent.user_id)
            guilds.ensure(tx, guild_id, at)
            members.see(tx, guild_id, member.user_id, member.name)
            unreported = tuple(
                self._scene(tx, id, member) for id in duels.take_unreported(tx, guild_id, member.user_id)
            )
            open_id = duels.open_between(tx, guild_id, *ids)
            if open_id is not None and not duel_scenes.expire(tx, self.content, open_id, at):
                return Challenge(self._scene(tx, open_id, member), fresh=False, unreported=unreported)
            pack = self.content.pack(tx, guild_id)
            board = read_section(pack, section)
            if duels.count_begun(tx, guild_id, member.user_id) >= MAX_OPEN:
                raise Refused(Refusal.TOO_MANY_DUELS)
            refused = duels.unaccepted(tx, guild_id, *ids, since=at - UNACCEPTED_WITHIN)
            if len(refused) >= MAX_UNACCEPTED:
                raise ChallengedTooOften(refused[-MAX_UNACCEPTED] + UNACCEPTED_WITHIN)
            self._draw(tx, guild_id, ids, pack, board, rng, at)  # better to refuse now than when the opponent accepts
            duel_id = duels.add(tx, guild_id, board, channel_id, *ids, at=at, expires_at=at + ACCEPT_WITHIN)
            expires_at = at + CHALLENGE_WITHIN
            posts.want(tx, PostKind.CHALLENGE, duel_id, guild_id, channel_id, at=at, expires_at=expires_at)
            log.info("challenged", extra={"duel": duel_id, "guild": guild_id, "user": member.user_id})
            return Challenge(self._scene(tx, duel_id, member), fresh=True, unreported=unreported)

        return await self.db.write(work)

    async def opponent(self, duel_id: int, member: Member) -> tuple[int, str]:
        """Return the opponent and the section for a rematch. Raises UNKNOWN_DUEL, NOT_YOUR_DUEL, OPPONENT_ERASED."""

        def work(tx: Connection) -> tuple[int, str]:
            duel = _own(duels.get(tx, duel_id), member)
            other = duel.other(member.user_id)
            if other is None:
                raise Refused(Refusal.OPPONENT_ERASED)
            return other.user_id, duel.section

        return await self.db.read(work)

    async def accept(self, duel_id: int, member: Member, *, rng: Random, at: datetime) -> DuelScene:
        """Accept a challenge; accepting twice is fine. If too few questions are left, the duel ends. Raises
        UNKNOWN_DUEL, NOT_YOUR_DUEL, NOT_CHALLENGED, DUEL_OVER."""

        def work(tx: Connection) -> DuelScene:
            duel = _own(duel_scenes.held(tx, duel_id), member)
            if _is_challenger(duel, member):
                raise Refused(Refusal.NOT_CHALLENGED)
            if duel.state is DuelState.ASKED and at < duel.expires_at:
                try:
                    self._begin(tx, duel, member, rng, at)
                except TooFewForDuel:
                    # The challenged member cannot choose another section.
                    duel_scenes.end(tx, self.content, duel, DuelState.VOID, at)
            elif duel.state is not DuelState.RUNNING:
                raise Refused(Refusal.DUEL_OVER)
            return self._scene(tx, duel_id, member)

        return await self.db.write(work)

    def _begin(self, tx: Connection, duel: Duel, member: Member, rng: Random, at: datetime) -> None:
        ids = [player.user_id for player in duel.players]
        pack = self.content.pack(tx, duel.guild_id)
        drawn = self._draw(tx, duel.guild_id, ids, pack, duel.section, rng, at)
        for player in duel.players:
            name = member.name if player.user_id == member.user_id else player.name or ""
            turn = self.quizzes.begin(
                tx, Member(duel.guild_id, player.user_id, name), drawn, section=duel.section, mode=Mode.DUEL, rng=rng, at=at
            )  # fmt: skip
            duels.set_series(tx, duel.id, player.user_id, turn.quiz_id)
        duels.start(tx, duel.id, at + PLAY_WITHIN)
        posts.touch(tx, PostKind.CHALLENGE, duel.id, at)
        log.info("duel accepted", extra={"duel": duel.id, "guild": duel.guild_id, "user": member.user_id})

    def _draw(
        self, tx: Connection, guild_id: int, ids: Sequence[int], pack: Pack, section: str, rng: Random, at: datetime
    ) -> tuple[Question, ...]:
        """Draw the questions, without writing anything. Raises TooFewForDuel."""
        # Leave out the questions of running exams, because an exam's result would reveal answers of the duel.
        open_ = open_questions(tx, at, *ids).keys() | exams.running_questions_of(tx, ids)
        pool = [question for question in pack.within(section) if question.id not in open_]
        if len(pool) < QUESTIONS:
            raise TooFewForDuel(section, len(pool))
        season = season_of(local_day(at, guilds.get(tx, guild_id).zone))
        met = duels.met_in_season(tx, guild_id, ids, season)
        return select(pool, met, pack.weights, count=QUESTIONS, rng=rng)

    async def decline(self, duel_id: int, member: Member, *, at: datetime) -> DuelScene:
        """Decline a challenge. Raises UNKNOWN_DUEL, NOT_YOUR_DUEL, NOT_CHALLENGED, DUEL_ACCEPTED, DUEL_OVER."""
        return await self.db.write(partial(self._refuse, duel_id=duel_id, member=member, by_challenger=False, at=at))

    async def withdraw(self, duel_id: int, member: Member, *, at: datetime) -> DuelScene:
        """Withdraw a challenge. Raises UNKNOWN_DUEL, NOT_YOUR_DUEL, NOT_CHALLENGER, DUEL_ACCEPTED, DUEL_OVER."""
        return await self.db.write(partial(self._refuse, duel_id=duel_id, member=member, by_challenger=True, at=at))

    def _refuse(self, tx: Connection, duel_id: int, member: Member, *, by_challenger: bool, at: datetime) -> DuelScene:
        duel = _own(duel_scenes.held(tx, duel_id), member)
        if _is_challenger(duel, member) is not by_challenger:
            raise Refused(Refusal.NOT_CHALLENGER if by_challenger else Refusal.NOT_CHALLENGED)
        if duel.state is DuelState.RUNNING:
            raise Refused(Refusal.DUEL_ACCEPTED)
        if duel.state is not DuelState.ASKED:
            raise Refused(Refusal.DUEL_OVER)
        members.see(tx, duel.guild_id, member.user_id, member.name)
        duel_scenes.end(tx, self.content, duel, DuelState.WITHDRAWN if by_challenger else DuelState.DECLINED, at)
        return self._scene(tx, duel_id, member)

    # -- playing

    async def play(self, duel_id: int, member: Member, *, at: datetime) -> QuizTurn | DuelScene:
        """Return the member's next question, or the state of the duel if none is left. Their clock starts with the
        first question.

        Raises UNKNOWN_DUEL, NOT_YOUR_DUEL, DUEL_NOT_ACCEPTED.
        """

        def work(tx: Connection) -> QuizTurn | DuelScene:
            duel = _own(duel_scenes.held(tx, duel_id), member)
            player = duel.player(member.user_id)
            if duel.state is DuelState.ASKED:
                raise Refused(Refusal.DUEL_NOT_ACCEPTED)
            if player is None or player.quiz_id is None:
                return self._scene(tx, duel_id, member)
            if player.started_at is None and duel.state is DuelState.RUNNING and at < duel.expires_at:
                duels.note_started(tx, duel_id, member.user_id, at)
            if at < duel.expires_at:
                duel_scenes.end_if_played(tx, self.content, duel_id, at)
            return self.quizzes.next_in_duel(tx, player.quiz_id, member, at=at)

        return await self.db.write(work)

    async def look(self, duel_id: int, member: Member) -> DuelScene:
        """Return the state of a member's duel. Raises UNKNOWN_DUEL, NOT_YOUR_DUEL."""

        def work(tx: Connection) -> DuelScene:
            _own(duels.get(tx, duel_id), member)
            return self._scene(tx, duel_id, member)

        return await self.db.read(work)

    async def review(self, duel_id: int, number: int, member: Member, *, at: datetime) -> Reviewed:
        """Return one of the member's own answers with its key, once the duel is over. `number` counts the member's
        answers from 0.

        Raises UNKNOWN_DUEL, NOT_YOUR_DUEL, DuelOpen.
        """

        def work(tx: Connection) -> Reviewed:
            duel = _own(duels.get(tx, duel_id), member)
            if duel.open:
                raise DuelOpen(duel.expires_at)
            player = duel.player(member.user_id)
            quiz = series.get(tx, player.quiz_id) if player and player.quiz_id else None
            done = attempts.of_quiz(tx, quiz.id) if quiz else {}
            if quiz is None or not done:
                raise Refused(Refusal.UNKNOWN_DUEL)
            given = [place for place, item in enumerate(quiz.items) if item.question_id in done]
            shown = min(number, len(given) - 1)
            verdict = self.quizzes.answered(tx, quiz, given[shown], member, at).verdict
            return Reviewed(
                scene=self._scene(tx, duel_id, member),
                number=shown,
                # The member is looking at this answer, so it is not marked as repeated.
                verdict=replace(verdict, repeated=False),
                sealed=verdict.question.id in open_questions(tx, at, member.user_id),
                before=shown - 1 if shown else None,
                after=shown + 1 if shown + 1 < len(given) else None,
            )

        return await self.db.read(work)

    def _scene(self, tx: Connection, duel_id: int, member: Member) -> DuelScene:
        return duel_scenes.scene(tx, self.content, duel_id, member.user_id)


def void_of(tx: Connection, content: Content, user_id: int, at: datetime) -> None:
    """End a person's open duels before their data is erased, and update the duels' messages."""
    for duel_id in duels.open_of(tx, user_id):
        duel_scenes.end(tx, content, duel_scenes.held(tx, duel_id), DuelState.VOID, at)


def _own(duel: Duel | None, member: Member) -> Duel:
    if duel is None:
        raise Refused(Refusal.UNKNOWN_DUEL)
    if duel.player(member.user_id) is None:
        raise Refused(Refusal.NOT_YOUR_DUEL)
    return duel


def _is_challenger(duel: Duel, member: Member) -> bool:
    player = duel.player(member.user_id)
    return player is not None and player.challenger
