"""Answering a daily: once, in time, and in its own server; and what is stored."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from bot.cogs.ui.errors import sentence
from bot.services.held_answers import DailyHeld
from bot.services.recording import Verdict
from bot.storage import members
from bot.study.errors import DailyClosed, DailyStillOpen, NoOpenDaily, Refusal, UnknownOption
from bot.study.members import ALONE, Member
from bot.study.questions import ALL
from bot.study.scoring import POINTS_BY_DIFFICULTY, Points
from bot.study.streaks import Streak
from tests.conftest import MONDAY
from tests.refusals import refuses
from tests.services.conftest import NINE, RIGHT, WRONG

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
async def post(school):
    """Post Monday's daily at nine o'clock."""
    await school.schedule()
    return await school.post(NINE)


def base(post):
    return POINTS_BY_DIFFICULTY[post.question.difficulty]


async def test_a_right_answer_is_graded_scored_counted_and_ranked(school, post):
    verdict = await school.verdict(post, at=NINE + MINUTE)

    assert verdict.grade.correct
    assert verdict.points == Points(base(post), 1)
    assert verdict.streak == Streak(days=1, best=1, last_day=MONDAY.date())
    assert (verdict.section_rank, verdict.overall_rank) == (1, 1)
    assert not verdict.repeated
    assert (await school.daily(post)).answered == 1
    assert await school.points() == base(post) + 1


async def test_a_wrong_answer_earns_nothing_and_keeps_the_streak(school, post):
    verdict = await school.verdict(post, text=WRONG, at=NINE + MINUTE)

    assert not verdict.grade.correct
    assert verdict.points == Points()
    assert verdict.streak.days == 1
    assert await school.ranking(at=NINE) == [7]


async def test_answering_again_changes_nothing_and_shows_the_first_answer(school, post):
    first = await school.verdict(post, text=WRONG, at=NINE + MINUTE)

    again = await school.verdict(post, text=RIGHT, at=NINE + 2 * MINUTE)

    assert again.repeated
    assert (again.attempt, again.grade, again.points) == (first.attempt, first.grade, first.points)
    assert len(await school.attempts()) == 1
    assert (await school.daily(post)).answered == 1


async def test_a_repeated_verdict_explains_the_points_as_the_first_did(school, post):
    first = await school.verdict(post, at=NINE + MINUTE)

    again = await school.verdict(post, at=NINE + 2 * MINUTE)

    assert again.points == first.points
    assert (again.section_rank, again.overall_rank) == (first.section_rank, first.overall_rank)


async def test_presses_at_the_same_moment_count_once(school, post):
    verdicts = await asyncio.gather(*(school.verdict(post, text=t, at=NINE + MINUTE) for t in (RIGHT, WRONG, RIGHT)))

    assert [verdict.repeated for verdict in verdicts] == [False, True, True]
    assert len({verdict.attempt for verdict in verdicts}) == 1
    assert len(await school.attempts()) == 1


async def test_many_members_at_the_same_moment_all_count(school, post):
    verdicts = await asyncio.gather(*(school.verdict(post, n, at=NINE + MINUTE) for n in range(1, 101)))

    assert not any(verdict.repeated for verdict in verdicts)
    assert (await school.daily(post)).answered == len(await school.attempts()) == 100
    assert sorted(verdict.overall_rank for verdict in verdicts) == list(range(1, 101))


async def test_an_answer_that_names_no_option_changes_nothing(school, post):
    with pytest.raises(UnknownOption):
        await school.answer(post, text="E", at=NINE + MINUTE)

    assert await school.attempts() == []
    assert await school.db.read(lambda tx: members.names(tx, school.id, [7])) == {}
    assert (await school.verdict(post, at=NINE + MINUTE)).grade.correct


async def test_an_answer_counts_until_the_close_and_not_afterwards(school, post):
    closes = post.daily.closes_at
    assert (await school.verdict(post, 7, at=closes - timedelta(microseconds=1))).points.total

    with pytest.raises(DailyClosed) as refused:
        await school.answer(post, 8, at=closes)

    assert refused.value.closed_at == closes


async def test_a_member_who_answered_sees_the_feedback_again_after_the_close(school, post):
    first = await school.verdict(post, at=NINE + MINUTE)
    await school.close(NINE + DAY)

    again = await school.verdict(post, at=NINE + DAY + MINUTE)

    assert again.repeated
    assert again.attempt == first.attempt


async def test_an_answer_that_arrives_before_we_know_that_the_post_is_up_counts(school):
    await school.schedule()
    [post] = await school.claim(NINE)

    verdict = await school.verdict(post, at=NINE)
    await school.note(post, NINE)

    assert verdict.points.total
    assert (await school.daily(post)).answered == 1


async def test_an_answer_after_midnight_extends_the_streak_of_the_dailys_own_date(school, post):
    """The answer counts on the boards of the day on which it was given."""
    verdict = await school.verdict(post, at=MONDAY + timedelta(hours=23))

    assert verdict.streak.last_day == date(2026, 11, 23)
    assert verdict.attempt.day == date(2026, 11, 24)


async def test_another_server_and_a_direct_message_and_an_unknown_daily_are_distinguished(school, other_school, post):
    answers = school.services.answers

    with refuses(Refusal.WRONG_SERVER):
        await answers.submit(post.daily.id, other_school.member(), RIGHT, at=NINE)
    with refuses(Refusal.NEEDS_SERVER):
        await answers.submit(post.daily.id, Member(ALONE, 7, "ana"), RIGHT, at=NINE)
    with refuses(Refusal.UNKNOWN_DAILY):
        await answers.submit(404, school.member(), RIGHT, at=NINE)

    assert await school.attempts() == []


async def test_a_daily_that_was_given_up_takes_no_answers(school):
    await school.schedule()
    [post] = await school.claim(NINE)
    await school.give_up(NINE + DAY)

    with refuses(Refusal.UNKNOWN_DAILY):
        await school.answer(post, at=NINE + MINUTE)


# -- by command, without a post


async def test_the_command_answers_the_daily_that_is_open(school, post):
    verdict = await school.services.answers.submit_open(school.member(), RIGHT, at=NINE + MINUTE)

    assert verdict.attempt.daily_id == post.daily.id
    assert (await school.verdict(post, at=NINE + MINUTE)).repeated


async def test_without_an_open_daily_the_command_says_when_the_next_comes(school, post):
    with pytest.raises(NoOpenDaily) as refused:
        await school.services.answers.submit_open(school.member(), RIGHT, at=post.daily.closes_at)

    assert refused.value.next_post_at == NINE + DAY


async def test_the_command_accepts_no_answer_to_a_daily_that_has_not_been_posted(school):
    await school.schedule()
    await school.claim(NINE)

    with pytest.raises(NoOpenDaily) as refused:
        await school.services.answers.submit_open(school.member(), RIGHT, at=NINE + MINUTE)

    assert "Today's question has not been posted yet. You can answer it once it is up." in sentence(refused.value)
    assert await school.services.answers.open_names(school.member(), at=NINE + MINUTE) == {}


async def test_without_a_schedule_there_is_no_next_daily(school):
    with pytest.raises(NoOpenDaily) as refused:
        await school.services.answers.submit_open(school.member(), RIGHT, at=NINE)

    assert refused.value.next_post_at is None


async def test_the_question_that_the_command_would_answer_is_shown(school, post):
    open_question = school.services.answers.open_question

    assert await open_question(school.member(), at=NINE) == (await school.daily(post), post.question)
    assert await open_question(school.member(), at=post.daily.closes_at) is None
    assert await open_question(Member(ALONE, 7, "ana"), at=NINE) is None


async def test_an_open_daily_shows_a_form_or_the_verdict_if_the_member_has_answered(school, post):
    form = school.services.answers.question_to_answer

    assert (await form(post.daily.id, school.member(), at=NINE)).question == post.question
    first = await school.verdict(post, at=NINE)
    assert (await form(post.daily.id, school.member(), at=NINE)).attempt == first.attempt
    with pytest.raises(DailyClosed):
        await form(post.daily.id, school.member(8), at=post.daily.closes_at)


# -- explanations


async def test_an_explanation_is_shown_to_members_who_have_answered_or_after_the_close(school, post):
    explain = school.services.answers.explain
    await school.verdict(post, 7, RIGHT, at=NINE)
    await school.verdict(post, 8, WRONG, at=NINE)

    with pytest.raises(DailyStillOpen) as refused:
        await explain(post.daily.id, school.member(9), at=NINE)
    assert refused.value.closes_at == post.daily.closes_at
    assert (await explain(post.daily.id, school.member(7), at=NINE)).verdict.grade.correct

    await school.close(post.daily.closes_at)
    told = await explain(post.daily.id, school.member(9), at=post.daily.closes_at)
    assert told.verdict is None
    assert sorted(told.spread) == [((0,), 1), ((1,), 1)]


# -- feedback at the close


@pytest.fixture
async def held(school):
    """Post Monday's daily in a server that gives feedback at the close."""
    await school.hold_back()
    await school.schedule()
    return await school.post(NINE)


