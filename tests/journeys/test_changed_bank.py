"""The bank is changed while a daily with held answers is open, and the bot starts again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.study.questions import Kind


def ordering(question):
    return replace(question, kind=Kind.ORDERING, correct=tuple(range(len(question.options)))[::-1])


def response(question):
    return replace(question, kind=Kind.RESPONSE, correct=(0, 1))


@pytest.mark.parametrize("change", [ordering, response, None])
async def test_the_daily_closes_the_next_is_posted_and_the_manager_is_told_once(world, change):
    await world.mia.slash(world.channel, "settings", feedback="at-close")
    message = await world.daily_of(Kind.CHOICE)
    question = world.question_of(message)
    for member in (world.ana, world.ben):
        await world.answer(member, message)
    posts = len(world.posts())

    pack = world.packs["aws-mla-c01"]
    questions = {**pack.questions}
    if change is None:
        del questions[question.id]
    else:
        questions[question.id] = change(question)
    world.packs = {**world.packs, pack.name: replace(pack, questions=questions)}
    await world.restart()
    pressed = await world.ana.click(message, label="A")
    typed = await world.ana.slash(world.channel, "answer", choice="zz")
    await world.pass_time(days=1)
    await world.pass_time(days=1)

    assert "Something went wrong" not in world.read(pressed) + world.read(typed)
    assert len(world.posts()) == posts + 2
    told = [text for text in world.inbox(world.mia) if question.id in text]
    assert len(told) == 1
    assert ("gone from the question bank" if change is None else "2 answers no longer fit it") in told[0]
    look = await world.ana.click(message, label="Explain") if change is not None else None
    assert look is None or "Your answer is on record as not right" in world.read(look)
