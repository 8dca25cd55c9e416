"""Reviews: questions come back when the member is about to forget them."""

from __future__ import annotations

from tests.journeys.student import answer, answer_all, buttons, card, labels, turn_of, words


async def a_quiz(world, actor, questions=3, *, right=True):
    """Answer some questions in a quiz, so that they come back in reviews."""
    reply = await actor.slash(world.channel, "quiz", questions=questions)
    return await answer_all(world, actor, reply, right=right)


async def test_a_newcomer_is_told_what_a_review_is_and_offered_a_quiz(world):
    reply = await world.ana.slash(world.channel, "review")

    assert reply.ephemeral
    assert "Nothing to review" in card(reply).text
    quiz = await world.ana.click(reply.response, label="Quiz me")
    assert "Quiz · question 1" in card(quiz).above


async def test_missed_questions_are_due_tomorrow_and_right_ones_a_day_later(world):
    await a_quiz(world, world.ana, 2, right=False)
    await a_quiz(world, world.ana, 3, right=True)

    today = await world.ana.slash(world.channel, "review")
    await world.pass_time(days=1)
    tomorrow = await world.ana.slash(world.channel, "review")

    assert "comes back **tomorrow**" in card(today).text
    assert "Review · question 1 of 2" in card(tomorrow).above
    done = await answer_all(world, world.ana, tomorrow)
    assert card(done).title == "Review finished: 2 of 2 right"
    assert "Nothing more is due today. **3** come tomorrow" in words(done)


async def test_the_most_overdue_comes_first(world):
    await a_quiz(world, world.ana, 1, right=False)
    missed = await world.ana.slash(world.channel, "review")
    await world.pass_time(days=3)
    await a_quiz(world, world.ana, 1, right=False)
    await world.pass_time(days=1)

    reply = await world.ana.slash(world.channel, "review")

    assert "Nothing is due" in card(missed).title
    assert "question 1 of 2" in card(reply).above


async def test_a_right_answer_can_be_rated_hard_or_easy_and_the_date_moves(world):
    await a_quiz(world, world.ana, 1)
    await world.pass_time(days=2)
    feedback = await answer(world, world.ana, await world.ana.slash(world.channel, "review"))
    assert labels(feedback) == [
        "See how it went",
        "Why not the others",
        "Hard: in 8 days",
        "Good: in 11 days",
        "Easy: in 19 days",
        "Sure",
        "Think so",
        "Guess",
        "Report",
    ]
    assert [button["label"] for button in buttons(feedback) if button["disabled"]] == ["Good: in 11 days"]

    easy = await world.ana.click(feedback.response, label="Easy: in 19 days")
    assert "In 19 days, rated easy" in words(easy)
    hard = await world.ana.click(easy.response, label="Hard: in 8 days")

    assert "In 8 days, rated hard" in words(hard)
    assert "Right" in card(hard).title
    await world.pass_time(days=7)
    assert "Nothing is due" in card(await world.ana.slash(world.channel, "review")).title
    await world.pass_time(days=1)
    assert "question 1 of 1" in card(await world.ana.slash(world.channel, "review")).above


async def test_a_miss_is_not_rated(world):
    await a_quiz(world, world.ana, 1)
    await world.pass_time(days=2)

    feedback = await answer(world, world.ana, await world.ana.slash(world.channel, "review"), right=False)

    assert labels(feedback) == ["See how it went", "Sure", "Think so", "Guess", "Report"]
    assert "Comes back: Tomorrow" in words(feedback)


async def test_a_review_continues_after_a_restart(world):
    await a_quiz(world, world.ana, 3)
    await world.pass_time(days=2)
    reply = await world.ana.slash(world.channel, "review")

    await world.restart()
    feedback = await answer(world, world.ana, reply)
    await world.restart()
    rated = await world.ana.click(feedback.response, label="Easy: in 19 days")
    await world.restart()
    second = await world.ana.click(rated.response, label="Next question")

    assert "question 2 of 3" in card(second).above


async def test_a_review_of_one_section_asks_of_no_other(world):
    for section in ("1.1", "3.1"):
        await answer_all(world, world.ana, await world.ana.slash(world.channel, "quiz", section=section, questions=2))
    await world.pass_time(days=2)

    reply = await world.ana.slash(world.channel, "review", section="3.1")

    assert "question 1 of 2" in card(reply).above
    assert (await turn_of(world, world.ana, reply)).question.section == "3.1"


async def test_reviews_are_shared_between_servers_and_direct_messages(world):
    alone = world.env.create_user("cleo")
    member = world.guild.add_member(alone)
    await a_quiz(world, member, 2)
    await world.pass_time(days=2)

    reply = await alone.slash("review")

    assert "Review · question 1 of 2" in card(reply).above
    done = await answer_all(world, alone, reply)
    assert card(done).title == "Review finished: 2 of 2 right"
    assert "Nothing is due" in card(await member.slash(world.channel, "review")).title


async def test_a_question_that_is_open_as_a_daily_is_asked_nowhere_else(world):
    alone = world.env.create_user("cleo")
    member = world.guild.add_member(alone)
    daily = world.question_of(await world.post_daily())
    await member.slash(world.channel, "quiz", questions=1)

    reply = await alone.slash("quiz", section=daily.section, questions=20)

    asked = set()
    while any(label in ("A", "Answer") for label in labels(reply)):
        asked.add((await turn_of(world, alone, reply)).question.id)
        feedback = await answer(world, alone, reply)
        reply = await alone.click(feedback.response, label=labels(feedback)[0])
    assert len(asked) == 20
    assert daily.id not in asked
