"""The effects of answers: one pure function from stored records and answers to all changes.

Storage reads the scene and writes the changes (`bot.storage.answering`); every rule in between is called from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TypeAlias

from bot.study import competitions, reviews, standings, streaks
from bot.study.attempts import Attempt
from bot.study.awards import AwardMastery
from bot.study.competitions import CompetitionAnswer, Entrant, OpenCompetition
from bot.study.confidence import ASKED_IN
from bot.study.grading import Answer, Grade, Shown, fits, grade, normalize
from bot.study.members import UNKNOWN, Author, Known, Learner, Member
from bot.study.periods import ALL_TIME_KEY, local_day, season_of
from bot.study.questions import ALL, Pack, Question
from bot.study.reviews import CardKey, LogLine, Rating, ReviewCard
from bot.study.scoring import Mode, Points, points
from bot.study.standings import Tally, Where
from bot.study.streaks import Moment, Streak

Asked: TypeAlias = tuple[int, int, str]
"""A question that a member answers: server, user, question."""

Met: TypeAlias = tuple[int, int, str, str]
"""A question that a member has seen in a season: server, user, season, question."""


@dataclass(frozen=True)  # no slots, because cached properties need a __dict__
class Given:
    """An answer to record.

    `ranked`: whether its author is shown their rank; looking the rank up costs as much as everything else.
    """

    member: Member
    pack: Pack
    question: Question
    shown: Shown
    answer: Answer
    mode: Mode
    zone: str
    """The server's time zone."""
    at: datetime
    daily_id: int | None = None
    daily_day: date | None = None
    """The local date of the answered daily; None for an answer on demand."""
    quiz_id: int | None = None
    exam_id: int | None = None
    live_id: int | None = None
    ranked: bool = True
    asks_confidence: bool = True
    """Whether the server asks members how sure they were."""
    another_pack: bool = False
    """Whether the question is from a pack that the server does not study, so that its section number names a different
    section in the server's pack."""

    @cached_property
    def section(self) -> str:
        """Return the section on whose boards the answer counts."""
        return ALL if self.another_pack else self.question.section

    @cached_property
    def day(self) -> date:
        return local_day(self.at, self.zone)

    @cached_property
    def author(self) -> Author:
        return self.member.guild_id, self.member.user_id

    @cached_property
    def asked(self) -> Asked:
        return *self.author, self.question.id

    @cached_property
    def met(self) -> Met:
        return *self.author, season_of(self.day), self.question.id

    @cached_property
    def card(self) -> CardKey:
        return CardKey(self.member.user_id, self.pack.name, self.question.id)

    @cached_property
    def lines(self) -> list[Where]:
        """Return the leaderboard rows that the answer may change."""
        return standings.lines(*self.author, self.day, self.section)


@dataclass(frozen=True, slots=True)
class Graded:
    """A graded answer. `answer` is in its stored form."""

    given: Given
    answer: Answer
    grade: Grade


def graded(given: Given) -> Graded:
    """Grade an answer. It is wrong if it does not fit the question, which may have changed while the answer was
    held."""
    if not fits(given.question, given.answer, given.shown, seen=given.at):
        return Graded(given, given.answer, Grade(False, ()))
    answer = normalize(given.question, given.answer)
    return Graded(given, answer, grade(given.question, answer))


@dataclass(frozen=True, slots=True)
class AnswerScene:
    """The stored records that a batch of answers depends on. A missing key means that there is no row."""

    known: Mapping[Author, Known] = field(default_factory=dict)
    missed: Mapping[Author, tuple[date, ...]] = field(default_factory=dict)
    """Days with a daily but no answer, between the author's last answered daily and the one answered now, oldest
    first."""
    days: Mapping[Author, Sequence[tuple[date, bool]]] = field(default_factory=dict)
    """Only for authors who answer a daily with an earlier date than their last one: all dates with dailies, oldest
    first, each with whether one was answered."""
    scored: Mapping[Met, bool] = field(default_factory=dict)
    """Questions seen this season, each with whether it has scored."""
    tallies: Mapping[Where, Tally] = field(default_factory=dict)
    competitions: Mapping[Asked, Sequence[OpenCompetition]] = field(default_factory=dict)
    masteries: Mapping[Asked, Sequence[AwardMastery]] = field(default_factory=dict)
    """Mastery awards that the author does not have now, including any that they lost by leaving the server."""
    cards: Mapping[CardKey, ReviewCard] = field(default_factory=dict)
    learners: Mapping[int, Learner] = field(default_factory=dict)
    """What is known about the authors regardless of the server, by user."""
    logs: Mapping[CardKey, Sequence[LogLine]] = field(default_factory=dict)
    """The review logs of those cards that were already reviewed on a later day than the answer."""


