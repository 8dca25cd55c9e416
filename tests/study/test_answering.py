"""What answers change: the rules that turn a scene and some answers into changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.study import standings
from bot.study.answering import AnswerScene, Changes, Given, answer_all, graded
from bot.study.awards import AwardMastery
from bot.study.competitions import Entrant, EntryRule, OpenCompetition, Teams
from bot.study.grading import as_written
from bot.study.members import ALONE, Known, Member
from bot.study.periods import ALL_TIME_KEY
from bot.study.questions import ALL
from bot.study.reviews import CardKey, Review, replay
from bot.study.scoring import Mode
from bot.study.standings import Tally
from bot.study.streaks import Streak
from tests.builders import a_pack, questions_of
from tests.conftest import MONDAY

SERVER, RED, BLUE = 100, 501, 502
PACK = a_pack(questions_of({"1.1": 2, "1.2": 1, "2.1": 1}))
QUESTIONS = list(PACK.active)
DAY = timedelta(days=1)
TODAY = MONDAY.date()
RIGHT, WRONG, TORN = (1,), (0,), (9,)
"""TORN does not fit the question, which has four options, as if the question had been changed in the meantime."""


def answer(user_id: int = 1, number: int = 0, given: tuple[int, ...] = RIGHT, **changes: object) -> Given:
    question = QUESTIONS[number]
    member = Member(SERVER, user_id, f"member {user_id}", frozenset({RED}))
    return replace(Given(member, PACK, question, as_written(question), given, Mode.QUIZ, "UTC", MONDAY), **changes)


def daily(user_id: int = 1, number: int = 0, given: tuple[int, ...] = RIGHT, **changes: object) -> Given:
    return answer(user_id, number, given, mode=Mode.DAILY, daily_id=7, daily_day=TODAY, **changes)


def outcome_of(scene: AnswerScene, *given: Given) -> Changes:
    return answer_all(scene, [graded(one) for one in given])


USERS = st.integers(1, 3)
ANSWERS = st.builds(
    answer,
    USERS,
    st.integers(0, len(QUESTIONS) - 1),
    st.sampled_from([RIGHT, WRONG, TORN]),
    mode=st.sampled_from(Mode),
    at=st.integers(-2, 2).map(lambda days: MONDAY + days * DAY),
)
SERIES = st.lists(ANSWERS, max_size=8, unique_by=lambda one: one.asked)
"""Answers of a few members, at most one per member and question."""
ONE_EACH = st.lists(ANSWERS, max_size=3, unique_by=lambda one: one.author)
STREAKS = st.builds(
    Streak, days=st.integers(0, 8), freezes=st.integers(0, 2), last_day=st.just(TODAY - DAY), best=st.just(8)
)
COMPETITIONS = st.lists(
    st.builds(
        OpenCompetition,
        id=st.integers(1, 3),
        sections=st.sampled_from([(), ("1",), ("2.1",)]),
        teams=st.sampled_from(Teams),
        entry=st.sampled_from(EntryRule),
        starts_at=st.sampled_from([MONDAY - 3 * DAY, MONDAY, MONDAY + DAY]),
        ends_at=st.just(MONDAY + 2 * DAY),
        roles=st.just(((11, RED), (12, BLUE))),
    ),
    max_size=3,
    unique_by=lambda one: one.id,
)
ENTRANTS = st.none() | st.builds(
    Entrant,
    team_id=st.sampled_from([None, 11, 12]),
    asked=st.booleans(),
    joined_at=st.just(MONDAY - 2 * DAY),
    reached_at=st.just(MONDAY - 2 * DAY),
    left_at=st.sampled_from([None, MONDAY - DAY]),
    points=st.integers(0, 50),
)


@st.composite
def scenes(draw: st.DrawFn) -> AnswerScene:
    """Generate members with and without a history, in a server with competitions and a mastery role."""
    users = range(1, 4)
    changes = outcome_of(AnswerScene(), *draw(SERIES))
    contests, entrant, hidden, streak = draw(COMPETITIONS), draw(ENTRANTS), draw(st.booleans()), draw(STREAKS)
    entered = {1: entrant, 2: None, 3: None}
    met, takes = draw(st.sampled_from(QUESTIONS)).id, draw(st.integers(1, 3))
    asked = [(SERVER, user_id, question.id) for user_id in users for question in QUESTIONS]
    right = [(SERVER, o.attempt.user_id, o.attempt.question_id) for o in changes.outcomes if o.attempt.correct]
    return AnswerScene(
        known={(SERVER, 1): Known(streak=streak), (SERVER, 2): Known(hidden, streak)},
        scored=changes.met,
        tallies=changes.tallies,
        competitions={
            (server, id, question): [replace(one, entrant=entered[id], met=question == met) for one in contests]
            for server, id, question in asked
        },
        masteries={
            which: [AwardMastery(5, takes, sum(one[1] == which[1] for one in right), which in right)] for which in asked
        },
        cards=changes.cards,
        logs=logs_of(changes),
    )


def logs_of(changes: Changes):
    """Return the log lines of each card, in replay order."""
    logs = {}
    for key, rating, day, at in sorted(changes.log, key=lambda line: line[2]):
        logs.setdefault(key, []).append((at, Review(rating, day)))
    return logs


def after(scene: AnswerScene, changes: Changes) -> AnswerScene:
    """Return the scene as it is read after the changes have been written."""
    met = {(one.competition_id, one.user_id, one.question_id) for one in changes.competition_answers}
    streaks = {author: replace(known_in(scene, author), streak=streak) for author, streak in changes.streaks.items()}
    right = {(o.attempt.user_id, o.attempt.question_id) for o in changes.outcomes if o.attempt.correct}
    new = {
        user_id: sum(not one.knew for user, id in right if user == user_id for one in scene.masteries[SERVER, user, id])
        for user_id in range(1, 4)
    }
    held = {user_id for _, user_id in changes.masters}
    return replace(
        scene,
        known={**scene.known, **streaks},
        scored={**scene.scored, **changes.met, **dict.fromkeys(changes.scored, True)},
        tallies={**scene.tallies, **changes.tallies},
        competitions={
            (server, user_id, question): [
                replace(
                    one,
                    entrant=changes.entrants.get((one.id, user_id), one.entrant),
                    met=one.met or (one.id, user_id, question) in met,
                )
                for one in open_
            ]
            for (server, user_id, question), open_ in scene.competitions.items()
        },
        masteries={
            (server, user_id, question): [
                replace(one, known=one.known + new[user_id], knew=one.knew or (user_id, question) in right)
                for one in masteries
                if user_id not in held
            ]
            for (server, user_id, question), masteries in scene.masteries.items()
        },
        cards={**scene.cards, **changes.cards},
    )


def known_in(scene: AnswerScene, author: tuple[int, int]) -> Known:
    return scene.known.get(author, Known())


@given(scenes(), ONE_EACH, st.randoms())
def test_the_order_in_which_members_answer_together_does_not_matter(scene, series, rng):
    shuffled = rng.sample(series, len(series))

    one, other = outcome_of(scene, *series), outcome_of(scene, *shuffled)

    assert {o.attempt.user_id: o for o in one.outcomes} == {o.attempt.user_id: o for o in other.outcomes}
    for name in ("streaks", "met", "clocks", "tallies", "entrants", "moved", "masters", "cards"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("scored", "competition_answers", "log"):
        assert sorted(map(repr, getattr(one, name))) == sorted(map(repr, getattr(other, name))), name


@given(scenes(), SERIES)
def test_answers_together_change_what_they_change_one_after_the_other(scene, series):
    together = outcome_of(scene, *series)

    now, outcomes, masters = scene, [], {}
    for one in series:
        changes = outcome_of(now, one)
        outcomes += changes.outcomes
        masters |= changes.masters
        now = after(now, changes)

    assert outcomes == list(together.outcomes)
    assert now.tallies == {**scene.tallies, **together.tallies}
    assert now.scored == {**scene.scored, **together.met, **dict.fromkeys(together.scored, True)}
    assert now.competitions == after(scene, together).competitions
    assert masters == together.masters


@given(SERIES, SERIES)
def test_replaying_the_attempts_gives_the_same_tallies(series, more):
    more = [replace(one, member=replace(one.member, user_id=one.member.user_id + 3)) for one in more]
    first = outcome_of(AnswerScene(), *series)
    second = outcome_of(AnswerScene(tallies=first.tallies, scored=first.met), *more)

    replayed: dict[standings.Where, Tally] = {}
    for outcome in (*first.outcomes, *second.outcomes):
        replayed.update(standings.count(replayed, outcome.attempt))

    assert replayed == {**first.tallies, **second.tallies}


@given(SERIES)
def test_replaying_the_log_gives_the_same_cards(series):
    changes = outcome_of(AnswerScene(), *(one for one in series if one.member.user_id == 1))

    assert changes.cards == {key: replay(line for _, line in log) for key, log in logs_of(changes).items()}


@given(scenes(), st.builds(daily, USERS, st.integers(0, 3), st.just(TORN)))
def test_an_answer_that_does_not_fit_is_wrong_and_earns_nothing(scene, torn):
    changes = outcome_of(scene, torn)

    [outcome] = changes.outcomes
    assert outcome.attempt.answer == TORN
    assert not outcome.attempt.correct
    assert outcome.attempt.points == outcome.attempt.bonus == 0
    assert not changes.masters
    assert all(tally.points == scene.tallies.get(line, Tally()).points for line, tally in changes.tallies.items())
    assert all(one.points == 0 for one in changes.competition_answers)


@given(scenes(), SERIES)
def test_hidden_members_change_nothing_that_others_see(scene, series):
    hidden = replace(scene, known={one.author: Known(hidden=True) for one in series})

    changes = outcome_of(hidden, *series)

    for name in ("clocks", "tallies", "entrants", "competition_answers", "moved", "masters"):
        assert not getattr(changes, name), name
    seen = outcome_of(replace(scene, known={}), *series)
    for name in ("outcomes", "met", "scored", "log", "cards"):
        assert getattr(changes, name) == getattr(seen, name), name


@given(scenes(), SERIES)
def test_in_direct_messages_members_earn_nothing_but_still_learn(scene, series):
    alone = [replace(one, member=replace(one.member, guild_id=ALONE)) for one in series]

    changes = outcome_of(scene, *alone)

    assert all(outcome.attempt.points == 0 and not outcome.attempt.first for outcome in changes.outcomes)
    for name in ("met", "scored", "clocks", "tallies", "entrants", "competition_answers", "moved", "masters"):
        assert not getattr(changes, name), name
    assert (changes.log, changes.cards) == (outcome_of(scene, *series).log, outcome_of(scene, *series).cards)


@given(scenes(), SERIES)
def test_no_tally_decreases_and_no_question_scores_twice_in_a_season(scene, series):
    changes = outcome_of(scene, *series)

    for line, tally in changes.tallies.items():
        before = scene.tallies.get(line, Tally())
        assert tally.points >= before.points
        assert tally.answered >= before.answered
        assert before.reached_at is None or tally.reached_at >= before.reached_at
    for outcome, one in zip(changes.outcomes, series, strict=True):
        assert not (scene.scored.get(one.met) and outcome.attempt.points)
        assert outcome.attempt.first == (one.met not in scene.scored)


@given(scenes(), SERIES)
def test_an_answer_counts_once_in_a_competition_and_only_for_its_members(scene, series):
    changes = outcome_of(scene, *series)

    for one in changes.competition_answers:
        [open_] = [o for o in scene.competitions[SERVER, one.user_id, one.question_id] if o.id == one.competition_id]
        entrant = changes.entrants.get((one.competition_id, one.user_id), open_.entrant)
        assert not open_.met
        assert open_.starts_at <= one.answered_at < open_.ends_at
        there = entrant.left_at is None or one.answered_at < entrant.left_at
        assert one.counted == (entrant.joined_at <= one.answered_at and there)
        assert one.counted or not one.points
    for (competition_id, user_id), entrant in changes.entrants.items():
        counted = [
            one for one in changes.competition_answers if (one.competition_id, one.user_id) == (competition_id, user_id)
        ]
        before = scene.competitions[SERVER, user_id, QUESTIONS[0].id]
        [had] = [one.entrant for one in before if one.id == competition_id]
        assert entrant.points == (had.points if had else 0) + sum(one.points for one in counted)
        assert competition_id in changes.moved


def test_the_first_answer_on_the_boards_of_a_server_starts_its_clock():
    early, late = answer(1, at=MONDAY), answer(2, at=MONDAY + timedelta(minutes=1))
    known = {(SERVER, ALL_TIME_KEY, ALL, 1): Tally(10, 1, 1, MONDAY)}

    assert outcome_of(AnswerScene(), late, early).clocks == {SERVER: (TODAY, MONDAY)}
    assert outcome_of(AnswerScene(tallies=known), early).clocks == {}


def test_a_daily_extends_the_streak_and_other_modes_do_not():
    scene = AnswerScene(known={(SERVER, 1): Known(streak=Streak(3, last_day=TODAY - DAY, best=3))})

    assert outcome_of(scene, daily()).streaks[SERVER, 1].days == 4
    assert outcome_of(scene, daily()).outcomes[0].points.bonus == 4
    assert outcome_of(scene, answer()).streaks == {}
    assert outcome_of(scene, answer()).outcomes[0].streak is None


def test_several_answers_of_one_member_can_reach_mastery_together():
    asked = [(SERVER, 1, question.id) for question in QUESTIONS]
    scene = AnswerScene(
        masteries={which: [AwardMastery(5, questions=3, known=1, knew=which == asked[0])] for which in asked}
    )

    assert outcome_of(scene, answer(number=0), answer(number=1)).masters == {}
    assert outcome_of(scene, answer(number=1), answer(number=2)).masters == {(5, 1): MONDAY}


def test_a_late_answer_takes_its_place_in_the_log():
    key = CardKey(1, PACK.name, QUESTIONS[0].id)
    later = outcome_of(AnswerScene(), answer(at=MONDAY + DAY))
    scene = AnswerScene(cards=later.cards, logs=logs_of(later))

    changes = outcome_of(scene, answer(given=WRONG))

    assert [(day, at) for _, _, day, at in changes.log] == [(TODAY, MONDAY)]
    assert changes.cards[key].known_since == TODAY + DAY
    assert changes.cards[key].met_on == TODAY
