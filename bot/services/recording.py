"""What every answer goes through, in whichever mode: grade, streak, points, the attempt, the boards, the card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot import metrics
from bot.services import cards
from bot.storage import attempts, awards, competition_entries, dailies, members, standings
from bot.storage.attempts import Attempt
from bot.storage.dailies import Daily
from bot.storage.engine import Connection
from bot.storage.reviews import Key
from bot.storage.standings import Rival
from bot.storage.tables import ALONE
from bot.study import streaks
from bot.study.errors import QuestionChanged
from bot.study.grading import Answer, Grade, Shown, fits, grade, normalize
from bot.study.periods import Period, key, local_day, season_of
from bot.study.questions import ALL, Pack, Question
from bot.study.reviews import rating_of
from bot.study.scoring import Mode, Points, points
from bot.study.streaks import Moment, Streak


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
    rival: Rival | None = None
    """Who stands one place ahead over all sections; None for the first, and where no rank is known."""
    moment: Moment | None = None
    """What it did to the streak; None for an answer that is looked at again, and where there is no streak."""
    repeated: bool = False
    """It had been answered before; this shows the first answer again."""
    sealed: datetime | None = None
    """Its question is open to its author elsewhere too: until when at most its key, and so this verdict, is not shown."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer to be recorded.

    `ranked`: the verdict says where the member stands now; looking that up costs as much as the rest.
    """

    member: Member
    pack: Pack
    question: Question
    shown: Shown
    answer: Answer
    mode: Mode
    zone: str
    at: datetime
    daily: Daily | None = None
    quiz_id: int | None = None
    exam_id: int | None = None
    live_id: int | None = None
    ranked: bool = True

    @property
    def day(self) -> date:
        return local_day(self.at, self.zone)

    @property
    def author(self) -> tuple[int, int]:
        return self.member.guild_id, self.member.user_id

    @property
    def met(self) -> attempts.Met:
        return *self.author, season_of(self.day), self.question.id


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

    An answer that does not fit the question counts as wrong. Raises IntegrityError if it is on record already.
    """
    given = Given(member, pack, question, shown, answer, mode, zone, at, daily, quiz_id, exam_id, live_id, ranked)
    return record_all(tx, [given])[0]


def record_all(tx: Connection, given: Sequence[Given]) -> list[Verdict]:
    """The same for many, with one statement for all of a kind. No two are of one member, for the second would not see what the
    first changes."""
    if not given:
        return []
    known = members.known(tx, (one.author for one in given))
    streaks_now = _extend_streaks(tx, [one for one in given if one.daily is not None], known)
    met = attempts.scored_in_season(tx, (one.met for one in given if not one.member.alone))
    verdicts = [_judge(one, streaks_now.get(one.author), met.get(one.met)) for one in given]
    pairs = list(zip(given, verdicts, strict=True))

    attempts.add_all(tx, (verdict.attempt for verdict in verdicts))
    attempts.meet_in_season(tx, [(one.met, verdict.grade.correct) for one, verdict in pairs if verdict.attempt.first])
    attempts.score_in_season(
        tx, [one.met for one, verdict in pairs if verdict.grade.correct and met.get(one.met) is False]
    )
    _count(tx, [(one, verdict) for one, verdict in pairs if not one.member.alone and not _hides(known, one)])
    cards.answered_all(
        tx,
        [
            cards.Answered(
                Key(one.member.user_id, one.pack.name, one.question.id),
                rating_of(correct=verdict.grade.correct),
                one.zone,
                one.at,
            )
            for one, verdict in pairs
        ],
    )
    for one, verdict in pairs:
        metrics.ANSWERS.labels(one.mode.value, "yes" if verdict.grade.correct else "no").inc()
    return _with_ranks(tx, pairs)


def _hides(known: Mapping[tuple[int, int], members.Known], one: Given) -> bool:
    return known.get(one.author, members.Known()).hidden


def _judge(one: Given, extended: tuple[Streak, Moment] | None, scored: bool | None) -> Verdict:
    """What an answer is worth. `scored`: whether its question has scored this season; None if the member has not met it."""
    question = one.question
    streak, moment = extended or (None, None)
    fitting = fits(question, one.answer, one.shown)  # else the question was changed while the answer was held
    answer = normalize(question, one.answer) if fitting else one.answer
    result = grade(question, answer) if fitting else Grade(False, ())
    earned, first = Points(), False
    if not one.member.alone:
        first = scored is None
        earned = points(
            one.mode,
            question.difficulty,
            correct=result.correct,
            streak_days=streak.days if streak else 0,
            scored_before=scored is True,
        )
    attempt = Attempt(
        guild_id=one.member.guild_id,
        user_id=one.member.user_id,
        question_id=question.id,
        section=question.section,
        mode=one.mode,
        answer=answer,
        correct=result.correct,
        points=earned.total,
        bonus=earned.bonus,
        first=first,
        day=one.day,
        answered_at=one.at,
        daily_id=one.daily.id if one.daily else None,
        quiz_id=one.quiz_id,
        exam_id=one.exam_id,
        live_id=one.live_id,
    )
    return Verdict(one.pack, question, one.shown, attempt, result, earned, streak, moment=moment)


