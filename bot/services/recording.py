"""The path of every answer, in every mode: read the scene, apply the rules, write the changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot import metrics
from bot.services.credits import credit_of, credits_of
from bot.storage import (
    answering,
    competition_entries,
    competitions,
    dailies,
    daily_days,
    learners,
    members,
    ranks,
    reviews,
    standings,
)
from bot.storage.engine import Connection
from bot.storage.guilds import Guild
from bot.storage.sql import read_together
from bot.storage.standings import Rival
from bot.study import streaks
from bot.study.answering import AnswerOutcome, Given, answer_all, graded
from bot.study.attempts import Attempt
from bot.study.competitions import Entrant, placed_by_role
from bot.study.confidence import Confidence, is_sayable
from bot.study.errors import QuestionChanged
from bot.study.grading import Grade, Shown, fits, grade
from bot.study.members import Member
from bot.study.periods import Period, key, local_day
from bot.study.questions import ALL, Pack, Question
from bot.study.scoring import Points
from bot.study.standings import Where
from bot.study.streaks import Moment, Streak


@dataclass(frozen=True, slots=True)
class Verdict:
    """A recorded answer, with everything its author may now see."""

    pack: Pack
    question: Question
    shown: Shown
    attempt: Attempt
    grade: Grade
    points: Points
    streak: Streak | None = None
    section_rank: int | None = None
    overall_rank: int | None = None
    rival: Rival | None = None
    """The member one place ahead over all sections; None for the member in first place, or if no rank is known."""
    moment: Moment | None = None
    """What the answer did to the streak; None for an earlier answer shown again, or if there is no streak."""
    repeated: bool = False
    """Whether the question was already answered; if so, this is the verdict on the first answer."""
    sealed: datetime | None = None
    """The latest time until which the key, and so this verdict, is secret, because the member may still be able to
    answer the question elsewhere."""
    credit: str | None = None
    """The name of the member who suggested the question."""
    shareable: bool = False
    """Whether the member may share it with the channel."""
    asks_confidence: bool = False
    """Whether the member is asked how sure they were."""
    confidence: Confidence | None = None
    """How sure the member said they were."""


def record_all(tx: Connection, given: Sequence[Given]) -> list[Verdict]:
    """Grade answers and write everything that follows from them. Their authors' rows must exist.

    Each table is read and written once for all of them. A member may give several answers, but only one per question
    and per daily. Raises IntegrityError if one is already recorded.
    """
    if not given:
        return []
    answers = [graded(one) for one in given]
    changes = answer_all(answering.read(tx, answers), answers)
    answering.write(tx, changes)
    for outcome in changes.outcomes:
        metrics.ANSWERS.labels(outcome.attempt.mode.value, "yes" if outcome.grade.correct else "no").inc()
    return _with_ranks(tx, list(zip(given, changes.outcomes, strict=True)))


def _with_ranks(tx: Connection, pairs: Sequence[tuple[Given, AnswerOutcome]]) -> list[Verdict]:
    ranked = [_lines(one.member, one.section, one.day) for one, _ in pairs if one.ranked and not one.member.alone]
    places, rivals = read_together(
        tx,
        (ranks.RANKS, (line for both in ranked for line in both)),
        (standings.RIVALS, (overall for _, overall in ranked)),
    )
    ranks.cut_long(tx, places)
    credits = credits_of(tx, ((one.member.guild_id, one.question.id) for one, _ in pairs))
    verdicts = []
    for one, outcome in pairs:
        section, overall = _lines(one.member, one.section, one.day)
        verdicts.append(
            Verdict(
                one.pack,
                one.question,
                one.shown,
                outcome.attempt,
                outcome.grade,
                outcome.points,
                outcome.streak,
                None if one.another_pack else places.get(section),
                places.get(overall),
                rivals.get(overall),
                outcome.moment,
                credit=credits.get((one.member.guild_id, one.question.id)),
                asks_confidence=outcome.asks_confidence,
            )
        )
    return verdicts


def show_roles(tx: Connection, member: Member, at: datetime) -> None:
    """Update members' teams in role competitions from their current roles, for answers that are graded later."""
    if member.alone or not member.roles or members.hidden(tx, member.guild_id, member.user_id):
        return
    asked = member.guild_id, member.user_id, ""
    entrants: dict[tuple[int, int], Entrant] = {}
    for competition in competition_entries.open_to(tx, [asked]).get(asked, ()):
        entrant = placed_by_role(competition, competition.entrant, member, at)
        if entrant is not None and entrant != competition.entrant:
            entrants[competition.id, member.user_id] = entrant
            competitions.touch(tx, competition.id, at)
    competition_entries.save_all(tx, entrants)


