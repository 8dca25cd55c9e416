"""Duels: from the challenge to the final result, in any order of actions."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import update

from bot.cogs.duels import messages
from bot.services import Services, duel_scenes
from bot.services.duel_scenes import DuelScene
from bot.services.quiz_outcomes import QuizTurn
from bot.storage import duels, privacy, quizzes
from bot.storage.posts import PostKind
from bot.storage.tables import dailies
from bot.study import errors
from bot.study.duels import MAX_OPEN, MAX_UNACCEPTED, PLAY_WITHIN, QUESTIONS, DuelOutcome, DuelState
from bot.study.errors import Refusal
from bot.study.exams import Length
from bot.study.members import ALONE
from bot.study.periods import Period
from bot.study.questions import ALL
from bot.study.standings import By
from tests.refusals import refuses
from tests.services.conftest import NINE
from tests.services.ring import DAY, HOUR, MINUTE, SECOND, Ring
from tests.services.students import a_daily, study


@pytest.fixture
def ring(services):
    return Ring(services)


# -- the challenge


async def test_only_the_challenge_pings_and_only_the_challenged_member(ring):
    duel_id = await ring.begun()
    await ring.play(duel_id, 1)
    await ring.tick(2 * HOUR)
    await ring.play(duel_id, 2)
    await ring.tick()

    assert [(kind, pings) for kind, _, pings in ring.said] == [(PostKind.CHALLENGE, (2,)), (PostKind.DUEL, ())]


@pytest.mark.sqlite
async def test_members_who_cannot_be_challenged(ring):
    for of, about, refusal in (
        (1, {}, Refusal.DUEL_WITH_ONESELF),
        (2, {"bot": True}, Refusal.DUEL_WITH_BOT),
        (2, {"present": False}, Refusal.DUEL_WITH_STRANGER),
    ):
        with refuses(refusal):
            await ring.challenge(1, of, **about)
    with pytest.raises(errors.UnknownSection):
        await ring.challenge(section="9.9")
    with refuses(Refusal.NEEDS_SERVER):
        await Ring(ring.services, guild=ALONE).challenge()


@pytest.mark.parametrize("state", [DuelState.ASKED, DuelState.RUNNING])
async def test_two_members_have_one_duel_at_a_time_whoever_asks(ring, state):
    duel_id = await (ring.challenged() if state is DuelState.ASKED else ring.begun())

    again, back = await ring.challenge(1, 2), await ring.challenge(2, 1)

    assert [(found.scene.duel.id, found.scene.duel.state, found.fresh) for found in (again, back)] == [
        (duel_id, state, False)
    ] * 2
    elsewhere = await Ring(ring.services, guild=11).challenge()
    assert elsewhere.fresh, "another server is another matter"


@pytest.mark.sqlite
async def test_the_number_of_open_duels_that_a_member_has_begun_is_limited(ring):
    for other in range(2, 2 + MAX_OPEN):
        await ring.challenged(1, other)
    await ring.begun(by=50, of=1)

    with refuses(Refusal.TOO_MANY_DUELS):
        await ring.challenge(1, 99)
    await ring.duels.decline(1, ring.member(2), at=ring.at)
    assert (await ring.challenge(1, 99)).fresh


@pytest.mark.sqlite
@pytest.mark.parametrize("refuse", ["decline", "withdraw", "lapse"])
async def test_a_member_is_not_pinged_again_and_again(ring, refuse):
    for _ in range(MAX_UNACCEPTED):
        duel_id = await ring.challenged()
        if refuse == "lapse":
            await ring.services.db.write(lambda tx, lapsed=duel_id: _lapse(tx, ring.services.content, lapsed, ring.at))
        else:
            await getattr(ring.duels, refuse)(duel_id, ring.member(2 if refuse == "decline" else 1), at=ring.at)

    with pytest.raises(errors.ChallengedTooOften) as refused:
        await ring.challenge()
    assert refused.value.again_at == ring.at + DAY
    assert (await ring.challenge(2, 1)).fresh, "the other way round nobody was asked in vain"
    ring.at += DAY + SECOND
    await ring.tick()
    assert (await ring.challenge(1, 2)).fresh


def _lapse(tx, content, duel_id, at):
    duel_scenes.end(tx, content, duel_scenes.held(tx, duel_id), DuelState.LAPSED, at)


@pytest.mark.sqlite
async def test_members_who_can_decide_about_a_challenge(ring):
    duel_id = await ring.challenged()

    for deed, who, refusal in (
        (ring.duels.decline, 1, Refusal.NOT_CHALLENGED),
        (ring.duels.withdraw, 2, Refusal.NOT_CHALLENGER),
        (ring.duels.decline, 3, Refusal.NOT_YOUR_DUEL),
        (ring.duels.withdraw, 3, Refusal.NOT_YOUR_DUEL),
        (ring.duels.play, 3, Refusal.NOT_YOUR_DUEL),
        (ring.duels.play, 1, Refusal.DUEL_NOT_ACCEPTED),
    ):
        with refuses(refusal):
            await deed(duel_id, ring.member(who), at=ring.at)
    for who, refusal in ((1, Refusal.NOT_CHALLENGED), (3, Refusal.NOT_YOUR_DUEL)):
        with refuses(refusal):
            await ring.accept(duel_id, by=who)
    with refuses(Refusal.NOT_YOUR_DUEL):
        await ring.look(duel_id, 3)

    assert (await ring.look(duel_id)).duel.state is DuelState.ASKED


@pytest.mark.sqlite
@pytest.mark.parametrize("end", ["decline", "withdraw"])
async def test_a_challenge_that_has_ended_accepts_no_decision(ring, end):
    duel_id = await ring.challenged()
    await getattr(ring.duels, end)(duel_id, ring.member(2 if end == "decline" else 1), at=ring.at)

    with refuses(Refusal.DUEL_OVER):
        await ring.accept(duel_id)
    with refuses(Refusal.DUEL_OVER):
        await ring.duels.decline(duel_id, ring.member(2), at=ring.at)
    with refuses(Refusal.DUEL_OVER):
        await ring.duels.withdraw(duel_id, ring.member(1), at=ring.at)


@pytest.mark.sqlite
async def test_an_accepted_duel_cannot_be_declined_or_withdrawn_or_accepted_again(ring):
    duel_id = await ring.begun()
    before = await ring.look(duel_id)

    with refuses(Refusal.DUEL_ACCEPTED):
        await ring.duels.decline(duel_id, ring.member(2), at=ring.at)
    with refuses(Refusal.DUEL_ACCEPTED):
        await ring.duels.withdraw(duel_id, ring.member(1), at=ring.at)
    again = await ring.accept(duel_id)

    assert again.duel.players == before.duel.players


# -- the questions


async def questions_of(ring, duel_id):
    scene = await ring.look(duel_id)
    return await ring.services.db.read(
        lambda tx: [[item.question_id for item in quizzes.get(tx, p.quiz_id).items] for p in scene.duel.players]
    )


async def test_both_are_asked_the_same_questions_in_the_same_order_and_new_ones_for_this_season(ring):
    section = "1.3"
    size = len(ring.services.content.packs["aws-mla-c01"].within(section))
    for user_id, seed in ((1, 1), (2, 2)):
        await study(ring.services, ring.member(user_id), at=ring.at, section=section, questions=size // 3, seed=seed)
    met = {attempt.question_id for attempt in await ring.attempts()}

    first, second = await questions_of(ring, await ring.begun(section=section))

    assert first == second
    assert len(set(first)) == QUESTIONS
    assert met
    assert not met & set(first)


async def test_questions_open_as_a_daily_or_in_another_duel_are_not_asked_and_too_few_are_refused(school):
    """Of twelve questions in three sections, one is the daily and ten are in two duels."""
    ring = Ring(school.services, guild=school.id, at=NINE)
    await school.schedule()
    post = await school.post(NINE)

    with pytest.raises(errors.TooFewForDuel) as refused:
        await ring.challenge(section=post.question.section)
    assert refused.value.there == 3
    first, _ = await questions_of(ring, await ring.begun())
    other, _ = await questions_of(ring, await ring.begun(by=3, of=1))

    assert post.question.id not in {*first, *other}
    assert not set(first) & set(other)
    with pytest.raises(errors.TooFewForDuel):
        await ring.challenge(1, 4)


async def test_a_challenge_for_which_too_few_questions_are_left_ends_when_it_is_accepted(ring, services):
    section = "1.1"
    duel_id = await ring.challenged(section=section)
    pack = services.content.packs["aws-mla-c01"]
    few = replace(pack, questions={one.id: one for one in pack.within(section)[: QUESTIONS - 1]})
    later = replace(ring, services=Services.over(services.db, {pack.name: few}, pack.name))

    accepted = await later.accept(duel_id)
    [shown] = await later.tick()

    for scene in (accepted, shown):
        assert scene.duel.state is DuelState.VOID
        assert "too few questions left for this duel" in messages.post(scene).card.text
    assert (await ring.challenge()).fresh


async def test_while_the_duel_is_open_its_questions_are_asked_nowhere_else(ring):
    duel_id = await ring.begun(section="1.1")
    asked, _ = await questions_of(ring, duel_id)
    await ring.play(duel_id, 1, right=0, wrong=2)

    met = []
    for seed in range(3):
        met += await study(ring.services, ring.member(2), at=ring.at, section="1.1", questions=20, seed=seed)
    exam = await ring.services.exams.start(ring.member(1), length=Length.SHORT, rng=Random(1), at=ring.at)

    assert not set(asked) & set(met)
    assert not set(asked) & {entry.question.id for entry in exam.paper.entries}
    await ring.tick(PLAY_WITHIN)
    again = await study(ring.services, ring.member(2), at=ring.at, section="1.1", questions=20)
    assert set(asked) & set(again), "afterwards they come up again"


# -- playing


async def test_the_clock_runs_from_the_first_look_and_a_second_look_changes_nothing(ring):
    duel_id = await ring.begun()
    ring.at += HOUR
    first = await ring.duels.play(duel_id, ring.member(1), at=ring.at)
    ring.at += MINUTE
    again = await ring.duels.play(duel_id, ring.member(1), at=ring.at)
    await ring.play(duel_id, 1)

    assert first == again
    assert (await ring.look(duel_id)).duel.player(1).score.time == MINUTE + QUESTIONS * SECOND


@pytest.mark.sqlite
async def test_a_duel_cannot_be_read_or_answered_before_its_clock_runs(ring):
    duel_id = await ring.begun()
    quiz_id = (await ring.look(duel_id)).duel.player(1).quiz_id
    asking, ana = ring.services.quizzes, ring.member(1)

    with refuses(Refusal.UNKNOWN_QUIZ):
        await asking.turn_at(quiz_id, 0, ana, at=ring.at)
    with refuses(Refusal.UNKNOWN_QUIZ):
        await asking.answer(quiz_id, 0, ana, "A", at=ring.at)
    assert isinstance(await asking.next(quiz_id, ana, at=ring.at), DuelScene)


async def test_neither_player_sees_right_answers_before_both_have_played(ring):
    duel_id = await ring.begun()
    after = await ring.play(duel_id, 1, right=3)

    assert isinstance(after, DuelScene)
    assert after.outcome is None
    with pytest.raises(errors.DuelOpen):
        await ring.duels.review(duel_id, 0, ring.member(1), at=ring.at)
    quiz_id = (await ring.look(duel_id)).duel.player(1).quiz_id
    assert isinstance(await ring.services.quizzes.next(quiz_id, ring.member(1), at=ring.at), DuelScene), (
        "nor what was missed"
    )


async def test_answers_count_when_the_duel_is_over_and_nothing_reveals_the_key_before(ring):
    duel_id = await ring.begun()
    await ring.play(duel_id, 1, right=3)
    ring.at += HOUR
    standings = await ring.services.standings.board(
        ring.member(2), section=ALL, period=Period.SEASON, by=By.POINTS, page=1, at=ring.at
    )
    export = await ring.services.db.read(lambda tx: privacy.export(tx, 1))
    before = await ring.attempts()

    await ring.play(duel_id, 2, right=1)

    assert before == []
    assert standings.size == 0
    assert [row["correct"] for row in export["duel_players"] if "correct" in row] == [0]
    scores = {player.user_id: (player.answered, player.right) for player in (await ring.look(duel_id)).duel.players}
    assert scores == {1: (QUESTIONS, 3), 2: (QUESTIONS, 1)}
    given = await ring.attempts()
    assert {attempt.answered_at for attempt in given} == {ring.at}
    assert [attempt.correct for attempt in given if attempt.user_id == 1] == [True] * 3 + [False] * 2


async def test_answers_that_counted_before_an_upgrade_count_once_and_the_duel_continues(ring):
    duel_id = await ring.begun()
    content = ring.services.content
    await ring.play(duel_id, 1, right=2, wrong=0)
    await ring.services.db.write(
        lambda tx: duel_scenes.count(tx, content, duel_scenes.held(tx, duel_id), ring.at)
    )  # earlier versions counted answers as soon as they were given

    waiting = await ring.play(duel_id, 1, right=1, wrong=2)
    await ring.play(duel_id, 2, right=4)

    assert isinstance(waiting, DuelScene)
    scores = {player.user_id: (player.answered, player.right) for player in (await ring.look(duel_id)).duel.players}
    assert scores == {1: (QUESTIONS, 3), 2: (QUESTIONS, 4)}
    assert len(await ring.attempts()) == 2 * QUESTIONS


async def test_the_second_player_to_finish_ends_the_duel_and_each_sees_their_own_answers(ring):
    duel_id = await ring.begun()
    await ring.play(duel_id, 2, right=2)
    over = await ring.play(duel_id, 1, right=3)
    pages = [await ring.duels.review(duel_id, number, ring.member(1), at=ring.at) for number in range(QUESTIONS)]

    assert over.duel.state is DuelState.OVER
    assert over.winner.user_id == 1
    assert [page.verdict.attempt.correct for page in pages] == [True] * 3 + [False] * 2
    assert [(page.before, page.after) for page in pages] == [(None, 1), (0, 2), (1, 3), (2, 4), (3, None)]
    assert not any(page.verdict.repeated or page.sealed for page in pages)


@pytest.mark.sqlite
async def test_with_equal_right_answers_the_faster_player_wins_and_equal_in_all_is_a_tie(ring):
    quick = await ring.begun()
    await ring.play(quick, 1, right=2)
    turn = await ring.duels.play(quick, ring.member(2), at=ring.at)
    ring.at += MINUTE
    assert isinstance(turn, QuizTurn)
    won = await ring.play(quick, 2, right=2)
    even = await ring.begun()
    await ring.play(even, 1, right=2)
    tie = await ring.play(even, 2, right=2)

    assert won.winner.user_id == 1
    assert tie.outcome is DuelOutcome.TIE


async def test_the_review_keeps_the_key_of_an_open_daily_secret(ring, services):
    duel_id = await ring.begun()
    await ring.play(duel_id, 1)
    await ring.play(duel_id, 2)
    asked, _ = await questions_of(ring, duel_id)
    post = await a_daily(services, ring.guild, at=ring.at + MINUTE)
    await services.db.write(lambda tx: _ask(tx, post.daily.id, asked[1]))

    sealed = [
        (await ring.duels.review(duel_id, number, ring.member(1), at=ring.at + MINUTE)).sealed
        for number in range(QUESTIONS)
    ]

    assert sealed == [False, True, False, False, False]


def _ask(tx, daily_id, question_id):
    tx.execute(update(dailies).where(dailies.c.id == daily_id).values(question_id=question_id))


async def test_a_duel_asks_no_question_of_a_player_s_running_exam(ring):
    """The result of the exam would reveal right answers of the duel."""
    turn = await ring.services.exams.start(ring.member(2), length=Length.FULL, rng=Random(1), at=ring.at)
    asked = {entry.question.id for entry in turn.paper.entries}
    pack = await ring.services.pack_for(ring.guild)
    section = max(pack.leaves, key=lambda leaf: sum(question.id in asked for question in pack.within(leaf)))

    for _ in range(5):
        await ring.begun(section=section)
        drawn = await ring.services.db.read(lambda tx: duels.OPEN_QUESTIONS.read(tx, [1]))
        assert asked.isdisjoint(question_id for _, question_id, _ in drawn)
        ring.at += 2 * DAY
        await ring.tick()


async def test_both_players_are_asked_the_same_even_if_a_question_is_retired_between_them(ring):
    duel_id = await ring.begun()
    first = await ring.duels.play(duel_id, ring.member(1), at=ring.at)
    await ring.play(duel_id, 1)
    await ring.services.questions.retire(ring.guild, first.question.id, by=9, at=ring.at)

    scene = await ring.play(duel_id, 2)

    assert [player.answered for player in scene.both] == [QUESTIONS, QUESTIONS]