async def test_a_held_answer_reveals_nothing_before_the_close(school, held):
    outcome = await school.answer(held, at=NINE + MINUTE)

    assert isinstance(outcome, DailyHeld)
    assert (outcome.question, outcome.answer, outcome.previous) == (held.question, (1,), None)
    assert await school.attempts() == []
    assert await school.tallies() == {}
    assert (await school.daily(held)).answered == 1


async def test_a_held_answer_can_be_changed_until_the_close_and_counts_once(school, held):
    await school.answer(held, text=WRONG, at=NINE + MINUTE)

    changed = await school.answer(held, text=RIGHT, at=NINE + 2 * MINUTE)

    assert (changed.previous, changed.answer) == ((0,), (1,))
    assert (await school.daily(held)).answered == 1
    await school.close(held.daily.closes_at)
    assert [attempt.correct for attempt in await school.attempts()] == [True]


async def test_at_the_close_a_held_answer_is_graded_scored_and_counted_as_any_other(school, held):
    await school.answer(held, 7, RIGHT, at=NINE + MINUTE)
    await school.answer(held, 8, WRONG, at=NINE + MINUTE)

    await school.close(held.daily.closes_at)

    assert await school.points(7) == base(held) + 1
    assert await school.points(8) == 0
    assert await school.ranking(at=NINE) == [7, 8]
    told = await school.verdict(held, 7, at=held.daily.closes_at + MINUTE)
    assert told.repeated
    assert told.streak == Streak(days=1, best=1, last_day=MONDAY.date())
    assert (await school.daily(held)).answered == 2


