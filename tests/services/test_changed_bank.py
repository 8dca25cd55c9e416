"""Stored answers after the bank has changed: answers that no longer fit break nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from bot.services import Services
from bot.services.dailies import Closed, DailyPost, Withdrawn
from bot.services.duel_scenes import DuelScene
from bot.services.duels import Opponent
from bot.services.posts import PostEnding
from bot.services.quiz_outcomes import QuizHeld, QuizTurn, Summary
from bot.storage import dailies as daily_rows
from bot.storage import quizzes
from bot.storage.posts import PostKind
from bot.study.dailies import DailyState
from bot.study.duels import DuelOutcome, DuelState
from bot.study.errors import QuestionChanged, Refusal, StudyError
from bot.study.questions import Kind, Pack
from bot.study.reports import Reason
from bot.study.reviews import Rating
from tests.builders import a_question
from tests.refusals import refuses
from tests.services.conftest import NINE, RIGHT, School
from tests.services.ring import SECOND, Ring
from tests.services.students import PACK

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def ordering(question):
    return replace(a_question(question.id, kind=Kind.ORDERING, correct=(2, 0, 1, 3)), section=question.section)


def response(question):
    return replace(a_question(question.id, kind=Kind.RESPONSE, options=5, correct=(0, 3)), section=question.section)


def matching(question):
    return replace(a_question(question.id, kind=Kind.MATCHING, correct=(1, 0, 2)), section=question.section)


def fewer_options(question):
    return replace(question, options=question.options[:1], correct=(0,))


def gone(_question):
    return None


CHANGES = [ordering, response, matching, fewer_options, gone]


def changed(pack: Pack, change, *, without_section=False) -> Pack:
    questions = {id: new for id, old in pack.questions.items() if (new := change(old)) is not None}
    sections = {n: s for n, s in pack.sections.items() if n != "1.1"} if without_section else pack.sections
    return replace(pack, questions=questions, sections=sections)


@pytest.fixture
def restarted(school, small_pack):
    """Return a function that restarts the bot with a changed bank."""

    def over(change, **options) -> School:
        pack = changed(small_pack, change, **options)
        return replace(school, services=Services.over(school.db, {pack.name: pack}, pack.name))

    return over


@pytest.fixture
def ring(services):
    return Ring(services)


async def a_day_with(school, *, held: bool) -> DailyPost:
    """Post a daily that two members answer. `held`: the answers are held until the close."""
    await school.schedule(sections=("1.1",))
    if held:
        await school.hold_back()
    post = await school.post(NINE)
    for user_id in (7, 8):
        await school.answer(post, user_id, at=NINE)
    return post


@pytest.mark.parametrize("change", CHANGES)
async def test_a_daily_with_held_answers_closes_and_the_next_is_posted(school, restarted, change):
    post = await a_day_with(school, held=True)
    new = restarted(change)

    later = await new.claim(NINE + DAY)  # claiming a daily settles the one before it
    told = (await new.close(NINE + DAY + MINUTE))[post.daily.id]

    assert len(later) == 1
    if change is gone:
        assert isinstance(told, Withdrawn)
        kept = await new.db.read(lambda tx: daily_rows.get(tx, post.daily.id))
        assert kept.state is DailyState.SKIPPED
        assert await new.attempts() == []
    else:
        assert isinstance(later[0], DailyPost)
        assert isinstance(told, Closed)
        assert told.unfit == 2
        assert [(attempt.correct, attempt.points) for attempt in await new.attempts()] == [(False, 0)] * 2


@pytest.mark.parametrize("change", CHANGES)
async def test_an_answer_that_was_graded_keeps_its_grade_and_a_second_look_says_so(school, restarted, change):
    post = await a_day_with(school, held=False)
    [before, _] = await school.attempts()
    new = restarted(change)

    for look in (
        new.services.answers.submit(post.daily.id, new.member(), RIGHT, at=NINE + MINUTE),
        new.services.answers.question_to_answer(post.daily.id, new.member(), at=NINE + MINUTE),
        new.services.answers.explain(post.daily.id, new.member(), at=NINE + MINUTE),
    ):
        with pytest.raises(StudyError) as refused:
            await look
        if change is not gone:
            assert isinstance(refused.value, QuestionChanged)
            assert (refused.value.correct, refused.value.points) == (True, before.points)
    told = (await new.close(NINE + DAY))[post.daily.id]

    assert isinstance(told, Withdrawn) or told.unfit == 2
    assert before in await new.attempts()


@pytest.mark.parametrize("change", CHANGES)
async def test_a_held_answer_can_be_given_again_in_the_new_form(school, restarted, change):
    post = await a_day_with(school, held=True)
    new = restarted(change)

    if change is gone:
        assert await new.services.answers.open_question(new.member(), at=NINE + MINUTE) is None
        return
    asked = await new.services.answers.question_to_answer(post.daily.id, new.member(), at=NINE + MINUTE)
    letters = "".join("ABCDE"[index] for index in asked.question.correct)
    given = await new.answer(post, text=letters, at=NINE + MINUTE)

    assert asked.held is None
    assert given.previous is None


@pytest.mark.parametrize("change", CHANGES)
async def test_a_quiz_continues_without_the_changed_question(school, restarted, change):
    quizzes = school.services.quizzes
    turn = await quizzes.start(school.member(), section="1.1", count=2, difficulty=None, rng=Random(1), at=NINE)
    await quizzes.answer(turn.quiz_id, turn.place, school.member(), RIGHT, at=NINE)
    new = restarted(change)
    after = await new.services.quizzes.next(turn.quiz_id, new.member(), at=NINE)

    with pytest.raises(QuestionChanged):
        await new.services.quizzes.answer(turn.quiz_id, turn.place, new.member(), RIGHT, at=NINE)
    with pytest.raises(StudyError):
        await new.services.reviews.rate(turn.quiz_id, turn.place, new.member(), Rating.Good, at=NINE)

    if isinstance(after, QuizTurn):  # an ordering with the same options still fits the order that was shown
        assert change in (ordering, matching)
    else:
        assert isinstance(after, Summary)
        assert after.set_aside == 1


@pytest.mark.parametrize("change", CHANGES)
async def test_flags_and_figures_survive_a_changed_question(school, restarted, change):
    post = await a_day_with(school, held=False)
    await school.services.reports.flag(school.member(), post.question.id, Reason.TYPO, "", at=NINE)
    report = await restarted(change).services.reports.report(school.id, 1)

    assert report is None if change is gone else report.figures.answered == 0


async def test_a_section_that_is_gone_prevents_no_close_and_no_post_of_other_sections(school, restarted):
    post = await a_day_with(school, held=True)
    new = restarted(lambda question: question, without_section=True)

    told = (await new.close(NINE + DAY))[post.daily.id]

    assert isinstance(told, Closed)
    assert told.unfit == 0
    assert [attempt.correct for attempt in await new.attempts()] != []


@pytest.mark.parametrize("change", CHANGES)
async def test_a_duel_ends_after_its_questions_were_changed_and_leaves_out_the_answered_ones(school, restarted, change):
    ana, ben = school.member(7), school.member(8)
    duels = school.services.duels
    challenged = await duels.challenge(ana, Opponent(8), section="all", channel_id=5, rng=Random(1), at=NINE)
    id = challenged.scene.duel.id
    await duels.accept(id, ben, rng=Random(1), at=NINE)
    turn = await duels.play(id, ana, at=NINE)
    assert isinstance(turn, QuizTurn)
    held = await school.services.quizzes.answer(turn.quiz_id, turn.place, ana, RIGHT, at=NINE)
    assert isinstance(held, QuizHeld)
    new = restarted(change)

    for member in (ana, ben):
        scene = await new.services.duels.play(id, member, at=NINE + MINUTE)
        if isinstance(scene, QuizTurn):
            assert change in (ordering, matching)
            return
        assert scene.duel.id == id
    await new.services.duel_posts.close_due(NINE + 2 * DAY)
    over = await new.services.duels.look(id, ana)
    assert (over.outcome, [player.answered for player in over.duel.players]) == (DuelOutcome.NOBODY, [0, 0])
    assert await new.attempts() == []


async def _without_the_rest(ring, packs, turn):
    """Return the ring after a release that keeps only the questions that this player has answered."""
    items = (await ring.services.db.read(lambda tx: quizzes.get(tx, turn.quiz_id))).items
    asked = {item.question_id for item in items if item.answer is not None}
    left = {PACK: replace(packs[PACK], questions={id: packs[PACK].questions[id] for id in asked})}
    return replace(ring, services=Services.over(ring.services.db, left, PACK))


@pytest.mark.parametrize("presses", [True, False])
async def test_a_duel_counts_as_answered_for_a_player_who_has_nothing_left_to_answer(ring, packs, presses):
    duel_id = await ring.begun()
    turn = await ring.play(duel_id, 1, right=3, wrong=0)
    assert isinstance(turn, QuizTurn)
    later = await _without_the_rest(ring, packs, turn)

    if presses:
        scene = await later.play(duel_id, 1, right=0, wrong=0)
        assert scene.duel.player(1).finished_at is not None
    await later.play(duel_id, 2, right=3, wrong=0)

    scene = await later.look(duel_id)
    assert scene.duel.state is DuelState.OVER
    assert all(player.score.time == 3 * SECOND for player in scene.duel.players)
    assert scene.outcome is DuelOutcome.TIE


async def test_a_duel_whose_time_is_up_knows_which_player_had_nothing_left_to_answer(ring, packs):
    duel_id = await ring.begun()
    later = await _without_the_rest(ring, packs, await ring.play(duel_id, 1, right=1, wrong=0))

    await later.tick(2 * DAY)

    first, second = (await later.look(duel_id)).duel.players
    assert first.finished_at is not None
    assert second.finished_at is None


async def test_a_deleted_post_whose_question_is_gone_is_not_reported_as_already_posted(school, restarted):
    post, posts = await a_day_with(school, held=False), school.services.posts
    _, [leased] = await posts.lease(PostKind.DAILY, post.daily.id, at=NINE, again=True)
    await posts.end(leased, PostEnding.DELETED, at=NINE)

    with refuses(Refusal.DAILY_QUESTION_GONE):
        await restarted(gone).services.schedules.post_again(school.id, post.daily.id, at=NINE)


async def test_the_button_of_a_question_that_is_gone_does_not_cost_a_player_time(ring, packs):
    duel_id = await ring.begun()
    turn = await ring.play(duel_id, 1, right=3, wrong=0)
    assert isinstance(turn, QuizTurn)
    later = await _without_the_rest(ring, packs, turn)
    await later.play(duel_id, 1, right=0, wrong=0)
    later.at += MINUTE

    held = await later.answer(turn, 1)

    assert isinstance(held.after, DuelScene)
    assert held.after.duel.player(1).score.time == 3 * SECOND
