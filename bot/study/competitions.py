"""Competitions in one server, from a date to a date, between members or teams.

These are the rules; `/help topic: competitions` tells members the same, and a test covers each rule.

What counts. Answers in any mode, in the chosen sections, between start and end and after the member joined. Each
    question counts once for a member in a competition: the first answer to it. A right answer earns what it would earn
    on the leaderboard if it were new this season; a wrong one earns nothing. An answer held until a daily's close
    counts as of the time when it was given, and the result waits for it.
Order. More points; then fewer answers; then the one who got there first. Members who tie in all three share the place,
    and the next places are skipped.
Teams. A team's score is the mean of its best N members. N is fixed at the start: the size of the smallest team that has
    members, but at least MIN_TEAM; missing members count as 0. Ties are broken as for members: by the number of their
    answers, then by when the last of them got there.
Late joiners. If entry stays open, members may join until the end; earlier answers do not count.
Leavers. Members who leave are removed from the table, and questions they answer while away no longer count for them. If
    they come back, they get their points back and, once the competition has started, stay in their team.
Changed roles. With role teams, a member belongs to the team of the role they had at the start or, if they were seen
    later, when they first answered or joined. Later role changes have no effect. If they have several team roles, the
    one that the competition lists first counts, unless they choose another with `/competition join`.
Deleted roles. The team keeps its members; nobody new can join it.
Deleted channels. The competition goes on. Its posts move to the channel of the daily; without one they are not posted,
    the managers are notified, and `/competition standings` shows everything.
Overlaps. Competitions do not affect each other: an answer counts in every one that the member has joined.
Nobody. A competition that nobody joined, or in which nobody scored, ends without a winner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from bot.study.attempts import Attempt
from bot.study.characters import one_line
from bot.study.errors import BadName, BadWindow
from bot.study.looks import looks
from bot.study.members import Member
from bot.study.questions import boards_of

MIN_TEAM = 3
MAX_TEAMS = 25
MAX_OPEN = 10
"""How many competitions a server may have open at a time."""
MAX_NAME = 60
MAX_TEAM_NAME = 32

SHORTEST, LONGEST, FURTHEST = timedelta(hours=1), timedelta(days=366), timedelta(days=366)
"""How long a competition may last, and how far ahead it may start."""
HALF_TIME_FROM, LAST_HOUR_FROM = timedelta(hours=4), timedelta(hours=2)
"""How long a competition must last to have each reminder."""
LAST_HOUR = timedelta(hours=1)
LATE = timedelta(minutes=30)
"""How late a reminder may be sent; after that, it is dropped."""

MIN_ANSWERS_TO_IMPROVE = 10
MIN_DAYS_OF_STREAK = 2


class Teams(StrEnum):
    NONE = "none"
    BY_ROLE = "by-role"
    OPEN = "open"


class EntryRule(StrEnum):
    UNTIL_START = "until-start"
    THROUGHOUT = "throughout"


class CompetitionState(StrEnum):
    """ENTRY: not started. RUNNING: answers count. ENDED: the table is final. CANCELLED: stopped by a manager, without a
    winner."""

    ENTRY = "entry"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


class CompetitionStep(StrEnum):
    """The automatic steps of a competition, in this order."""

    START = "start"
    HALF_TIME = "half-time"
    LAST_HOUR = "last-hour"
    END = "end"


@dataclass(frozen=True, slots=True)
class CompetitionScore:
    """What decides a place: points, answers, and when the last point was earned; for a team, over its best members."""

    points: int
    answered: int
    reached_at: datetime


# -- dates


def check_window(starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    """Check the dates. Raises BadWindow. A start up to a minute ago is accepted, because typing takes time."""
    if starts_at < at - timedelta(minutes=5):
        raise BadWindow("The start is in the past")
    if starts_at > at + FURTHEST:
        raise BadWindow("The start is more than a year ahead")
    if ends_at - starts_at < SHORTEST:
        raise BadWindow("It must last an hour or more")
    if ends_at - starts_at > LONGEST:
        raise BadWindow("It can last a year at most")


def steps(starts_at: datetime, ends_at: datetime) -> tuple[tuple[CompetitionStep, datetime], ...]:
    """Return the steps of a competition with their times. Short competitions have no reminders."""
    length = ends_at - starts_at
    return tuple(
        (step, due)
        for step, due, shortest in (
            (CompetitionStep.START, starts_at, timedelta()),
            (CompetitionStep.HALF_TIME, starts_at + length / 2, HALF_TIME_FROM),
            (CompetitionStep.LAST_HOUR, ends_at - LAST_HOUR, LAST_HOUR_FROM),
            (CompetitionStep.END, ends_at, timedelta()),
        )
        if length >= shortest
    )


def next_step(
    starts_at: datetime, ends_at: datetime, done: CompetitionStep | None
) -> tuple[CompetitionStep, datetime] | None:
    """Return the step after the last completed one; None after the end."""
    order = list(CompetitionStep)
    behind = order.index(done) if done is not None else -1
    return next(((step, due) for step, due in steps(starts_at, ends_at) if order.index(step) > behind), None)


def takes(sections: Sequence[str], section: str) -> bool:
    """Return whether a competition on these sections counts an answer in `section`. An empty collection means all
    sections."""
    return not sections or not set(sections).isdisjoint(boards_of(section))


# -- what an answer does


@dataclass(frozen=True, slots=True)
class Entrant:
    """One member in a competition. `left_at`: when they left; their points are kept."""

    team_id: int | None
    asked: bool
    """Whether they joined on their own. Members who take part only because of their role are never pinged."""
    joined_at: datetime
    reached_at: datetime
    """When the points last grew; without points, when they joined."""
    left_at: datetime | None = None
    points: int = 0
    correct: int = 0
    answered: int = 0

    def plus(self, answer: CompetitionAnswer) -> Entrant:
        """Return the entrant after one more answer. The time never moves back, even when a held answer arrives late."""
        if not answer.counted:
            return self
        return replace(
            self,
            points=self.points + answer.points,
            correct=self.correct + answer.correct,
            answered=self.answered + 1,
            reached_at=max(self.reached_at, answer.answered_at) if answer.points else self.reached_at,
        )


@dataclass(frozen=True, slots=True)
class OpenCompetition:
    """An announced or running competition, as it concerns one member and the question that they answer."""

    id: int
    sections: tuple[str, ...]
    teams: Teams
    entry: EntryRule
    starts_at: datetime
    ends_at: datetime
    roles: tuple[tuple[int, int], ...] = ()
    """Each team that is a role, with the role, in the order in which the roles were named."""
    entrant: Entrant | None = None
    met: bool = False
    """Whether the member has already answered the question in this competition."""


@dataclass(frozen=True, slots=True)
class CompetitionAnswer:
    """A member's first answer to a question in a competition. `counted`: False if they were not taking part when they
    gave it."""

    competition_id: int
    user_id: int
    question_id: str
    points: int
    correct: bool
    counted: bool
    day: date
    answered_at: datetime


def placed_by_role(
    competition: OpenCompetition, entrant: Entrant | None, member: Member, at: datetime
) -> Entrant | None:
    """Return the entrant in the team of their role, or unchanged if the rules leave them where they are."""
    if not member.roles or competition.teams is not Teams.BY_ROLE or at >= competition.ends_at:
        return entrant
    if entrant is not None and entrant.left_at is not None:
        return entrant
    if at >= competition.starts_at and (entrant is not None or competition.entry is EntryRule.UNTIL_START):
        return entrant
    theirs = [team_id for team_id, role_id in competition.roles if role_id in member.roles]
    if not theirs or (entrant is not None and entrant.team_id in theirs):
        return entrant
    if entrant is None:
        return Entrant(theirs[0], asked=False, joined_at=at, reached_at=at)
    return replace(entrant, team_id=theirs[0])


def count(
    competition: OpenCompetition, entrant: Entrant | None, attempt: Attempt, worth: int
) -> CompetitionAnswer | None:
    """Return how an answer counts in a competition; None if it does not. `worth`: what it would earn if the question
    were new."""
    at = attempt.answered_at
    inside = competition.starts_at <= at < competition.ends_at and takes(competition.sections, attempt.section)
    if not inside or entrant is None or competition.met:
        return None
    counted = entrant.joined_at <= at and (entrant.left_at is None or at < entrant.left_at)
    return CompetitionAnswer(
        competition.id,
        attempt.user_id,
        attempt.question_id,
        points=worth if counted else 0,
        correct=attempt.correct,
        counted=counted,
        day=attempt.day,
        answered_at=at,
    )


# -- names


def clean_name(text: str, longest: int) -> str:
    """Return a name on one line, trimmed. Raises BadName if it is empty or too long."""
    name = one_line(text)
    if not name or len(name) > longest:
        raise BadName(longest)
    return name


def same_name(name: str) -> str:
    """Return a key that is equal for names that look alike, in any case, width or letter style."""
    return looks(normalize("NFKC", name))


# -- places


def order(score: CompetitionScore) -> tuple[int, int, datetime]:
    """Return a sort key, best first; equal keys are ties."""
    return (-score.points, score.answered, score.reached_at)


def ranks(keys: Sequence[Any]) -> tuple[int, ...]:
    """Return the places of sorted keys: `1, 2, 2, 4` with a tie for second."""
    places: list[int] = []
    for index, key in enumerate(keys):
        places.append(places[-1] if index and key == keys[index - 1] else index + 1)
    return tuple(places)


def best_of(sizes: Iterable[int]) -> int:
    """Return how many members of each team count, given the team sizes at the start."""
    return max(MIN_TEAM, min((size for size in sizes if size), default=MIN_TEAM))


def team_score(members: Iterable[CompetitionScore], best: int, level: datetime) -> CompetitionScore:
    """Return a team's score: the sum over its `best` best members with points. `level`: the time for a team without
    points."""
    scorers = sorted((score for score in members if score.points), key=order)[:best]
    return CompetitionScore(
        sum(score.points for score in scorers),
        sum(score.answered for score in scorers),
        max((score.reached_at for score in scorers), default=level),
    )


def mean(points: int, best: int) -> float:
    """Return a team's mean, given the sum of its `best` best members."""
    return points / best


# -- highlights at the end


def improvement(right: Sequence[bool]) -> float | None:
    """Return by how much the share of right answers grew from the first half of the counted answers to the second, 0 to
    1.

    None for fewer than 10 answers, or without growth. With an odd number, the middle answer belongs to the second half.
    """
    if len(right) < MIN_ANSWERS_TO_IMPROVE:
        return None
    middle = len(right) // 2
    grown = sum(right[middle:]) / (len(right) - middle) - sum(right[:middle]) / middle
    return grown if grown > 0 else None


def longest_run(days: Iterable[date]) -> int:
    """Return the length of the longest run of consecutive local days."""
    longest = run = 0
    before: date | None = None
    for day in sorted(set(days)):
        run = run + 1 if before is not None and day - before == timedelta(days=1) else 1
        longest, before = max(longest, run), day
    return longest
