"""Live rounds: many members answer the same questions in one channel, against the clock.

These are the rules; `/help topic: Live rounds` tells members the same, and a test covers each rule.

Flow. Members join in a lobby. Then come the questions: each is open for the chosen number of seconds, and closes early
    once all players have answered; then its answer, its explanation and the table are shown for PAUSE. At the end there
    is a podium. The time of each part runs from when the channel shows it. Answering without having joined counts as
    joining.
Score. A right answer earns RIGHT, and up to SPEED more the sooner it comes: all of it within the first HEAD_START, so
    that nobody wins because of a faster connection, and nothing at the end. A wrong answer earns and costs nothing. The
    first answer counts.
Order. A higher score; then more right answers; then the shorter time for the right ones. Players who tie in all three
    share the place.
When it counts. Nothing is graded before a question has closed, so no leaderboard, progress or file can reveal its key.
    Then each answer counts like an answer on demand: half the points of a daily, once a season, also in competitions
    (`study.scoring`).
Coming and going. Players who leave are removed from the table, and no question waits for them; if they come back, they
    keep their score. Members who are hidden on the leaderboards play without appearing.
Interruptions. After an outage, the bot asks the open question again: its time starts over, and answers already given
    are kept. After STALE, or if the channel does not accept the message, the round ends with the current scores, and
    its message shows them once it can be edited again. A question that is open when a round ends counts with the
    answers that it has.
Moves. After each question, the table shows how many places each player gained or lost, except after the first that
    anybody got right.
Again. The host or a manager may open another round with the same section, number of questions and seconds, in the same
    channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.study.competitions import ranks
from bot.study.questions import Kind, Pack, Question

MIN_SECONDS, MAX_SECONDS, DEFAULT_SECONDS = 10, 120, 30
"""How long a question is open."""
MAX_QUESTIONS, DEFAULT_QUESTIONS = 20, 10
MAX_OPEN = 5
"""How many rounds a server may have at a time; a channel can only have one."""

LOBBY = timedelta(seconds=60)
LOBBY_AGAIN = timedelta(seconds=20)
"""The minimum time that a lobby stays open once the bot is back from an outage."""
PAUSE = timedelta(seconds=12)
LATE = timedelta(minutes=30)
"""How late a planned round may still open."""
STALE = timedelta(minutes=10)
"""A round that has been interrupted for longer than this is over."""
REFRESH_EVERY = timedelta(seconds=3)
"""The minimum time between two updates of the numbers: Discord accepts five edits in five seconds, and a new question
must not wait for them."""

RIGHT, SPEED = 100, 50
HEAD_START = timedelta(seconds=2)


class LiveState(StrEnum):
    """LOBBY: members join. ASKING: a question is open. TELLING: its answer is shown. OVER: the podium is shown."""

    LOBBY = "lobby"
    ASKING = "asking"
    TELLING = "telling"
    OVER = "over"


class LivePlanState(StrEnum):
    """The state of a planned round. MISSED: it could not open within LATE, because another round was running
    or the bot was offline. GONE: the server's pack has no questions for it any more."""

    PLANNED = "planned"
    STARTED = "started"
    CANCELLED = "cancelled"
    MISSED = "missed"
    GONE = "gone"


class Ending(StrEnum):
    """Why a round ended. PLAYED: every question was asked. NOBODY: no players. EMPTY: no question left to ask. STOPPED:
    by the host or a manager. AWAY: the bot was offline for too long. DELETED: its message was deleted. UNREACHABLE: its
    channel was deleted, or the bot cannot reach it."""

    PLAYED = "played"
    NOBODY = "nobody"
    EMPTY = "empty"
    STOPPED = "stopped"
    AWAY = "away"
    DELETED = "deleted"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class LiveScore:
    """What decides a place. `time`: the total time of the `right` answers."""

    points: int = 0
    right: int = 0
    time: timedelta = timedelta()

    def without(self, latest: LiveScore) -> LiveScore:
        """Return the score before the latest question."""
        return LiveScore(self.points - latest.points, self.right - latest.right, self.time - latest.time)


def askable(pack: Pack, section: str) -> list[Question]:
    """Return the questions that a round may ask: those answered with one letter."""
    return [question for question in pack.within(section) if question.kind is Kind.CHOICE]


def lasts(state: LiveState, seconds: int) -> timedelta:
    """Return how long a state lasts, counted from when the channel shows it."""
    match state:
        case LiveState.LOBBY:
            return LOBBY
        case LiveState.ASKING:
            return timedelta(seconds=seconds)
        case LiveState.TELLING:
            return PAUSE
        case LiveState.OVER:
            return timedelta()


def following(state: LiveState, asked: int, questions: int) -> LiveState:
    """Return the state after this one. `asked`: how many questions have been asked."""
    match state:
        case LiveState.ASKING:
            return LiveState.TELLING
        case LiveState.LOBBY | LiveState.TELLING if asked < questions:
            return LiveState.ASKING
        case _:
            return LiveState.OVER


def after_absence(state: LiveState, due_at: datetime, at: datetime) -> datetime:
    """Return when an interrupted state ends. `at`: when the bot is back."""
    return max(due_at, at + LOBBY_AGAIN) if state is LiveState.LOBBY else due_at


def time_taken(opened_at: datetime | None, at: datetime, seconds: int) -> timedelta:
    """Return the time from when a question was shown to when it was answered, both by Discord's clock. It is zero for a
    press recorded before we know that the question is up, and at most `seconds`."""
    if opened_at is None:
        return timedelta()
    return min(max(timedelta(), at - opened_at), timedelta(seconds=seconds))


def points(time: timedelta, seconds: int, *, right: bool) -> int:
    """Return what an answer earns in the round: 0, or RIGHT to RIGHT + SPEED."""
    if not right:
        return 0
    limit = timedelta(seconds=seconds)
    left = (limit - max(time, HEAD_START)) / (limit - HEAD_START)
    return RIGHT + int(SPEED * max(0.0, left))


def order(score: LiveScore) -> tuple[int, int, timedelta]:
    """Return a sort key, best first; equal keys share a place."""
    return -score.points, -score.right, score.time


def places_gained(table: Sequence[tuple[LiveScore, LiveScore]]) -> list[int]:
    """Return how many places each player gained with the latest question; negative for places lost.

    `table`, best first, has each score and what the latest question added to it. Nobody gains or loses a place with the
    first question that anybody got right.
    """
    before = [order(score.without(latest)) for score, latest in table]
    if not any(score.points > latest.points for score, latest in table):
        return [0] * len(table)
    ordered = sorted(before)
    rank_before = dict(zip(ordered, ranks(ordered), strict=True))
    return [
        rank_before[key] - rank for key, rank in zip(before, ranks([order(score) for score, _ in table]), strict=True)
    ]