async def test_a_held_answer_keeps_the_time_at_which_it_was_first_given(school, held):
    """The time decides ties, and changing an answer costs nothing."""
    await school.answer(held, 8, WRONG, at=NINE + MINUTE)
    await school.answer(held, 7, RIGHT, at=NINE + 2 * MINUTE)
    await school.answer(held, 8, RIGHT, at=NINE + 3 * MINUTE)

    await school.close(held.daily.closes_at)

    assert await school.ranking(at=NINE) == [8, 7]
    assert {attempt.user_id: attempt.answered_at for attempt in await school.attempts()} == {
        8: NINE + MINUTE,
        7: NINE + 2 * MINUTE,
    }


async def test_an_answer_of_the_last_evening_of_a_season_counts_in_that_season(school):
    await school.hold_back()
    await school.schedule(at=NINE + 6 * DAY)
    last = await school.post(NINE + 7 * DAY)
    assert last.daily.day == date(2026, 11, 30)

    await school.answer(last, at=NINE + 7 * DAY + MINUTE)
    await school.close(last.daily.closes_at)

    assert await school.points(day=date(2026, 11, 30)) == base(last) + 1
    assert await school.points(day=date(2026, 12, 1)) == 0


async def test_no_answer_is_taken_between_the_close_and_the_grading(school, held):
    with pytest.raises(DailyClosed):
        await school.answer(held, at=held.daily.closes_at)


