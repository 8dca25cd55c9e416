"""The state of a duel, and how an answer in one of its two quizzes changes it. Used by `services.duels`, and by
`services.quizzes`, which asks the questions."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.services.content import Content
from bot.services.recording import record_all
from bot.storage import attempts, duels, guilds, posts, quizzes
from bot.storage.duels import Duel, Player
from bot.storage.engine import Connection
from bot.storage.posts import PostKind
from bot.storage.quizzes import Quiz, QuizItem
from bot.study import grading
from bot.study.answering import Given
from bot.study.duels import REPOST_AFTER, DuelOutcome, DuelState, outcome
from bot.study.errors import Refusal, Refused
from bot.study.members import Member
from bot.study.questions import Pack, Question
from bot.study.scoring import Mode

log = logging.getLogger(__name__)

POST_WITHIN = timedelta(days=1)
"""How long to try to post a result; after that, only the two players are notified."""


@dataclass(frozen=True, slots=True)
class DuelScene:
    """A duel as a message shows it. `viewer` is the reader of a private message; None for the channel. `gone`: the
    message of the challenge was deleted. `reposted`: the result gets a post of its own."""

    duel: Duel
    pack: Pack
    viewer: int | None = None
    gone: bool = False
    reposted: bool = False

    def by(self, user_id: int) -> DuelScene:
        return replace(self, viewer=user_id)

    @property
    def both(self) -> tuple[Player, Player] | None:
        """The challenger and the challenged member; None if either has erased their data."""
        match self.duel.players:
            case (first, second):
                return first, second
        return None

    @property
    def outcome(self) -> DuelOutcome | None:
        """Which of `both` won; None without a result."""
        if self.duel.state is not DuelState.OVER or self.both is None:
            return None
        first, second = self.both
        return outcome(first.score, second.score)

    @property
    def winner(self) -> Player | None:
        if self.both is None:
            return None
        first, second = self.both
        return {DuelOutcome.FIRST: first, DuelOutcome.SECOND: second}.get(self.outcome) if self.outcome else None


def held(tx: Connection, duel_id: int) -> Duel:
    """Lock a duel until the transaction ends. Raises UNKNOWN_DUEL."""
    duel = duels.get(tx, duel_id, hold=True)
    if duel is None:
        raise Refused(Refusal.UNKNOWN_DUEL)
    return duel


def scene(tx: Connection, content: Content, duel_id: int, viewer: int | None = None) -> DuelScene:
    """Return a duel's scene. Raises UNKNOWN_DUEL."""
    duel = duels.get(tx, duel_id)
    if duel is None:
        raise Refused(Refusal.UNKNOWN_DUEL)
    return scene_of(tx, content, duel, viewer)


def scene_of(tx: Connection, content: Content, duel: Duel, viewer: int | None = None) -> DuelScene:
    return DuelScene(
        duel,
        content.pack(tx, duel.guild_id),
        viewer,
        gone=duel.message_id is not None and not posts.exists(tx, PostKind.CHALLENGE, duel.id),
        reposted=posts.exists(tx, PostKind.DUEL, duel.id),
    )


def scene_of_quiz(tx: Connection, content: Content, quiz_id: int, viewer: int) -> DuelScene:
    """Return the scene of a quiz's duel. Raises UNKNOWN_QUIZ."""
    duel_id = duels.of_quiz(tx, quiz_id)
    if duel_id is None:
        raise Refused(Refusal.UNKNOWN_QUIZ)
    return scene(tx, content, duel_id, viewer)


def is_asking(scene: DuelScene, at: datetime) -> bool:
    """Return whether the viewer can be asked questions: only while the duel and their clock are running."""
    player = scene.duel.player(scene.viewer or 0)
    if player is None or player.started_at is None:
        return False
    return scene.duel.state is DuelState.RUNNING and at < scene.duel.expires_at


def require_asking(tx: Connection, content: Content, quiz_id: int, user_id: int, at: datetime) -> None:
    """Require that a quiz's duel can ask questions. Raises UNKNOWN_QUIZ, DUEL_OVER."""
    found = scene_of_quiz(tx, content, quiz_id, user_id)
    if is_asking(found, at):
        return
    player = found.duel.player(user_id)
    raise Refused(Refusal.UNKNOWN_QUIZ if player is None or player.started_at is None else Refusal.DUEL_OVER)


def known(tx: Connection, content: Content, quiz: Quiz, item: QuizItem) -> tuple[Pack, Question] | None:
    """Return a quiz's question; None if it is gone, or if its options have changed since the quiz started."""
    found = content.find(tx, quiz.guild_id, item.question_id)
    return found if found is not None and grading.fits(found[1], shown=item.shown, seen=quiz.created_at) else None


def answered(tx: Connection, quiz: Quiz) -> dict[str, datetime]:
    """Return the questions that a player has answered, each with its time."""
    waiting = {item.question_id: item.answered_at for item in quiz.items if item.answered_at is not None}
    # Earlier versions of the bot did not hold answers, but stored them as attempts at once.
    return waiting | {id: attempt.answered_at for id, attempt in attempts.of_quiz(tx, quiz.id).items()}


def note_answers(tx: Connection, content: Content, quiz_id: int, user_id: int, *, answered: int, at: datetime) -> None:
    """Record the state of a player's quiz after an answer. The duel ends if nothing is left to ask either player."""
    duel_id = duels.of_quiz(tx, quiz_id)
    if duel_id is None:
        raise Refused(Refusal.UNKNOWN_QUIZ)
    held(tx, duel_id)
    duels.note_answers(tx, duel_id, user_id, answered=answered, right=0)
    end_if_played(tx, content, duel_id, at)


