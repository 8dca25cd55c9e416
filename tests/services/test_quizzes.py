"""Quizzes: what they ask, how they continue, and for whom."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random

import pytest

from bot.services import Services
from bot.services.quiz_outcomes import QuizTurn, SetAside, Summary
from bot.storage import quizzes as quiz_rows
from bot.storage import standings
from bot.storage.engine import Database
from bot.study.errors import NoQuestions, Refusal, UnknownOption, UnknownSection
from bot.study.members import ALONE, Member
from bot.study.questions import ALL, LETTERS
from bot.study.scoring import POINTS_BY_DIFFICULTY, Points
from tests.conftest import MONDAY
from tests.refusals import refuses
from tests.services.conftest import MIA, NINE, RIGHT


async def start(school, *, section=ALL, count=3, difficulty=None, member=None, seed=1):
    return await school.services.quizzes.start(
        member or school.member(), section=section, count=count, difficulty=difficulty, rng=Random(seed), at=MONDAY
    )


async def answer(school, turn, *, right=True, member=None):
    index = turn.question.correct[0] if right else 0
    return await school.services.quizzes.answer(
        turn.quiz_id, turn.place, member or school.member(), LETTERS[turn.shown.index(index)], at=MONDAY
    )


async def finish(school, turn, *, right=lambda _: True):
    """Answer all remaining questions; return the summary."""
    while not isinstance(turn, Summary):
        await answer(school, turn, right=right(turn))
        turn = await school.services.quizzes.next(turn.quiz_id, school.member(), at=MONDAY)
    return turn


async def test_a_quiz_asks_the_requested_number_of_questions_one_after_another(school):
    turn = await start(school, count=3)

    answered = await answer(school, turn)
    following = await school.services.quizzes.next(turn.quiz_id, school.member(), at=MONDAY)

    assert (turn.place, turn.progress.total, turn.progress.answered) == (0, 3, 0)
    assert (answered.progress.answered, answered.progress.right, answered.finished) == (1, 1, False)
    assert following.place == 1
    assert following.question != turn.question


async def test_a_right_answer_earns_half_and_touches_no_streak(school):
    turn = await start(school)

    verdict = (await answer(school, turn)).verdict

    assert verdict.points == Points(POINTS_BY_DIFFICULTY[turn.question.difficulty] // 2)
    assert verdict.streak is None
    assert await school.points() == verdict.points.total


async def test_the_summary_names_topics_to_read_again(school):
    summary = await finish(school, await start(school, section="1.1", count=4), right=lambda turn: turn.place % 2)

    assert (summary.progress.answered, summary.progress.right) == (4, 2)
    assert len(summary.missed) == 2
    assert summary.progress.points == await school.points()
    assert summary.section == "1.1"


async def test_a_running_quiz_leaves_out_questions_that_are_retired_meanwhile(school):
    first = await start(school, section="1.1", count=4)
    await answer(school, first)
    second = await school.services.quizzes.next(first.quiz_id, school.member(), at=MONDAY)
    await school.services.questions.retire(school.id, second.question.id, by=MIA, at=MONDAY)

    third = await school.services.quizzes.next(first.quiz_id, school.member(), at=MONDAY)
    summary = await finish(school, third)
    await school.services.questions.restore(school.id, second.question.id)

    assert (third.place, summary.progress.answered, summary.set_aside) == (2, 3, 1)
    again = await school.services.quizzes.next(first.quiz_id, school.member(), at=MONDAY)
    assert again.question == second.question


async def test_a_retry_leaves_out_questions_that_were_retired_since(school):
    summary = await finish(school, await start(school, section="1.1", count=2), right=lambda _: False)
    first, second = summary.missed

    await school.services.questions.retire(school.id, first.id, by=MIA, at=MONDAY)
    again = await retry(school, summary)
    await school.services.questions.retire(school.id, second.id, by=MIA, at=MONDAY)

    assert (again.question.id, again.progress.total) == (second.id, 1)
    with refuses(Refusal.NOTHING_TO_RETRY):
        await retry(school, summary)


async def test_a_retry_says_if_what_was_missed_is_open_elsewhere(school):
    summary = await finish(school, await start(school, section="2.1", count=1), right=lambda _: False)
    [missed] = summary.missed
    for question in summary.pack.within("2.1"):
        if question.id != missed.id:
            await school.services.questions.retire(school.id, question.id, by=MIA, at=MONDAY)
    await school.schedule(sections=("2.1",))
    await school.post(NINE)

    with refuses(Refusal.ALL_OPEN):
        await retry(school, summary, at=NINE)


async def retry(school, summary, at=MONDAY):
    return await school.services.quizzes.retry(summary.quiz_id, school.member(), rng=Random(1), at=at)


async def test_a_quiz_says_if_all_its_questions_are_open_elsewhere(school):
    await school.schedule(sections=("2.1",))
    post = await school.post(NINE)
    for question in post.pack.within("2.1"):
        if question != post.question:
            await school.services.questions.retire(school.id, question.id, by=MIA, at=NINE)

    with refuses(Refusal.ALL_OPEN):
        await start(school, section="2.1")
    with pytest.raises(NoQuestions):
        await start(school, section="2.1", difficulty=next(d for d in (1, 2, 3) if d != post.question.difficulty))


async def test_a_small_section_gives_as_many_questions_as_it_has(school):
    assert (await start(school, section="2.1", count=20)).progress.total == 4


async def test_a_section_and_a_difficulty_limit_the_questions(school):
    turn = await start(school, section="1", difficulty=2, count=20)

    asked = []
    while not isinstance(turn, Summary):
        asked.append(turn.question)
        await answer(school, turn)
        turn = await school.services.quizzes.next(turn.quiz_id, school.member(), at=MONDAY)

    assert asked
    assert {question.difficulty for question in asked} == {2}
    assert {question.section for question in asked} <= {"1.1", "1.2"}


async def test_missed_and_new_questions_come_first(school):
    await finish(school, await start(school, section="1.1", count=4), right=lambda turn: turn.question.id != "1.1-003")

    turn = await start(school, section="1.1", count=1, seed=99)

    assert turn.question.id == "1.1-003"


async def test_a_question_that_is_open_as_a_daily_is_not_asked(school):
    await school.schedule(sections=("2.1",))
    post = await school.post(NINE)

    turn = await school.services.quizzes.start(
        school.member(), section="2.1", count=20, difficulty=None, rng=Random(1), at=NINE
    )
    asked = {
        (await school.services.quizzes.turn_at(turn.quiz_id, n, school.member(), at=NINE)).question for n in range(3)
    }

    assert turn.progress.total == 3
    assert post.question not in asked


async def test_a_question_that_is_open_as_a_daily_in_another_server_of_the_member_is_not_asked(school, other_school):
    await school.schedule(sections=("2.1",))
    await school.post(NINE)
    await start(school, section="1.1", count=1)  # the bot has now seen ana in that server

    for place in (other_school.member(), Member(ALONE, 7, "ana")):
        turn = await school.services.quizzes.start(
            place, section="2.1", count=20, difficulty=None, rng=Random(1), at=NINE
        )
        assert turn.progress.total == 3


async def test_a_question_that_became_a_daily_after_the_quiz_began_is_left_out_until_the_daily_closes(school):
    await school.schedule(sections=("1.1",))
    turn = await start(school, section="1.1", count=4)
    post = await school.post(NINE)
    items = (await school.db.read(lambda tx: quiz_rows.get(tx, turn.quiz_id))).items
    [place] = [place for place, item in enumerate(items) if item.question_id == post.question.id]
    quizzes, member = school.services.quizzes, school.member()

    pressed = await quizzes.answer(turn.quiz_id, place, member, RIGHT, at=NINE)
    assert isinstance(pressed, SetAside)
    turn, asked = pressed.after, []
    while isinstance(turn, QuizTurn):
        asked.append(turn.place)
        await quizzes.answer(turn.quiz_id, turn.place, member, RIGHT, at=NINE)
        turn = await quizzes.next(turn.quiz_id, member, at=NINE)
    later = await quizzes.next(turn.quiz_id, member, at=post.daily.closes_at)

    assert sorted([*asked, place]) == [0, 1, 2, 3]
    assert (turn.set_aside, turn.progress.answered, turn.progress.total) == (1, 3, 4)
    assert post.question.id not in {attempt.question_id for attempt in await school.attempts()}
    assert (later.place, later.question) == (place, post.question)


async def test_an_unknown_quiz_is_refused(school):
    with pytest.raises(UnknownSection):
        await start(school, section="9.9")
    with pytest.raises(NoQuestions):
        await start(school, section="2.1", difficulty=4)
    with refuses(Refusal.UNKNOWN_QUIZ):
        await school.services.quizzes.next(404, school.member(), at=MONDAY)


async def test_a_quiz_belongs_to_the_member_who_started_it(school):
    turn = await start(school)
    stranger = school.member(8)

    with refuses(Refusal.NOT_YOUR_QUIZ):
        await answer(school, turn, member=stranger)
    with refuses(Refusal.NOT_YOUR_QUIZ):
        await school.services.quizzes.next(turn.quiz_id, stranger, at=MONDAY)
    with refuses(Refusal.NOT_YOUR_QUIZ):
        await school.services.quizzes.turn_at(turn.quiz_id, 0, stranger, at=MONDAY)

    assert await school.attempts() == []


async def test_a_position_that_a_quiz_does_not_have_is_refused(school):
    turn = await start(school, count=2)

    with refuses(Refusal.UNKNOWN_QUIZ):
        await school.services.quizzes.answer(turn.quiz_id, 2, school.member(), "A", at=MONDAY)
    with refuses(Refusal.UNKNOWN_QUIZ):
        await school.services.quizzes.turn_at(turn.quiz_id, 2, school.member(), at=MONDAY)


async def test_an_answer_that_names_no_option_leaves_the_question_open(school):
    turn = await start(school)

    with pytest.raises(UnknownOption):
        await school.services.quizzes.answer(turn.quiz_id, turn.place, school.member(), "Z", at=MONDAY)

    again = await school.services.quizzes.next(turn.quiz_id, school.member(), at=MONDAY)
    assert again == replace(turn, first=False)


async def test_a_second_press_changes_nothing_and_shows_the_first_answer(school):
    turn = await start(school)

    first, again = await asyncio.gather(answer(school, turn, right=False), answer(school, turn))

    assert again.verdict.repeated
    assert again.verdict.attempt == first.verdict.attempt
    assert again.progress == first.progress
    assert len(await school.attempts()) == 1


async def test_a_quiz_continues_after_a_restart_with_its_options_in_the_same_order(school, packs_here):
    turn = await start(school)
    await school.db.close()
    db = Database(school.db.url)
    school.services = Services.over(db, packs_here, "a-pack")

    again = await school.services.quizzes.next(turn.quiz_id, school.member(), at=MONDAY)
    verdict = (await answer(school, turn)).verdict
    await db.close()

    assert again == replace(turn, first=False)
    assert verdict.grade.correct


async def test_options_have_a_different_order_for_each_member(school):
    orders = {(await start(school, section="2.1", count=1, seed=seed)).shown for seed in range(20)}

    assert len(orders) > 5


async def test_in_a_direct_message_there_are_no_points_and_no_boards(school):
    alone = Member(ALONE, 7, "ana")
    turn = await start(school, member=alone)

    verdict = (await answer(school, turn, member=alone)).verdict
    again = (await answer(school, turn, member=alone)).verdict

    assert verdict.grade.correct
    assert verdict.points == again.points == Points()
    assert (verdict.section_rank, verdict.overall_rank) == (None, None)
    assert await school.db.read(lambda tx: standings.all_of(tx, ALONE)) == {}


async def test_a_quiz_of_a_server_continues_in_a_direct_message_and_counts_in_its_server(school):
    turn = await start(school)

    await answer(school, turn, member=Member(ALONE, 7, "ana"))

    [attempt] = await school.attempts()
    assert attempt.guild_id == school.id
    assert await school.points() == attempt.points > 0


async def test_a_quiz_continues_without_a_question_that_is_gone_from_the_bank(school, small_pack):
    turn = await start(school)
    rest = replace(small_pack, questions={q.id: q for q in small_pack.questions.values() if q != turn.question})
    later = Services.over(school.db, {"a-pack": rest}, "a-pack")

    following = await later.quizzes.next(turn.quiz_id, school.member(), at=MONDAY)

    assert following.place > turn.place
