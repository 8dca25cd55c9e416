"""The buttons under a daily."""

from __future__ import annotations

from typing import Any

import discord

from bot.cogs.answers import messages
from bot.cogs.answers.custom_ids import AnswerId, ChangeId, ExplainId, FormId, SendId
from bot.cogs.ui import questions
from bot.cogs.ui.buttons import PersistentButton
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.forms import answer_form, read_form, read_letters
from bot.cogs.ui.replies import Message, member_of, patiently, replace, reply
from bot.services.recording import Verdict
from bot.study.grading import as_written
from bot.study.questions import LETTERS


async def submit(interaction: discord.Interaction[StudyBot], daily_id: int, letters: str) -> None:
    """The one way from a press, or a form, to the private reply."""
    member = member_of(interaction)
    services = interaction.client.services
    outcome = await patiently(
        interaction, services.answers.submit(daily_id, member, letters, at=interaction.created_at)
    )
    await show(interaction, messages.answered(outcome))


async def show(interaction: discord.Interaction[StudyBot], message: Message) -> None:
    """In the place of the private message that was pressed; to a press on the post, in a private message of its own."""
    pressed = interaction.message
    if pressed is not None and pressed.flags.ephemeral:
        await replace(interaction, message)
    else:
        await reply(interaction, message)


class AnswerButton(PersistentButton[AnswerId], codec=AnswerId):
    """One letter."""

    async def pressed(self, interaction: discord.Interaction[Any], id: AnswerId) -> None:
        await submit(interaction, id.daily, LETTERS[id.place] if id.place < len(LETTERS) else "?")


class FormButton(PersistentButton[FormId], codec=FormId):
    """Opens the private form of a daily that one press cannot answer, filled in with the answer so far."""

    async def pressed(self, interaction: discord.Interaction[Any], id: FormId) -> None:
        await open_form(interaction, id)


class ChangeButton(PersistentButton[ChangeId], codec=ChangeId):
    async def pressed(self, interaction: discord.Interaction[Any], id: ChangeId) -> None:
        await open_form(interaction, FormId(id.daily), id.letters.upper())


async def open_form(interaction: discord.Interaction[StudyBot], id: FormId, letters: str = "") -> None:
    asked = await interaction.client.services.answers.question_to_answer(
        id.daily, member_of(interaction), at=interaction.created_at
    )
    if isinstance(asked, Verdict):
        await show(interaction, messages.answered(asked))
        return
    question = asked.question
    shown = as_written(question)
    answer = read_letters(question, shown, letters) if letters else asked.held
    text = questions.body(question, shown, asked.pack.scenario_of(question))
    await interaction.response.send_modal(answer_form(id, question, shown, answer, text=text))


async def form_sent(interaction: discord.Interaction[StudyBot], id: FormId) -> None:
    """Nothing is recorded yet: the member sees the answer as it stands, and sends it or changes it."""
    asked = await interaction.client.services.answers.question_to_answer(
        id.daily, member_of(interaction), at=interaction.created_at
    )
    message = messages.answered(asked) if isinstance(asked, Verdict) else messages.draft(asked, read_form(interaction))
    await show(interaction, message)


class SendButton(PersistentButton[SendId], codec=SendId):
    async def pressed(self, interaction: discord.Interaction[Any], id: SendId) -> None:
        await submit(interaction, id.daily, id.letters.upper())


class ExplainButton(PersistentButton[ExplainId], codec=ExplainId):
    async def pressed(self, interaction: discord.Interaction[Any], id: ExplainId) -> None:
        services = interaction.client.services
        explained = await patiently(
            interaction, services.answers.explain(id.daily, member_of(interaction), at=interaction.created_at)
        )
        await reply(interaction, messages.explained(explained))