def _lines(member: Member, section: str, day: date) -> tuple[Where, Where]:
    """Return the boards of this season that a verdict mentions: its section, and all sections."""
    season = key(Period.SEASON, day)
    return (
        (member.guild_id, season, section, member.user_id),
        (member.guild_id, season, ALL, member.user_id),
    )


def places_of(
    tx: Connection, member: Member, board: str, at: datetime, zone: str
) -> tuple[int | None, int | None, Rival | None]:
    """Return this season's rank on a section's board and over all sections, and who is one place ahead overall. The first
    is None if the board is `all`."""
    if member.alone:
        return None, None, None
    section, everything = _lines(member, board, local_day(at, zone))
    places, rivals = read_together(tx, (ranks.RANKS, (section, everything)), (standings.RIVALS, [everything]))
    return places.get(section) if board != ALL else None, places.get(everything), rivals.get(everything)


def standing_streak(tx: Connection, guild_id: int, user_id: int, today: date) -> Streak:
    """Return a streak as it stands before the daily of `today` is answered, or the next daily if `today` has none."""
    streak = members.streak(tx, guild_id, user_id)
    if streak.last_day is None:
        return streak
    return streaks.current(streak, daily_days.missed_days(tx, guild_id, user_id, streak.last_day, today))


def streak_now(tx: Connection, guild_id: int, user_id: int, at: datetime) -> Streak:
    """Return a streak at an instant. A date with a daily that is still open has not broken it."""
    open_ = dailies.open_in(tx, guild_id, at)
    return standing_streak(tx, guild_id, user_id, min((daily.day for daily in open_), default=date.max))


def recall(
    tx: Connection,
    member: Member,
    pack: Pack,
    question: Question,
    shown: Shown,
    attempt: Attempt,
    *,
    guild: Guild,
    at: datetime,
) -> Verdict:
    """Return the verdict on an earlier answer. Raises QuestionChanged if that answer no longer fits the question."""
    if not fits(question, attempt.answer, shown, seen=attempt.answered_at):
        raise QuestionChanged(correct=attempt.correct, points=attempt.points)
    section_rank, overall_rank, rival = places_of(tx, member, attempt.section, at, guild.zone)
    own = learners.get(tx, member.user_id).asks_confidence
    asks = (
        not attempt.another_pack
        and is_sayable(attempt.mode, attempt.answered_at, at)
        and (guild.asks_confidence if own is None else own)
    )
    return Verdict(
        pack,
        question,
        shown,
        attempt,
        grade(question, attempt.answer),
        Points(
            attempt.points - attempt.bonus,
            attempt.bonus,
            # In direct messages nothing earns points, so zero points mean nothing.
            scored_before=attempt.correct and not attempt.points and not member.alone,
        ),
        streak_now(tx, member.guild_id, member.user_id, at) if attempt.daily_id is not None else None,
        section_rank,
        overall_rank,
        rival,
        repeated=True,
        credit=credit_of(tx, member.guild_id, question.id),
        asks_confidence=asks,
        confidence=reviews.confidence_of(tx, member.user_id, question.id, attempt.answered_at) if asks else None,
    )
