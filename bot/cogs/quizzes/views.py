"""The buttons of a series. Each press replaces the private message that it stands on."""

from __future__ import annotations

import secrets
from random import Random
from typing import Any

import discord

from bot.cogs.duels import messages as duels
from bot.cogs.quizzes import messages
from bot.cogs.quizzes.custom_ids import (
    QuizAgainId,
    QuizAnswerId,
    QuizChangeId,
    QuizFormId,
    QuizNextId,
    QuizSendId,
    QuizStartId,
)
from bot.cogs.ui import questions
from bot.cogs.ui.buttons import PersistentButton
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.forms import answer_form, read_form, read_letters
from bot.cogs.ui.replies import Message, member_of, patiently, replace, reply
from bot.services.duel_scenes import Scene
from bot.services.quizzes import Answered, Held, SetAside, Summary, Turn
from bot.study.questions import LETTERS
from bot.study.quizzes import MAX_QUESTIONS

DEFAULT_LENGTH = 5


async def start(
    interaction: discord.Interaction[StudyBot], section: str, count: int = DEFAULT_LENGTH, difficulty: int | None = None
) -> None:
    """A new series, in a private message of its own."""
    turn = await patiently(
        interaction,
        interaction.client.services.quizzes.start(
            member_of(interaction),
            section=section,
            count=count,
            difficulty=difficulty,
            rng=Random(secrets.randbits(64)),
            at=interaction.created_at,
        ),
    )
    await reply(interaction, shown(turn))


def shown(outcome: Turn | Summary | Scene) -> Message:
    if isinstance(outcome, Summary):
        return messages.summary(outcome)
    if isinstance(outcome, Scene):
        return duels.private(outcome)
    return messages.turn(outcome)


async def submit(interaction: discord.Interaction[StudyBot], quiz: int, item: int, letters: str) -> None:
    services = interaction.client.services
    answered = await patiently(
        interaction,
        services.quizzes.answer(quiz, item, member_of(interaction), letters, at=interaction.created_at),
        editing=True,
    )
    await replace(interaction, _told(answered))


def _told(answered: Answered | Held | SetAside) -> Message:
    if isinstance(answered, SetAside):
        return messages.set_aside(shown(answered.after))
    return shown(answered.after) if isinstance(answered, Held) else messages.answered(answered)


class QuizAnswerButton(PersistentButton[QuizAnswerId], codec=QuizAnswerId):
    async def pressed(self, interaction: discord.Interaction[Any], id: QuizAnswerId) -> None:
        await submit(interaction, id.quiz, id.item, LETTERS[id.place] if id.place < len(LETTERS) else "?")


class QuizFormButton(PersistentButton[QuizFormId], codec=QuizFormId):
    async def pressed(self, interaction: discord.Interaction[Any], id: QuizFormId) -> None:
        await open_form(interaction, id, "")


class QuizChangeButton(PersistentButton[QuizChangeId], codec=QuizChangeId):
    async def pressed(self, interaction: discord.Interaction[Any], id: QuizChangeId) -> None:
        await open_form(interaction, QuizFormId(id.quiz, id.item), id.letters.upper())


async def open_form(interaction: discord.Interaction[StudyBot], id: QuizFormId, letters: str) -> None:
    turn = await interaction.client.services.quizzes.turn_at(
        id.quiz, id.item, member_of(interaction), at=interaction.created_at
    )
    text = questions.body(turn.question, turn.shown, turn.pack.scenario_of(turn.question))
    answer = read_letters(turn.question, turn.shown, letters)
    await interaction.response.send_modal(answer_form(id, turn.question, turn.shown, answer, text=text))


async def form_sent(interaction: discord.Interaction[StudyBot], id: QuizFormId) -> None:
    """Nothing is recorded yet: the member sees the answer as it stands, and sends it or changes it."""
    turn = await interaction.client.services.quizzes.turn_at(
        id.quiz, id.item, member_of(interaction), at=interaction.created_at
    )
    await replace(interaction, messages.draft(turn, read_form(interaction)))


class QuizSendButton(PersistentButton[QuizSendId], codec=QuizSendId):
    async def pressed(self, interaction: discord.Interaction[Any], id: QuizSendId) -> None:
        await submit(interaction, id.quiz, id.item, id.letters.upper())


class NextButton(PersistentButton[QuizNextId], codec=QuizNextId):
    async def pressed(self, interaction: discord.Interaction[Any], id: QuizNextId) -> None:
        quizzes = interaction.client.services.quizzes
        outcome = await patiently(
            interaction,
            quizzes.next(id.quiz, member_of(interaction), at=interaction.created_at),
            editing=True,
        )
        await replace(interaction, shown(outcome))


class StartButton(PersistentButton[QuizStartId], codec=QuizStartId):
    """On other messages: a quiz on one section."""

    async def pressed(self, interaction: discord.Interaction[Any], id: QuizStartId) -> None:
        await start(interaction, id.section)


class AgainButton(PersistentButton[QuizAgainId], codec=QuizAgainId):
    """Under a summary. The number may be anybody's."""

    async def pressed(self, interaction: discord.Interaction[Any], id: QuizAgainId) -> None:
        await start(interaction, id.section, min(max(1, id.questions), MAX_QUESTIONS))
