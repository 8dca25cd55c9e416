"""A release changes the options of a question: answers to the old options do not count as answers to the new ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from bot.services import Services
from bot.services.dailies import Closed
from bot.services.duels import Opponent
from bot.services.held_answers import DailyHeld
from bot.services.option_places import in_kept_places
from bot.services.quiz_outcomes import QuizTurn, SetAside, Summary
from bot.storage import attempts, live_answers
from bot.study.errors import QuestionChanged, Refusal
from bot.study.exams import Length
from bot.study.grading import describe
from bot.study.members import Member
from bot.study.questions import Option
from bot.study.reports import Reason
from tests.conftest import MONDAY
from tests.refusals import refuses
from tests.services.conftest import NINE, RIGHT
from tests.services.rounds import Stage, player

DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
LATER = NINE + 10 * MINUTE


def other_texts(question):
    """Return the question with as many options, all of them new, and the right one in another place."""
    options = tuple(Option(f"another {number}", "because") for number in range(len(question.options)))
    return replace(question, options=options, correct=tuple((index + 1) % len(options) for index in question.correct))


@pytest.fixture
async def restarted(school, small_pack):
    """Return a function that restarts the bot with other options in the bank. The places of the first options are
    stored."""
    await in_kept_places(school.db, {small_pack.name: small_pack}, at=MONDAY)

    async def over(at=LATER):
        questions = {id: other_texts(question) for id, question in small_pack.questions.items()}
        release = {small_pack.name: replace(small_pack, questions=questions)}
        packs = await in_kept_places(school.db, release, at=at)
        return replace(school, services=Services.over(school.db, packs, small_pack.name))

    return over


async def test_an_answer_that_was_graded_keeps_its_grade_and_a_second_look_says_so(school, restarted):
    await school.schedule()
    post = await school.post(NINE)
    await school.verdict(post, at=NINE + MINUTE)
    new = await restarted()

    for look in (
        new.services.answers.submit(post.daily.id, new.member(), RIGHT, at=LATER + MINUTE),
        new.services.answers.question_to_answer(post.daily.id, new.member(), at=LATER + MINUTE),
        new.services.answers.explain(post.daily.id, new.member(), at=LATER + MINUTE),
    ):
        with pytest.raises(QuestionChanged) as refused:
            await look
        assert refused.value.correct
    told = (await new.close(NINE + DAY))[post.daily.id]

    assert isinstance(told, Closed)
    assert (told.unfit, list(told.spread)) == (1, [])


async def test_a_held_answer_to_earlier_options_is_not_graded_by_the_current_ones(school, restarted):
    await school.hold_back()
    await school.schedule()
    post = await school.post(NINE)
    await school.answer(post, 7, "C", at=NINE + MINUTE)  # the letter of the right answer among the new options
    new = await restarted()

    told = (await new.close(NINE + DAY))[post.daily.id]

    assert told.unfit == 1
    [attempt] = await new.attempts()
    assert not attempt.correct


async def test_a_held_answer_can_be_given_again_to_the_current_options(school, restarted):
    await school.hold_back()
    await school.schedule()
    post = await school.post(NINE)
    await school.answer(post, at=NINE + MINUTE)
    new = await restarted()

    asked = await new.services.answers.question_to_answer(post.daily.id, new.member(), at=LATER + MINUTE)
    given = await new.answer(post, text="C", at=LATER + MINUTE)
    told = (await new.close(NINE + DAY))[post.daily.id]

    assert asked.held is None
    assert isinstance(given, DailyHeld)
    assert given.previous is None
    assert (told.unfit, sum(count for _, count in told.spread)) == (0, 1)
    assert (await new.daily(post)).answered == 1
    [attempt] = await new.attempts()
    assert attempt.correct


@pytest.mark.parametrize("held", [False, True])
async def test_a_letter_of_earlier_options_is_not_read_as_a_current_one(school, restarted, held):
    if held:
        await school.hold_back()
    await school.schedule()
    post = await school.post(NINE)
    new = await restarted()
    now = (await new.services.answers.question_to_answer(post.daily.id, new.member(), at=LATER)).question.edition

    with refuses(Refusal.OPTIONS_CHANGED):
        await new.services.answers.submit(post.daily.id, new.member(), RIGHT, at=LATER, edition=0)
    assert await new.services.answers.submit(post.daily.id, new.member(), "C", at=LATER, edition=now)


async def test_the_post_of_an_open_daily_shows_the_current_options(school, restarted):
    await school.schedule()
    post = await school.post(NINE)
    await school.shown(NINE)
    new = await restarted()

    shown = (await new.shown(LATER))[post.daily.id]

    assert shown.question.options[0].text == "another 0"


async def test_a_quiz_leaves_out_a_question_that_it_showed_with_other_options(school, restarted):
    quizzes, ana = school.services.quizzes, school.member()
    turn = await quizzes.start(ana, section="1.1", count=2, difficulty=None, rng=Random(1), at=NINE)
    await quizzes.answer(turn.quiz_id, 0, ana, "A", at=NINE)
    new = await restarted()

    told = await new.services.quizzes.answer(turn.quiz_id, 1, ana, "A", at=LATER)

    assert isinstance(told, SetAside)
    assert isinstance(await new.services.quizzes.next(turn.quiz_id, ana, at=LATER), Summary)
    with pytest.raises(QuestionChanged):
        await new.services.quizzes.explain(turn.quiz_id, 0, ana, at=LATER)
    assert len(await new.attempts()) == 1


async def test_a_quiz_begun_with_the_current_options_asks_them(school, restarted):
    new = await restarted()

    verdict = await new.study("1.1-001", at=LATER + MINUTE)

    assert verdict.grade.correct


async def test_a_duel_leaves_out_a_question_that_it_showed_with_other_options(school, restarted):
    ana, ben, duels = school.member(7), school.member(8), school.services.duels
    id = (await duels.challenge(ana, Opponent(8), section="all", channel_id=5, rng=Random(1), at=NINE)).scene.duel.id
    await duels.accept(id, ben, rng=Random(1), at=NINE)
    assert isinstance(await duels.play(id, ana, at=NINE), QuizTurn)
    new = await restarted()

    assert not isinstance(await new.services.duels.play(id, ana, at=LATER), QuizTurn)


async def test_the_figures_of_a_question_count_only_answers_to_its_current_options(school, restarted):
    await school.study("1.1-001", at=NINE)
    await school.services.reports.flag(school.member(), "1.1-001", Reason.TYPO, "", at=NINE)

    report = await (await restarted()).services.reports.report(school.id, 1)

    assert report.figures.answered == 0


async def test_a_live_round_asks_again_with_the_current_options_and_forgets_answers_to_earlier_ones(school, restarted):
    stage = Stage(school.services, at=NINE)
    await stage.begin(1, 2)
    await stage.answer(1)
    stage.services = (await restarted(stage.at + SECOND)).services
    stage.at += 2 * SECOND
    await stage.services.live_steps.resume(stage.at)

    with refuses(Refusal.OPTIONS_CHANGED):
        await stage.services.live.answer(stage.id, 1, 0, player(1), at=stage.at)
    assert await stage.services.db.read(lambda tx: live_answers.answered(tx, stage.id, 1)) == 0


async def test_a_release_that_changes_no_option_changes_no_answer(school, small_pack):
    packs = {small_pack.name: small_pack}
    for at in (MONDAY, LATER):
        kept = await in_kept_places(school.db, packs, at=at)

    assert all(question.since is None for question in kept[small_pack.name].questions.values())


async def test_a_mock_exam_leaves_out_a_question_that_it_showed_with_other_options(services):
    ana, packs = Member(77, 1, "ana"), dict(services.content.packs)
    kept = await in_kept_places(services.db, packs, at=MONDAY)
    paper = (await services.exams.start(ana, length=Length.SHORT, rng=Random(1), at=NINE)).paper
    first, second = paper.entries[:2]
    for entry in (first, second):
        letters = describe(entry.question, entry.question.correct, entry.shown)
        await services.exams.answer(paper.exam.id, entry.place, ana, letters, at=NINE)
    pack = kept[paper.pack.name]
    changed = {**pack.questions, first.question.id: other_texts(pack.questions[first.question.id])}
    packs = await in_kept_places(services.db, {**packs, pack.name: replace(pack, questions=changed)}, at=LATER)
    new = Services.over(services.db, packs, pack.name)

    result = await new.exams.submit(paper.exam.id, ana, at=LATER)

    assert first.question.id not in {entry.question.id for entry in result.paper.entries}
    assert len(result.paper.entries) == len(paper.entries) - 1
    graded = await new.db.read(lambda tx: list(attempts.in_order(tx, 77)))
    assert {attempt.question_id for attempt in graded if attempt.correct} == {second.question.id}
