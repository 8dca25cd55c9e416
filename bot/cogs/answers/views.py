"""The buttons under a daily."""

from __future__ import annotations

from typing import Any

import discord

from bot.cogs.answers import messages
from bot.cogs.ui.buttons import PersistentButton
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.custom_ids import AnswerId, ExplainId, FormId
from bot.cogs.ui.forms import answer_form, read_form
from bot.cogs.ui.replies import member_of, patiently, reply
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
    await reply(interaction, messages.answered(outcome))


class AnswerButton(PersistentButton[AnswerId], codec=AnswerId):
    """One letter."""

    async def pressed(self, interaction: discord.Interaction[Any], id: AnswerId) -> None:
        await submit(interaction, id.daily, LETTERS[id.place] if id.place < len(LETTERS) else "?")


class FormButton(PersistentButton[FormId], codec=FormId):
    """Opens the private form of a daily that one press cannot answer."""

    async def pressed(self, interaction: discord.Interaction[Any], id: FormId) -> None:
        answers = interaction.client.services.answers
        found = await answers.question_to_answer(id.daily, member_of(interaction), at=interaction.created_at)
        if isinstance(found, Verdict):
            await reply(interaction, messages.answered(found))
        else:
            await interaction.response.send_modal(answer_form(id, found, as_written(found)))


async def form_sent(interaction: discord.Interaction[StudyBot], id: FormId) -> None:
    await submit(interaction, id.daily, read_form(interaction))


class ExplainButton(PersistentButton[ExplainId], codec=ExplainId):
    async def pressed(self, interaction: discord.Interaction[Any], id: ExplainId) -> None:
        services = interaction.client.services
        explained = await patiently(
            interaction, services.answers.explain(id.daily, member_of(interaction), at=interaction.created_at)
        )
        await reply(interaction, messages.explained(explained))
