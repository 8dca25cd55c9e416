"""What `live` and `live_steps` share: the table, which questions may be asked, and how a question closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services.content import Content
from bot.storage import live, live_answers
from bot.storage.engine import Connection
from bot.storage.live import LiveRound
from bot.study.competitions import ranks
from bot.study.grading import Shown, fits, grade
from bot.study.live import Ending, LiveScore, LiveState, order, places_gained, points
from bot.study.questions import Kind, Pack, Question


@dataclass(frozen=True, slots=True)
class LiveLine:
    """A line of the table; tied players share a rank. `gained`: points from the latest question. `climbed`: places
    gained through that question; negative for places lost."""

    rank: int
    user_id: int
    name: str
    score: LiveScore
    gained: int
    climbed: int = 0


def table(tx: Connection, found: LiveRound) -> list[LiveLine]:
    """Return the table of all visible players, best first. One query reads it, and the rules sort it."""
    rows = sorted(live_answers.scores(tx, found), key=lambda row: (order(row[2]), row[1], row[0]))
    places = ranks([order(score) for _, _, score, _ in rows])
    climbed = places_gained([(score, latest) for _, _, score, latest in rows])
    return [
        LiveLine(rank, user_id, name, score, latest.points, moved)
        for rank, (user_id, name, score, latest), moved in zip(places, rows, climbed, strict=True)
    ]


def question_of(tx: Connection, content: Content, found: LiveRound, number: int) -> tuple[Pack, Question, Shown] | None:
    """Return the question with this number; None if it has not been asked, is gone, or no longer fits the round."""
    asked = live.question(tx, found.id, number)
    known = content.find(tx, found.guild_id, asked[0]) if asked is not None else None
    if asked is None or known is None or known[1].kind is not Kind.CHOICE or not fits(known[1], shown=asked[1]):
        return None
    return *known, asked[1]


def close_question(tx: Connection, content: Content, found: LiveRound) -> None:
    """Store what each answer to the open question earned in the round. The answers count on the boards a moment later,
    one by one."""
    known = question_of(tx, content, found, found.asked)
    earned = {
        answer.id: points(
            answer.time,
            found.seconds,
            right=known is not None and grade(known[1], answer.answer, answer.answered_at).correct,
        )
        for answer in live_answers.ungraded(tx, found.id, found.asked)
    }
    live_answers.grade(tx, earned)


def end(tx: Connection, content: Content, found: LiveRound, ending: Ending, at: datetime) -> None:
    """End a round, closing its open question first."""
    if found.state is LiveState.ASKING:
        close_question(tx, content, found)
    live.end(tx, found, ending, at)