def _count(tx: Connection, pairs: Sequence[tuple[Given, Verdict]]) -> None:
    """On the boards, in contests, and towards roles: what others see, and so not of those who hide."""
    standings.count_all(tx, [verdict.attempt for _, verdict in pairs])
    competition_entries.count_all(
        tx, [(verdict.attempt, _worth(one, verdict), one.member.roles) for one, verdict in pairs]
    )
    awards.consider_all(
        tx,
        [
            (*one.author, one.question.section, one.at)
            for one, verdict in pairs
            if verdict.grade.correct and not verdict.points.scored_before
        ],
    )


def _worth(one: Given, verdict: Verdict) -> int:
    """What it earns where the question is new."""
    streak_days = verdict.streak.days if verdict.streak else 0
    return points(one.mode, one.question.difficulty, correct=verdict.grade.correct, streak_days=streak_days).total


def _with_ranks(tx: Connection, pairs: Sequence[tuple[Given, Verdict]]) -> list[Verdict]:
    ranked = [one for one, _ in pairs if one.ranked and not one.member.alone]
    places = (
        standings.ranks(tx, (where for one in ranked for where in _lines(one.member, one.question, one.day)))
        if ranked
        else {}
    )
    overall = [_lines(one.member, one.question, one.day)[1] for one in ranked]
    rivals = standings.rivals(tx, [line for line in overall if places.get(line, 1) > 1])
    verdicts = []
    for one, verdict in pairs:
        section, everything = _lines(one.member, one.question, one.day)
        verdicts.append(
            replace(
                verdict,
                section_rank=places.get(section),
                overall_rank=places.get(everything),
                rival=rivals.get(everything),
            )
        )
    return verdicts


def show_roles(tx: Connection, member: Member, at: datetime) -> None:
    """For answers that are graded later: contests between roles learn now who belongs to which."""
    if not member.alone and member.roles and not members.hidden(tx, member.guild_id, member.user_id):
        competition_entries.see_roles(tx, member.guild_id, member.user_id, member.roles, at)


def _extend_streaks(
    tx: Connection, given: Sequence[Given], known: Mapping[tuple[int, int], members.Known]
) -> dict[tuple[int, int], tuple[Streak, Moment]]:
    changed: list[tuple[int, int, Streak]] = []
    found: dict[tuple[int, int], tuple[Streak, Moment]] = {}
    for one in given:
        assert one.daily is not None, "a streak is one of dailies"
        before = known.get(one.author, members.Known()).streak
        missed = (
            dailies.missed_days(tx, *one.author, before.last_day, one.daily.day)
            if before.last_day is not None and (one.daily.day - before.last_day).days > 1
            else ()
        )
        after = streaks.extend(before, one.daily.day, missed)
        found[one.author] = after, streaks.moment(before, after, missed)
        if after != before:
            changed.append((*one.author, after))
    members.set_streaks(tx, changed)
    return found


def _lines(member: Member, question: Question, day: date) -> tuple[standings.Where, standings.Where]:
    """This season's boards that a verdict speaks of: the question's section, and all sections."""
    season = key(Period.SEASON, day)
    return (
        (member.guild_id, season, question.section, member.user_id),
        (member.guild_id, season, ALL, member.user_id),
    )


def ranks(
    tx: Connection, member: Member, question: Question, at: datetime, zone: str
) -> tuple[int | None, int | None, Rival | None]:
    """This season's rank in the question's section and over all sections, and who stands one place ahead over all."""
    if member.alone:
        return None, None, None
    section, everything = _lines(member, question, local_day(at, zone))
    places = standings.ranks(tx, (section, everything))
    return places.get(section), places.get(everything), standings.rivals(tx, [everything]).get(everything)


def standing_streak(tx: Connection, guild_id: int, user_id: int, today: date) -> Streak:
    """A streak as it stands before the daily of `today`, or the next one, is answered."""
    streak = members.streak(tx, guild_id, user_id)
    if streak.last_day is None:
        return streak
    return streaks.current(streak, dailies.missed_days(tx, guild_id, user_id, streak.last_day, today))


def streak_now(tx: Connection, guild_id: int, user_id: int, at: datetime) -> Streak:
    """A streak as it stands at an instant. A daily that still takes answers has broken nothing yet."""
    open_ = dailies.open_for(tx, guild_id, at)
    return standing_streak(tx, guild_id, user_id, open_.day if open_ is not None else date.max)


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
    """Return the verdict on an answer given earlier. Raises QuestionChanged if the question no longer has its shape."""
    if not fits(question, attempt.answer, shown):
        raise QuestionChanged(correct=attempt.correct, points=attempt.points)
    section_rank, overall_rank, rival = ranks(tx, member, question, at, zone)
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
        streak_now(tx, member.guild_id, member.user_id, at) if attempt.daily_id is not None else None,
        section_rank,
        overall_rank,
        rival,
        repeated=True,
    )