def end_if_played(tx: Connection, content: Content, duel_id: int, at: datetime) -> None:
    """End a running duel if nothing is left to ask either player."""
    duel = _finish_players(tx, content, held(tx, duel_id), at)
    over = len(duel.players) == 2 and all(player.finished_at is not None for player in duel.players)
    if over and duel.state is DuelState.RUNNING:
        end(tx, content, duel, DuelState.OVER, at)


def _finish_players(tx: Connection, content: Content, duel: Duel, at: datetime) -> Duel:
    """Record which players have nothing left to answer: they have answered everything, or the bank no longer has their
    other questions. Their time ends with their last answer."""
    finished: dict[int, datetime] = {}
    for player in duel.players:
        quiz = quizzes.get(tx, player.quiz_id) if player.quiz_id is not None else None
        if quiz is None or player.started_at is None or player.finished_at is not None:
            continue
        done = answered(tx, quiz)
        if all(item.question_id in done or known(tx, content, quiz, item) is None for item in quiz.items):
            finished[player.user_id] = max(done.values(), default=at)
    for user_id, ended_at in finished.items():
        duels.note_finished(tx, duel.id, user_id, ended_at)
        posts.touch(tx, PostKind.CHALLENGE, duel.id, at)
    return held(tx, duel.id) if finished else duel


def post_result(tx: Connection, duel: Duel, at: datetime, *, seen: bool) -> None:
    """Request a new post for a result, unless there is nothing to show. `seen`: an earlier message shows it, too."""
    if any(player.answered for player in duel.players):
        about = PostKind.DUEL, duel.id, duel.guild_id, duel.channel_id
        posts.want(tx, *about, at=at, expires_at=at + POST_WITHIN)
    elif not seen and len(duel.players) == 2:
        note_unposted(tx, duel)


def note_unposted(tx: Connection, duel: Duel) -> None:
    """Record that the channel rejects the result: both players are notified at their next `/duel`."""
    duels.set_unreported(tx, duel.id, [player.user_id for player in duel.players])
    log.warning("duel result not posted", extra={"duel": duel.id, "guild": duel.guild_id})


def count(tx: Connection, content: Content, duel: Duel, at: datetime) -> Duel:
    """Grade and count the answers of a duel that is over, dated now.

    Until then, leaderboards and progress must not tell a player which of their answers are right, because the other may
    still be playing.
    """
    guild = guilds.get(tx, duel.guild_id)
    played = {player: quiz for player in duel.players if player.quiz_id and (quiz := quizzes.get(tx, player.quiz_id))}
    given = []
    for player, quiz in played.items():
        member = Member(duel.guild_id, player.user_id, player.name or "")
        for item in quiz.items:
            if item.answer is None:
                continue
            if (found := known(tx, content, quiz, item)) is None:
                log.info("answer in a duel left out", extra={"duel": duel.id, "question": item.question_id})
                continue
            pack, question = found
            given.append(
                Given(
                    member, pack, question, item.shown, item.answer, Mode.DUEL, guild.zone, at, quiz_id=quiz.id,
                    ranked=False, another_pack=content.is_another(guild, pack),
                )
            )  # fmt: skip
    record_all(tx, given)
    for player, quiz in played.items():
        quizzes.release(tx, quiz.id)
        done = attempts.of_quiz(tx, quiz.id).values()
        right = sum(attempt.correct for attempt in done)
        duels.note_answers(tx, duel.id, player.user_id, answered=len(done), right=right)
    return held(tx, duel.id)


def end(tx: Connection, content: Content, duel: Duel, state: DuelState, at: datetime) -> None:
    """End a duel. Its message shows the result; if that message was deleted or is too old to be noticed, a new post
    does."""
    duel = count(tx, content, duel, at)
    duels.close(tx, duel.id, state, at)
    followed = posts.touch(tx, PostKind.CHALLENGE, duel.id, at)
    if state is DuelState.OVER and not (followed and at - duel.created_at < REPOST_AFTER):
        post_result(tx, duel, at, seen=followed)
    log.info("duel ended", extra={"duel": duel.id, "guild": duel.guild_id, "state": state.value})


def expire(tx: Connection, content: Content, duel_id: int, at: datetime) -> bool:
    """End a duel if its time is up; return whether it is closed."""
    duel = duels.get(tx, duel_id, hold=True)
    if duel is None or not duel.open:
        return True
    if at < duel.expires_at:
        return False
    duel = _finish_players(tx, content, duel, at)
    end(tx, content, duel, DuelState.LAPSED if duel.state is DuelState.ASKED else DuelState.OVER, at)
    return True


def reopen(tx: Connection, duel_id: int, at: datetime) -> None:
    """Open a challenge again that lapsed too early, unless the two have another open duel by now."""
    duel = duels.get(tx, duel_id, hold=True)
    if duel is None or duel.state is not DuelState.LAPSED or len(duel.players) < 2:
        return
    asker, asked = (player.user_id for player in duel.players)
    if duels.open_between(tx, duel.guild_id, asker, asked) is not None:
        return
    duels.reopen(tx, duel.id)
    posts.touch(tx, PostKind.CHALLENGE, duel.id, at)
    log.warning(
        "a challenge to a duel lapsed early, because the clock was ahead; it was reopened",
        extra={"duel": duel.id, "guild": duel.guild_id},
    )