@dataclass(frozen=True, slots=True)
class AnswerOutcome:
    """The outcome of one answer. `streak` and `moment` are None unless the answer was to a daily."""

    attempt: Attempt
    grade: Grade
    points: Points
    streak: Streak | None = None
    moment: Moment | None = None
    asks_confidence: bool = False
    """Whether to ask the author how sure they were."""


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes that a batch of answers makes, by table. Leaderboard rows, cards and entrants are complete rows."""

    outcomes: Sequence[AnswerOutcome]
    """The outcomes, in the order of the answers."""
    streaks: Mapping[Author, Streak]
    met: Mapping[Met, bool]
    """Questions seen for the first time in a season, each with whether it scores."""
    scored: Sequence[Met]
    """Questions that were seen before but score only now."""
    clocks: Mapping[int, tuple[date, datetime]]
    """Servers where somebody is new to the leaderboards, with the date and time of the earliest answer by a
    newcomer."""
    tallies: Mapping[Where, Tally]
    entrants: Mapping[tuple[int, int], Entrant]
    """Changed entrants, by competition and user."""
    competition_answers: Sequence[CompetitionAnswer]
    moved: Mapping[int, datetime]
    """Competitions whose table changed, each with the time of the first change."""
    masters: Mapping[tuple[int, int], datetime]
    """Mastery roles that were earned, by award and user, each with its time."""
    log: Sequence[tuple[CardKey, Rating, date, datetime]]
    cards: Mapping[CardKey, ReviewCard]


_Pair: TypeAlias = tuple[Given, AnswerOutcome]


def answer_all(scene: AnswerScene, answers: Sequence[Graded]) -> Changes:
    """Compute what answers change. A member may give several answers, but only one to each question and each daily."""
    extended = _extend(scene, answers)
    pairs, marks = _judge(scene, answers, extended)
    public = [(one, outcome) for one, outcome in pairs if is_public(scene.known, one)]
    tallies, clocks = _count(scene, public)
    entrants, competition_answers, moved = _compete(scene, public)
    log, cards = _review(scene, pairs)
    return Changes(
        outcomes=[outcome for _, outcome in pairs],
        streaks={author: streak for author, (streak, _) in extended.items() if streak != _known(scene, author).streak},
        met={met: scored for met, scored in marks.items() if met not in scene.scored},
        scored=[met for met, scored in marks.items() if scored and scene.scored.get(met) is False],
        clocks=clocks,
        tallies=tallies,
        entrants=entrants,
        competition_answers=competition_answers,
        moved=moved,
        masters=_master(scene, public),
        log=log,
        cards=cards,
    )


def is_public(known: Mapping[Author, Known], one: Given) -> bool:
    """Return whether an answer affects what others see: leaderboards, competitions and roles."""
    author = known.get(one.author)
    return not one.member.alone and not (author is not None and author.hidden)


def _known(scene: AnswerScene, author: Author) -> Known:
    return scene.known.get(author) or Known()


def _extend(scene: AnswerScene, answers: Sequence[Graded]) -> dict[Author, tuple[Streak, Moment]]:
    found = {}
    for one in answers:
        author, day = one.given.author, one.given.daily_day
        if day is not None:
            before, missed = _known(scene, author).streak, scene.missed.get(author, ())
            if author in scene.days:
                found[author] = streaks.credit(before, day, scene.days[author]), Moment()
                continue
            after = streaks.extend(before, day, missed)
            found[author] = after, streaks.moment(before, after, missed)
    return found


def _judge(
    scene: AnswerScene, answers: Sequence[Graded], extended: Mapping[Author, tuple[Streak, Moment]]
) -> tuple[list[_Pair], dict[Met, bool]]:
    """Return what each answer earns, and the questions seen, each with whether it has now scored."""
    pairs: list[_Pair] = []
    marks: dict[Met, bool] = {}
    for one in answers:
        given = one.given
        streak, moment = extended.get(given.author, (None, None)) if given.daily_day is not None else (None, None)
        scored = scene.scored.get(given.met)
        earned, first = Points(), False
        if not given.member.alone:
            first = scored is None
            marks[given.met] = scored or one.grade.correct
            earned = points(
                given.mode,
                given.question.difficulty,
                correct=one.grade.correct,
                streak_days=streak.days if streak else 0,
                scored_before=scored is True,
            )
        attempt = Attempt(
            guild_id=given.member.guild_id,
            user_id=given.member.user_id,
            question_id=given.question.id,
            section=given.section,
            mode=given.mode,
            answer=one.answer,
            correct=one.grade.correct,
            points=earned.total,
            bonus=earned.bonus,
            first=first,
            day=given.day,
            answered_at=given.at,
            daily_id=given.daily_id,
            quiz_id=given.quiz_id,
            exam_id=given.exam_id,
            live_id=given.live_id,
        )
        pairs.append((given, AnswerOutcome(attempt, one.grade, earned, streak, moment, _asks(scene, given))))
    return pairs, marks


def _asks(scene: AnswerScene, given: Given) -> bool:
    own = scene.learners.get(given.member.user_id, UNKNOWN).asks_confidence
    return given.mode in ASKED_IN and not given.another_pack and (given.asks_confidence if own is None else own)


def _count(scene: AnswerScene, public: Sequence[_Pair]) -> tuple[dict[Where, Tally], dict[int, tuple[date, datetime]]]:
    """Return the changed leaderboard rows, and the servers with newcomers: see `Changes.clocks`."""
    before = dict(scene.tallies)
    tallies: dict[Where, Tally] = {}
    clocks: dict[int, tuple[date, datetime]] = {}
    for one, outcome in public:
        attempt = outcome.attempt
        moved = standings.count(before, attempt)
        before.update(moved)
        tallies.update(moved)
        # Members without an all-time row have no rows at all.
        new = moved and (one.member.guild_id, ALL_TIME_KEY, ALL, one.member.user_id) not in scene.tallies
        if new and (one.member.guild_id not in clocks or attempt.answered_at < clocks[one.member.guild_id][1]):
            clocks[one.member.guild_id] = attempt.day, attempt.answered_at
    return tallies, clocks


def _compete(
    scene: AnswerScene, public: Sequence[_Pair]
) -> tuple[dict[tuple[int, int], Entrant], list[CompetitionAnswer], dict[int, datetime]]:
    entrants: dict[tuple[int, int], Entrant] = {}
    answers: list[CompetitionAnswer] = []
    moved: dict[int, datetime] = {}
    for one, outcome in public:
        for competition in scene.competitions.get(one.asked, ()):
            key = competition.id, one.member.user_id
            before = entrants.get(key, competition.entrant)
            placed = competitions.placed_by_role(competition, before, one.member, one.at)
            answer = competitions.count(competition, placed, outcome.attempt, _worth(one, outcome))
            after = placed.plus(answer) if placed is not None and answer is not None else placed
            if answer is not None:
                answers.append(answer)
            if after is not None and after != before:
                entrants[key] = after
                moved[competition.id] = min(one.at, moved.get(competition.id, one.at))
    return entrants, answers, moved


def _worth(one: Given, outcome: AnswerOutcome) -> int:
    """Return what the answer would earn if the question were new this season."""
    streak_days = outcome.streak.days if outcome.streak else 0
    return points(one.mode, one.question.difficulty, correct=outcome.grade.correct, streak_days=streak_days).total


def _master(scene: AnswerScene, public: Sequence[_Pair]) -> dict[tuple[int, int], datetime]:
    masters: dict[tuple[int, int], datetime] = {}
    new: Counter[tuple[int, int]] = Counter()
    for one, outcome in public:
        if not outcome.grade.correct or outcome.points.scored_before:
            continue
        for mastery in scene.masteries.get(one.asked, ()):
            key = mastery.award_id, one.member.user_id
            new[key] += not mastery.knew
            if mastery.known + new[key] >= mastery.questions:
                masters.setdefault(key, one.at)
    return masters


def _review(
    scene: AnswerScene, pairs: Sequence[_Pair]
) -> tuple[list[tuple[CardKey, Rating, date, datetime]], dict[CardKey, ReviewCard]]:
    log, cards = [], {}
    for one, outcome in pairs:
        key, rating = one.card, reviews.rating_of(correct=outcome.grade.correct)
        learner = scene.learners.get(one.member.user_id, UNKNOWN)
        day = local_day(one.at, learner.zone or one.zone)
        card, day = reviews.answered(
            scene.cards.get(key), scene.logs.get(key, ()), rating, day, one.at, learner.parameters
        )
        log.append((key, rating, day, one.at))
        cards[key] = card
    return log, cards
