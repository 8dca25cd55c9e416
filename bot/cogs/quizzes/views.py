"""The buttons of a quiz. Each press replaces its private message."""

from __future__ import annotations

import secrets
from random import Random

import discord

from bot.cogs.duels import messages as duels
from bot.cogs.quizzes import messages
from bot.cogs.quizzes.custom_ids import (
    QuizAgainId,
    QuizAnswerId,
    QuizChangeId,
    QuizFormId,
    QuizNextId,
    QuizRetryId,
    QuizSendId,
    QuizStartId,
    QuizSureId,
    QuizWhyId,
)
from bot.cogs.ui.cards import Message
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.forms import answer_form, fault_of, read_form, read_letters
from bot.cogs.ui.handlers import Reply, on_press, on_submit
from bot.cogs.ui.replies import member_of, open_form, reply
from bot.services.duel_scenes import DuelScene
from bot.services.quiz_outcomes import Answered, QuizHeld, QuizTurn, SetAside, Summary
from bot.study.questions import LETTERS
from bot.study.quizzes import MAX_QUESTIONS

DEFAULT_LENGTH = 5


async def start(
    interaction: discord.Interaction[StudyBot], section: str, count: int = DEFAULT_LENGTH, difficulty: int | None = None
) -> None:
    """Start a quiz in a new private message."""
    turn = await interaction.client.services.quizzes.start(
        member_of(interaction),
        section=section,
        count=count,
        difficulty=difficulty,
        rng=Random(secrets.randbits(64)),
        at=interaction.created_at,
    )
    await reply(interaction, shown(turn))


def shown(outcome: QuizTurn | Summary | DuelScene) -> Message:
    if isinstance(outcome, Summary):
        return messages.summary(outcome)
    if isinstance(outcome, DuelScene):
        return duels.private(outcome)
    return messages.turn(outcome)


async def submit(interaction: discord.Interaction[StudyBot], quiz: int, item: int, letters: str) -> None:
    services = interaction.client.services
    answered = await services.quizzes.answer(quiz, item, member_of(interaction), letters, at=interaction.created_at)
    await reply(interaction, _told(answered))


def _told(answered: Answered | QuizHeld | SetAside) -> Message:
    if isinstance(answered, SetAside):
        return messages.set_aside(shown(answered.after))
    return shown(answered.after) if isinstance(answered, QuizHeld) else messages.answered(answered)


@on_press(QuizAnswerId, Reply.IN_PLACE)
async def quiz_answer(interaction: discord.Interaction[StudyBot], id: QuizAnswerId) -> None:
    await submit(interaction, id.quiz, id.item, LETTERS[id.place] if id.place < len(LETTERS) else "?")


@on_press(QuizFormId, Reply.IN_PLACE)
async def quiz_form(interaction: discord.Interaction[StudyBot], id: QuizFormId) -> None:
    await ask(interaction, id, "")


@on_press(QuizChangeId, Reply.IN_PLACE)
async def quiz_change(interaction: discord.Interaction[StudyBot], id: QuizChangeId) -> None:
    await ask(interaction, QuizFormId(id.quiz, id.item), id.letters.upper())


async def ask(interaction: discord.Interaction[StudyBot], id: QuizFormId, letters: str) -> None:
    turn = await interaction.client.services.quizzes.turn_at(
        id.quiz, id.item, member_of(interaction), at=interaction.created_at
    )
    if not isinstance(turn, QuizTurn):
        await reply(interaction, _told(turn))
        return
    scenario = turn.pack.scenario_of(turn.question)
    answer = read_letters(turn.question, turn.shown, letters)
    await open_form(interaction, answer_form(id, turn.question, turn.shown, answer, scenario=scenario))


@on_submit(QuizFormId, Reply.IN_PLACE)
async def form_sent(interaction: discord.Interaction[StudyBot], id: QuizFormId) -> None:
    """Submit the answer of a form; show the form again only if the answer cannot count."""
    letters = read_form(interaction)
    turn = await interaction.client.services.quizzes.turn_at(
        id.quiz, id.item, member_of(interaction), at=interaction.created_at
    )
    if not isinstance(turn, QuizTurn):
        await reply(interaction, _told(turn))
    elif fault := fault_of(turn.question, turn.shown, letters):
        await reply(interaction, messages.not_sent(turn, letters, fault))
    else:
        await submit(interaction, id.quiz, id.item, letters)


@on_press(QuizSendId, Reply.IN_PLACE)
async def quiz_send(interaction: discord.Interaction[StudyBot], id: QuizSendId) -> None:
    """Handle the Send button of old messages, from before a form's own Submit sent the answer."""
    await submit(interaction, id.quiz, id.item, id.letters.upper())


@on_press(QuizWhyId, Reply.IN_PLACE)
async def quiz_why(interaction: discord.Interaction[StudyBot], id: QuizWhyId) -> None:
    quizzes = interaction.client.services.quizzes
    answered = await quizzes.explain(id.quiz, id.item, member_of(interaction), at=interaction.created_at)
    await reply(interaction, messages.answered(answered, whole=True))


@on_press(QuizSureId, Reply.IN_PLACE)
async def quiz_sure(interaction: discord.Interaction[StudyBot], id: QuizSureId) -> None:
    """Record how sure the member was, and show the same feedback again."""
    answered = await interaction.client.services.confidences.say_of_quiz(
        id.quiz, id.item, member_of(interaction), id.confidence, at=interaction.created_at
    )
    await reply(interaction, messages.answered(answered, whole=id.whole == 1))


@on_press(QuizNextId, Reply.IN_PLACE)
async def quiz_next(interaction: discord.Interaction[StudyBot], id: QuizNextId) -> None:
    quizzes = interaction.client.services.quizzes
    outcome = await quizzes.next(id.quiz, member_of(interaction), at=interaction.created_at)
    await reply(interaction, shown(outcome))


@on_press(QuizStartId)
async def quiz_start(interaction: discord.Interaction[StudyBot], id: QuizStartId) -> None:
    """Start a quiz on one section, from another message."""
    await start(interaction, id.section)


@on_press(QuizRetryId)
async def quiz_retry(interaction: discord.Interaction[StudyBot], id: QuizRetryId) -> None:
    turn = await interaction.client.services.quizzes.retry(
        id.quiz, member_of(interaction), rng=Random(secrets.randbits(64)), at=interaction.created_at
    )
    await reply(interaction, shown(turn))


@on_press(QuizAgainId)
async def quiz_again(interaction: discord.Interaction[StudyBot], id: QuizAgainId) -> None:
    """Start another quiz from a summary. The number in the id is not trusted."""
    await start(interaction, id.section, min(max(1, id.questions), MAX_QUESTIONS))
