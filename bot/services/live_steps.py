"""The automatic steps of live rounds (the lobby ends, questions open and close, the podium appears), and what the
message shows.

Each step depends on the one before, so that it happens exactly once, even after a crash. The message follows the
database: it is sent or edited until it shows the current state, and only then does the time for that state begin to
run.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.services.content import Content
from bot.services.each import write_each
from bot.services.leases import Retry
from bot.services.live_parts import LiveLine, close_question, end, question_of, table
from bot.services.open_questions import open_in_server
from bot.services.posts import ANY_REFUSAL, Policy, PostEnding, PostShown
from bot.services.recording import record_all
from bot.storage import guilds, live, live_answers, members, posts
from bot.storage.engine import Connection, Database
from bot.storage.live import LiveRound
from bot.storage.posts import Post, PostKind
from bot.study.answering import Given
from bot.study.grading import Answer, Shown, shuffled
from bot.study.live import REFRESH_EVERY, STALE, Ending, LiveState, after_absence, askable, following, lasts
from bot.study.members import Member
from bot.study.questions import Pack, Question
from bot.study.rotation import choose
from bot.study.scoring import Mode

log = logging.getLogger(__name__)

RETRY = Retry(timedelta(seconds=1), timedelta(seconds=15))
"""Delay before a failed message is retried; short, because the players are waiting."""
EDIT_WITHIN = timedelta(hours=1)
"""How long to try to show the end of a round; its message is seldom read later."""
LINES = 10
NAMES = 20
"""The maximum numbers of places in a message, and of names of players who joined or answered."""
MOST = 1_000
"""The maximum number of answers that one tick counts on the boards."""


@dataclass(frozen=True, slots=True)
class LiveScene:
    """What the message of a round shows now.

    `names`: the first players who joined the lobby, or who answered the open question. `asked` is the current question,
    with the order of its options.
    """

    live: LiveRound
    pack: Pack
    players: int
    names: tuple[str, ...] = ()
    asked: tuple[Question, Shown] | None = None
    answered: int = 0
    spread: Mapping[Answer, int] | None = None
    lines: tuple[LiveLine, ...] = ()
    host_hides: bool = False


@dataclass(frozen=True, slots=True)
class LiveSteps:
    db: Database
    content: Content

    # -- the automatic steps

    async def advance_due(self, at: datetime) -> None:
        """Take every step that is due. A round that fails is logged and does not affect the others."""
        due = await self.db.read(lambda tx: live.due(tx, at, self.db.shards))
        await write_each(self.db, due, lambda tx, live_id: self._advance(tx, live_id, at))

    def _advance(self, tx: Connection, live_id: int, at: datetime) -> None:
        found = live.take_due(tx, live_id, at)
        if found is None or found.due_at is None:
            return  # another process was faster
        if at - found.due_at > STALE:
            end(tx, self.content, found, Ending.AWAY, at)
        elif found.on_show:
            match following(found.state, found.asked, found.questions):
                case LiveState.TELLING:
                    close_question(tx, self.content, found)
                    due_at = at + lasts(LiveState.TELLING, found.seconds)
                    live.move_on(tx, found, LiveState.TELLING, due_at, at, asked=found.asked)
                case LiveState.ASKING:
                    self._ask(tx, found, at)
                case _:
                    end(tx, self.content, found, Ending.PLAYED, at)

    def _ask(self, tx: Connection, found: LiveRound, at: datetime) -> None:
        if not (players := live_answers.player_ids(tx, found.id)):
            end(tx, self.content, found, Ending.NOBODY, at)
            return
        pack = self.content.pack(tx, found.guild_id)
        # Choose the question only now: the channel will see its key, and a daily may have opened since the round began.
        taken = {question_id for question_id, _ in live.questions(tx, found.id)}
        taken |= open_in_server(tx, found.guild_id, at, *players).keys()
        pool = [question for question in askable(pack, found.section) if question.id not in taken]
        if not pool:
            end(tx, self.content, found, Ending.EMPTY, at)
            return
        question = choose(pool, pack.weights, live.history(tx, found.guild_id), seed=found.seed)
        number = found.asked + 1
        live.ask(tx, found.id, number, question.id, shuffled(question, Random(f"{found.seed}:{number}")))
        live.move_on(tx, found, LiveState.ASKING, at + lasts(LiveState.ASKING, found.seconds), at, asked=number)

    async def resume(self, at: datetime) -> None:
        """At startup, ask the open question again with a new clock, and keep a lobby open for a while."""

        def work(tx: Connection) -> None:
            for found in live.found_at_start(tx, self.db.shards):
                if found.over or found.due_at is None or at - found.due_at > STALE:
                    continue
                log.info("live round resumed at startup", extra={"live": found.id, "state": found.state.value})
                if found.state is LiveState.ASKING and found.on_show:
                    known = question_of(tx, self.content, found, found.asked)
                    if known is not None and known[1].since is not None:
                        live_answers.forget_before(tx, found.id, found.asked, known[1].since)
                    live.ask_again(tx, found, at + lasts(LiveState.ASKING, found.seconds), at)
                else:
                    live.extend(tx, found, after_absence(found.state, found.due_at, at))

        await self.db.write(work)

    # -- the message

    def policies(self) -> dict[str, Policy]:
        return {
            PostKind.LIVE: Policy(
                self.scene,
                ends_on=ANY_REFUSAL,
                manager=_host,
                every=REFRESH_EVERY,
                retry=RETRY,
                edit_within=EDIT_WITHIN,
                edit_refused=self._end_unshown,
                shown=_note_shown,
                ended=self._note_ended,
            )
        }

    def scene(self, tx: Connection, post: Post) -> LiveScene | None:
        """Return what the message of a round shows now."""
        found = live.get(tx, int(post.subject))
        if found is None:
            return None
        pack, asked = self.content.pack(tx, found.guild_id), None
        if found.state in (LiveState.ASKING, LiveState.TELLING) and (
            known := question_of(tx, self.content, found, found.asked)
        ):
            pack, asked = known[0], known[1:]
        told = found.state is LiveState.TELLING
        return LiveScene(
            live=found,
            pack=pack,
            players=live_answers.players(tx, found.id),
            names=tuple(_names(tx, found)),
            asked=asked,
            answered=live_answers.answered(tx, found.id, found.asked) if found.asked else 0,
            spread=live_answers.spread(tx, found.id, found.asked) if told else None,
            lines=tuple(table(tx, found)[:LINES]) if told or found.over else (),
            host_hides=members.hidden(tx, found.guild_id, found.started_by),
        )

    def _end_unshown(self, tx: Connection, post: Post, at: datetime) -> bool:
        """End a round that its channel no longer shows; return whether it was still being played."""
        found = live.get(tx, int(post.subject))
        if found is None or found.over:
            return False
        end(tx, self.content, found, Ending.UNREACHABLE, at)
        return True

    def _note_ended(self, tx: Connection, post: Post, ending: PostEnding, at: datetime) -> None:
        """End a round whose message is gone. If somebody deleted it, a new message shows the result."""
        found = live.get(tx, int(post.subject))
        if found is None:
            return
        if not found.over:
            end(tx, self.content, found, _WHY[ending], at)
        if ending is PostEnding.DELETED:
            about = PostKind.LIVE, found.id, found.guild_id, found.channel_id
            posts.want(tx, *about, at=at, expires_at=at + STALE)

    # -- what counts on the boards

    async def record_closed(self, _at: datetime) -> None:
        """Count answers to closed questions on the boards, a few at a time so that button presses are not delayed."""
        waiting = await self.db.read(lambda tx: live_answers.unrecorded(tx, MOST, self.db.shards))
        await write_each(self.db, waiting, self._record)

    def _record(self, tx: Connection, answer_id: int) -> None:
        answer = live_answers.take_unrecorded(tx, answer_id)
        found = live.get(tx, answer.live_id) if answer is not None else None
        if answer is None or found is None:
            return  # another process was faster, or the answer was erased
        known = question_of(tx, self.content, found, answer.number)
        if known is None:
            log.error("question of a live round is gone", extra={"live": found.id, "question": answer.number})
            return
        pack, question, shown = known
        name = members.names(tx, found.guild_id, [answer.user_id]).get(answer.user_id, "")
        guild = guilds.get(tx, found.guild_id)
        given = Given(
            Member(found.guild_id, answer.user_id, name), pack, question, shown, answer.answer,
            Mode.LIVE, guild.zone, answer.answered_at, live_id=found.id, ranked=False,
            another_pack=self.content.is_another(guild, pack),
        )  # fmt: skip
        record_all(tx, [given])


_WHY = {PostEnding.OVER: Ending.AWAY, PostEnding.REFUSED: Ending.UNREACHABLE, PostEnding.DELETED: Ending.DELETED}


def _names(tx: Connection, found: LiveRound) -> list[str]:
    match found.state:
        case LiveState.LOBBY:
            return live_answers.names(tx, found, NAMES)
        case LiveState.ASKING:
            return live_answers.names_answered(tx, found, NAMES)
        case _:
            return []


def _host(tx: Connection, post: Post) -> int | None:
    found = live.get(tx, int(post.subject))
    return found.started_by if found is not None else None


def _note_shown(tx: Connection, _post: Post, shown: PostShown, at: datetime) -> None:
    """Record that the channel has shown a state since `shown.at`, by Discord's clock: the state's time begins to
    run."""
    found: LiveRound = shown.scene.live
    if found.message_id != shown.message_id:
        live.note_message(tx, found.id, shown.message_id)
    if found.on_show:
        return  # only the numbers have changed
    due_at = at + lasts(found.state, found.seconds) if not found.over else None
    live.note_shown(tx, found, due_at, shown.at if found.state is LiveState.ASKING else None, at)
    log.info("live round shown", extra={"live": found.id, "state": found.state.value, "question": found.asked})
