"""Duels: two members, the same questions, each in private.

These are the rules; `/help topic: duels` tells members the same, and a test covers each rule.

Questions. QUESTIONS, the same for both in the same order, with the options shuffled for each; drawn when the challenge
    is accepted. Those that neither has seen this season come first. None is open as a daily of either player or in
    another of their duels, and none comes up in a quiz, review, plan or mock exam of either while the duel is open.
Time. A challenge is open for a day; once it is accepted, both have a day to play. A player's clock runs from the first
    question shown to the last one answered, in whole seconds.
Feedback. Answers are revealed when the duel is over. This way, nobody can pass on the key while it matters, and reading
    an explanation costs no time. Answers also count only then, as if they were given at that moment; otherwise,
    leaderboards and progress would reveal too early which of them were right.
Winner. Most right answers. On a tie, a player who answered everything beats one who did not; if both did, the faster
    one wins; if they took the same time, it is a tie. If nobody has answered anything, nobody wins.
Points. As in a quiz: half of what a daily earns, once per question and season. Winning earns nothing on the
    leaderboards.
Erased. If one of the two erases their data while the duel is open, it ends without a result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.study.errors import Refusal, Refused

QUESTIONS = 5
ACCEPT_WITHIN = timedelta(days=1)
PLAY_WITHIN = timedelta(days=1)
MAX_OPEN = 5
"""How many open duels a member may have started in a server."""
MAX_UNACCEPTED = 2
"""How many unaccepted challenges a member may send to another within UNACCEPTED_WITHIN, because each one pings."""
UNACCEPTED_WITHIN = timedelta(days=1)
REPOST_AFTER = timedelta(hours=1)
"""A result replaces the challenge's message. If that message is older than this, the result is also posted at the end
of the channel."""


class DuelState(StrEnum):
    """The state of a duel. ASKED: the challenge waits for an answer. RUNNING: accepted. The others are final: DECLINED,
    WITHDRAWN by the challenger, LAPSED unanswered, OVER with a result, VOID because a player erased their data or too
    few questions were left when the challenge was accepted."""

    ASKED = "asked"
    RUNNING = "running"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    OVER = "over"
    VOID = "void"


OPEN = (DuelState.ASKED, DuelState.RUNNING)
UNACCEPTED = (DuelState.DECLINED, DuelState.WITHDRAWN, DuelState.LAPSED)


@dataclass(frozen=True, slots=True)
class DuelScore:
    """A player's result. `time` runs from the first question shown to the last answered, in whole seconds; None if they
    have not answered everything."""

    right: int = 0
    answered: int = 0
    time: timedelta | None = None


class DuelOutcome(StrEnum):
    """Which of the two won, if either."""

    FIRST = "first"
    SECOND = "second"
    TIE = "tie"
    NOBODY = "nobody"
    """Neither has answered anything."""


def check_opponent(user_id: int, other_id: int, *, bot: bool, present: bool) -> None:
    """Check that a member may challenge this opponent. Raises DUEL_WITH_ONESELF, DUEL_WITH_BOT, DUEL_WITH_STRANGER."""
    if user_id == other_id:
        raise Refused(Refusal.DUEL_WITH_ONESELF)
    if bot:
        raise Refused(Refusal.DUEL_WITH_BOT)
    if not present:
        raise Refused(Refusal.DUEL_WITH_STRANGER)


def time_taken(started_at: datetime, finished_at: datetime) -> timedelta:
    """Return the time in whole seconds, as it is shown, so that players with the same time on screen tie."""
    return timedelta(seconds=max(0, int((finished_at - started_at).total_seconds())))


def order(score: DuelScore) -> tuple[int, timedelta]:
    """Return a sort key: the lower one wins."""
    return -score.right, score.time if score.time is not None else timedelta.max


def outcome(first: DuelScore, second: DuelScore) -> DuelOutcome:
    if not first.answered and not second.answered:
        return DuelOutcome.NOBODY
    # Nobody wins without a right answer, however fast.
    if order(first) == order(second) or not (first.right or second.right):
        return DuelOutcome.TIE
    return DuelOutcome.FIRST if order(first) < order(second) else DuelOutcome.SECOND
