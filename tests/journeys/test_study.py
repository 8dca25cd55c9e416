"""`/study`: one entry point to everything that is due, in order of priority; and going back to what was missed."""

from __future__ import annotations

from tests.journeys.student import answer_all, buttons, card, labels, words


async def test_the_question_of_the_day_comes_first_and_is_answered_where_it_is_asked(world):
    post = await world.post_daily()

    asked = await world.ana.slash(world.channel, "study")
    assert asked.ephemeral
    assert "First, the question of the day" in words(asked)
    assert world.question_of(asked.response) == world.question_of(post)
    told = await world.answer(world.ana, asked.response)

    assert "1-day streak" in card(told).title


async def test_reviews_come_next_and_then_the_plan_and_then_a_quiz(world):
    await answer_all(world, world.ana, await world.ana.slash(world.channel, "quiz", questions=1), right=False)
    await world.pass_time(days=2)
    due = await world.ana.slash(world.channel, "study")
    assert "Review first:" in words(due)
    await answer_all(world, world.ana, due)
    await world.ana.slash(world.channel, "plan", **{"exam-date": "in 60 days"})

    planned = await world.ana.slash(world.channel, "study")
    other = await world.ben.slash(world.channel, "study")

    assert "Today's part of your plan" in words(planned)
    assert "Nothing is waiting" in words(other)


async def test_keep_studying_under_the_feedback_works_after_a_restart(world):
    told = await world.answer(world.ana, await world.post_daily())

    await world.restart()
    onward = await world.ana.click(told.response, label="Keep studying")

    assert "Nothing is waiting" in words(onward)


async def test_a_member_who_has_answered_before_the_close_is_not_asked_again(world):
    await world.mia.slash(world.channel, "settings", feedback="at-close")
    await world.answer(world.ana, await world.post_daily())

    onward = await world.ana.slash(world.channel, "study")

    assert "question of the day" not in words(onward)


async def test_study_works_in_direct_messages(world):
    asked = await world.ana.user.slash("study")

    assert "Nothing is waiting" in words(asked)


async def test_questions_missed_in_a_quiz_are_retried_first(world):
    summary = await answer_all(world, world.ana, await world.ana.slash(world.channel, "quiz", questions=2), right=False)
    assert labels(summary)[0] == "Retry the 2 missed"

    await world.restart()
    again = await answer_all(world, world.ana, await world.ana.click(summary.response, label="Retry the 2 missed"))

    assert card(again).title == "Quiz finished: 2 of 2 right"
    assert not any(label.startswith("Retry") for label in labels(again))


async def test_members_cannot_retry_the_quiz_of_another_member(world):
    summary = await answer_all(world, world.ana, await world.ana.slash(world.channel, "quiz", questions=1), right=False)
    id = next(button["custom_id"] for button in buttons(summary) if "Retry" in button["label"])

    refused = await world.press(world.ben, id)

    assert refused.ephemeral
    assert not refused.response.components
