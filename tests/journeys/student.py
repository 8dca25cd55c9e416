"""A simulated member, who reads what is shown, answers right or wrong as the test wants, and presses what a person
would press."""

from __future__ import annotations

from typing import Any

from bot.cogs.quizzes.custom_ids import QuizAnswerId, QuizFormId
from bot.study.grading import letters_of, normalize
from bot.study.members import Member
from bot.study.questions import Kind, Question
from tests import reading
from tests.conftest import as_written
from tests.reading import Shown, card_of


def buttons(reply: Any) -> list[dict[str, Any]]:
    return reading.buttons(reply.response)


def labels(reply: Any) -> list[str]:
    return [button["label"] for button in buttons(reply)]


def card(reply: Any) -> Shown:
    return card_of(reply.response)


def words(reply: Any) -> str:
    """Return all texts of a reply's card, in order."""
    told = card(reply)
    parts = [told.above, told.title, told.text, *(f"{name}: {text}" for name, text in told.blocks.items())]
    return as_written("\n".join(part for part in parts if part))


async def turn_of(world: Any, actor: Any, reply: Any) -> Any:
    """Return the question of a quiz or review that a reply asks."""
    guild_id = actor.guild.id if getattr(actor, "guild", None) else 0
    for button in buttons(reply):
        id = QuizAnswerId.parse(button["custom_id"]) or QuizFormId.parse(button["custom_id"])
        if id is not None:
            member = Member(guild_id, actor.id, actor.name)
            return await world.bot.services.quizzes.turn_at(id.quiz, id.item, member, at=world.now)
    raise AssertionError(f"asks nothing: {labels(reply)}")


async def answer(world: Any, actor: Any, reply: Any, *, right: bool = True) -> Any:
    """Answer the question of a quiz or review, whatever its kind; return the reply with the feedback."""
    turn = await turn_of(world, actor, reply)
    given = turn.question.correct if right else a_mistake(turn.question)
    letters = letters_of(turn.question, given, turn.shown)
    if turn.question.kind is Kind.CHOICE:
        return await actor.click(reply.response, label=letters)
    return await fill_in(actor, reply, turn.question, letters)


async def answer_all(world: Any, actor: Any, reply: Any, *, right: bool = True) -> Any:
    """Answer all questions of a quiz or review; return the reply with the summary."""
    while any(button["label"] in ("A", "Answer") for button in buttons(reply)):
        feedback = await answer(world, actor, reply, right=right)
        onward = "Next question" if "Next question" in labels(feedback) else "See how it went"
        reply = await actor.click(feedback.response, label=onward)
    return reply


async def fill_in(actor: Any, reply: Any, question: Question, letters: str, *, label: str = "Answer") -> Any:
    """Open the form, choose these letters, and submit it."""
    form = await actor.click(reply.response if hasattr(reply, "response") else reply, label=label)
    return await actor.submit_modal(form, parts(question, letters))


def parts(question: Question, letters: str) -> dict[str, list[str]]:
    """Return the choices in the selects of a form."""
    if question.kind is Kind.RESPONSE:
        return {"part-0": list(letters)}
    return {f"part-{number}": [letter] for number, letter in enumerate(letters)}


def a_mistake(question: Question) -> tuple[int, ...]:
    """Return a wrong answer of the right shape."""
    count = len(question.options)
    if question.kind is Kind.ORDERING:
        return (*question.correct[1:], question.correct[0])
    if question.kind is Kind.RESPONSE:
        wrong = [index for index in range(count) if index not in question.correct]
        return normalize(question, (*question.correct[1:], wrong[0]))
    return (*question.correct[:-1], (question.correct[-1] + 1) % count)
