"""The first day of a server: schedule, post, answer both ways, look at the board, and the next day."""

from __future__ import annotations

from bot.study.questions import LETTERS


async def choice_daily(world):
    """A daily that letters answer: the rotation may begin with another kind, so days pass until one comes."""
    message = await world.post_daily()
    while not [b for row in message.components for b in row.children if b.label == "A"]:
        await world.pass_time(days=1)
        message = world.channel.last_message
    return message


async def test_a_server_goes_from_nothing_to_a_board_in_one_day(world):
    message = await choice_daily(world)
    question = world.question_of(message)
    right = LETTERS[question.correct[0]]
    wrong = next(letter for letter in "ABCD" if letter != right)

    pressed = await world.ana.click(message, label=right)
    typed = await world.ben.slash(world.channel, "answer", choice=wrong)

    assert pressed.ephemeral
    assert typed.ephemeral
    assert "Right" in pressed.response.embeds[0].title
    assert f"the right answer is **{right}**" in typed.response.embeds[0].description
    board = await world.ben.slash(world.channel, "leaderboard")
    lines = board.response.embeds[0].description.splitlines()
    assert "ana" in lines[0]
    assert "ben" in lines[1]
    assert "you" in lines[1]


async def test_the_next_day_closes_the_question_and_posts_another(world):
    first = await choice_daily(world)
    await world.ana.click(first, label="A")

    await world.pass_time(days=1)

    history = world.channel.history()
    closed = next(message for message in history if message.id == first.id)
    assert "closed" in closed.embeds[0].author.name
    assert [b.label for row in closed.components for b in row.children] == ["Explain"]
    assert world.channel.last_message.id != first.id


async def test_buttons_answer_after_a_restart(world):
    message = await choice_daily(world)

    await world.restart()
    reply = await world.ana.click(message, label="A")

    assert reply.ephemeral
    assert reply.response.embeds[0].title
