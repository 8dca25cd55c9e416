"""The first day of a server: schedule, post, answer in both ways, view the leaderboard, and the next day."""

from __future__ import annotations

from bot.study.questions import Kind
from tests.reading import card_of


async def test_a_server_goes_from_nothing_to_a_board_in_one_day(world):
    message = await world.daily_of(Kind.CHOICE)
    right, wrong = world.letters(message)[0], world.letters(message, right=False)[0]

    pressed = await world.ana.click(message, label=right)
    typed = await world.ben.slash(world.channel, "answer", choice=wrong)

    assert pressed.ephemeral
    assert typed.ephemeral
    assert "Right" in card_of(pressed.response).title
    assert f"the right answer is **{right}**" in world.read(typed)
    board = await world.ben.slash(world.channel, "leaderboard")
    lines = card_of(board.response).text.splitlines()
    assert "ana" in lines[0]
    assert "ben" in lines[1]
    assert "you" in lines[1]


async def test_the_next_day_closes_the_question_and_posts_another(world):
    first = await world.daily_of(Kind.CHOICE)
    await world.ana.click(first, label="A")

    await world.pass_time(days=1)

    closed = next(message for message in world.posts() if message.id == first.id)
    assert "closed" in card_of(closed).above
    assert world.labels(closed) == ["Explain"]
    assert world.channel.last_message.id != first.id


async def test_buttons_answer_after_a_restart(world):
    message = await world.daily_of(Kind.CHOICE)

    await world.restart()
    reply = await world.ana.click(message, label="A")

    assert reply.ephemeral
    assert card_of(reply.response).title
