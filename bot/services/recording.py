"""What every answer goes through, in whichever mode: grade, streak, points, the attempt, the boards, the card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot import metrics
from bot.services import cards
from bot.storage import attempts, awards, competition_entries, dailies, members, standings
from bot.storage.attempts import Attempt
from bot.storage.dailies import Daily
from bot.storage.engine import Connection
from bot.storage.reviews import Key
from bot.storage.tables import ALONE
from bot.study import streaks
from bot.study.grading import Answer, Grade, Shown, grade, normalize
from bot.study.periods import Period, key, local_day, season_of
from bot.study.questions import ALL, Pack, Question
from bot.study.reviews import rating_of
from bot.study.scoring import Mode, Points, points
from bot.study.standings import By
from bot.study.streaks import Streak


@dataclass(frozen=True, slots=True)
class Member:
    """Who acts, and where. `guild_id` is `storage.tables.ALONE` in a direct message; `name` is the one now shown."""

    guild_id: int
    user_id: int
    name: str
    roles: frozenset[int] = frozenset()
    """The roles that Discord shows with the action; empty where there is none to look at, as at a daily's close."""

    @property
    def alone(self) -> bool:
        return self.guild_id == ALONE


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer on record, with all that its author may now see."""

    pack: Pack
    question: Question
    shown: Shown
    attempt: Attempt
    grade: Grade
    points: Points
    streak: Streak | None = None
    section_rank: int | None = None
    overall_rank: int | None = None
    repeated: bool = False
    """It had been answered before; this shows the first answer again."""


def record(
    tx: Connection,
    member: Member,
    pack: Pack,
    question: Question,
    shown: Shown,
    answer: Answer,
    *,
    mode: Mode,
    zone: str,
    at: datetime,
    daily: Daily | None = None,
    quiz_id: int | None = None,
    exam_id: int | None = None,
    live_id: int | None = None,
    ranked: bool = True,
) -> Verdict:
    """Grade an answer and write all that follows from it. The member has been seen: their row is there.

    `ranked`: the verdict says where the member stands now; looking that up costs as much as the rest.
    Raises UnknownOption for an answer of the wrong shape, IntegrityError if it is on record already.
    """
    answer = normalize(question, answer)
    result = grade(question, answer)
    day = local_day(at, zone)
    streak = _extend_streak(tx, member, daily) if daily is not None else None
    earned, first = Points(), False
    if not member.alone:
        met = attempts.scored_in_season(tx, member.guild_id, member.user_id, season_of(day), question.id)
        first, scored_before = met is None, met is True
        earned = points(
            mode,
            question.difficulty,
            correct=result.correct,
            streak_days=streak.days if streak else 0,
            scored_before=scored_before,
        )
        where = (tx, member.guild_id, member.user_id, season_of(day), question.id)
        if first:
            attempts.meet_in_season(*where, scored=result.correct)
        elif result.correct and not scored_before:
            attempts.score_in_season(*where)
    attempt = Attempt(
        guild_id=member.guild_id,
        user_id=member.user_id,
        question_id=question.id,
        section=question.section,
        mode=mode,
        answer=answer,
        correct=result.correct,
        points=earned.total,
        bonus=earned.bonus,
        first=first,
        day=day,
        answered_at=at,
        daily_id=daily.id if daily else None,
        quiz_id=quiz_id,
        exam_id=exam_id,
        live_id=live_id,
    )
    attempts.add(tx, attempt)
    metrics.ANSWERS.labels(mode.value, "yes" if result.correct else "no").inc()
    if not member.alone and not members.hidden(tx, member.guild_id, member.user_id):
        standings.count(tx, attempt)
        worth = points(mode, question.difficulty, correct=result.correct, streak_days=streak.days if streak else 0)
        competition_entries.count(tx, attempt, worth.total, member.roles)
        if result.correct and not earned.scored_before:
            awards.consider(tx, member.guild_id, member.user_id, question.section, at)
    cards.answered(tx, Key(member.user_id, pack.name, question.id), rating_of(correct=result.correct), zone=zone, at=at)
    section_rank, overall_rank = ranks(tx, member, question, at, zone) if ranked else (None, None)
    return Verdict(pack, question, shown, attempt, result, earned, streak, section_rank, overall_rank)


def show_roles(tx: Connection, member: Member, at: datetime) -> None:
    """For answers that are graded later: contests between roles learn now who belongs to which."""
    if not member.alone and member.roles and not members.hidden(tx, member.guild_id, member.user_id):
        competition_entries.see_roles(tx, member.guild_id, member.user_id, member.roles, at)


def _extend_streak(tx: Connection, member: Member, daily: Daily) -> Streak:
    before = members.streak(tx, member.guild_id, member.user_id)
    missed = (
        dailies.missed_days(tx, member.guild_id, member.user_id, before.last_day, daily.day)
        if before.last_day is not None
        else ()
    )
    after = streaks.extend(before, daily.day, missed)
    if after != before:
        members.set_streak(tx, member.guild_id, member.user_id, after)
    return after


def ranks(tx: Connection, member: Member, question: Question, at: datetime, zone: str) -> tuple[int | None, int | None]:
    """This season's rank in the question's section and over all sections."""
    if member.alone:
        return None, None
    season = key(Period.SEASON, local_day(at, zone))
    places = [
        standings.place_of(tx, member.guild_id, season, board, By.POINTS, member.user_id)
        for board in (question.section, ALL)
    ]
    section_rank, overall_rank = (place.rank if place else None for place in places)
    return section_rank, overall_rank


def recall(
    tx: Connection,
    member: Member,
    pack: Pack,
    question: Question,
    shown: Shown,
    attempt: Attempt,
    *,
    zone: str,
    at: datetime,
) -> Verdict:
    """The verdict on an answer given earlier."""
    section_rank, overall_rank = ranks(tx, member, question, at, zone)
    return Verdict(
        pack,
        question,
        shown,
        attempt,
        grade(question, attempt.answer),
        Points(
            attempt.points - attempt.bonus,
            attempt.bonus,
            # Alone nothing earns points, so that their lack says nothing.
            scored_before=attempt.correct and not attempt.points and not member.alone,
        ),
        members.streak(tx, member.guild_id, member.user_id) if attempt.daily_id is not None else None,
        section_rank,
        overall_rank,
        repeated=True,
    )