async def test_an_explanation_waits_for_the_close_even_for_members_with_a_held_answer(school, held):
    await school.answer(held, at=NINE + MINUTE)

    with pytest.raises(DailyStillOpen):
        await school.services.answers.explain(held.daily.id, school.member(), at=NINE + 2 * MINUTE)


async def test_the_next_daily_grades_what_the_last_one_held(school, held):
    """This holds even if the last daily has not closed yet, because streaks must process the days in order."""
    await school.answer(held, at=NINE + MINUTE)

    tuesday = await school.post(NINE + DAY)
    await school.answer(tuesday, at=NINE + DAY + MINUTE)
    await school.close(NINE + DAY)
    await school.close(NINE + 2 * DAY)

    assert (await school.verdict(tuesday, at=NINE + 2 * DAY)).streak == Streak(
        days=2, best=2, last_day=date(2026, 11, 24)
    )


async def test_a_daily_keeps_the_feedback_setting_that_it_was_posted_with(school, held, other_school):
    await other_school.schedule()
    at_once = await other_school.post(NINE)
    await other_school.hold_back(at=NINE)

    assert isinstance(await other_school.answer(at_once, at=NINE + MINUTE), Verdict)
    assert isinstance(await school.answer(held, at=NINE + MINUTE), DailyHeld)


# -- points once for each question and season, in all modes together


async def test_a_question_that_scored_in_a_quiz_does_not_score_again_as_a_daily(school):
    await school.schedule()
    due = (await school.services.schedules.preview(school.id)).question
    studied = await school.study(due.id, at=MONDAY)

    post = await school.post(NINE)
    verdict = await school.verdict(post, at=NINE + MINUTE)

    assert post.question == due
    assert studied.points.total == POINTS_BY_DIFFICULTY[due.difficulty] // 2
    assert verdict.points == Points(scored_before=True)
    assert verdict.streak.days == 1
    assert await school.points() == studied.points.total


async def test_a_question_missed_in_a_quiz_can_still_score_but_is_not_counted_as_answered_again(school):
    await school.schedule()
    due = (await school.services.schedules.preview(school.id)).question
    await school.study(due.id, right=False, at=MONDAY)

    post = await school.post(NINE)
    verdict = await school.verdict(post, at=NINE + MINUTE)

    assert verdict.points == Points(base(post), 1)
    tally = (await school.tallies())["2026-11", ALL, 7]
    assert (tally.points, tally.correct, tally.answered) == (base(post) + 1, 0, 1)


async def test_a_question_that_scored_as_a_daily_does_not_score_again_in_a_quiz(school, post):
    await school.verdict(post, at=NINE + MINUTE)
    await school.close(NINE + DAY)

    again = await school.study(post.question.id, at=NINE + DAY)

    assert again.points == Points(scored_before=True)


async def test_in_a_new_season_a_question_scores_again(school, post):
    await school.verdict(post, at=NINE + MINUTE)

    again = await school.study(post.question.id, at=NINE + 8 * DAY)

    assert again.points == Points(base(post) // 2)
    assert await school.points(day=date(2026, 12, 1)) == base(post) // 2


async def test_each_server_and_each_member_scores_separately(school, other_school, post):
    await school.verdict(post, at=NINE + MINUTE)
    await school.close(NINE + DAY)

    elsewhere = await other_school.study(post.question.id, at=NINE + DAY)
    other_member = await school.study(post.question.id, 8, at=NINE + DAY)

    assert elsewhere.points.total == other_member.points.total == base(post) // 2


async def test_a_question_that_scored_at_the_second_try_does_not_score_at_the_third(school):
    tries = [await school.study("1.1-001", right=right, at=MONDAY) for right in (False, True, True)]

    assert [verdict.points.total > 0 for verdict in tries] == [False, True, False]
    assert tries[-1].points.scored_before
