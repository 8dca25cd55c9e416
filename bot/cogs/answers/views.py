"""The buttons under a daily."""

from __future__ import annotations

import discord

from bot.cogs.answers import messages
from bot.cogs.answers.custom_ids import AnswerId, ChangeId, ExplainId, FormId, SendId, SureId, WhyId
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.forms import answer_form, fault_of, read_form, read_letters
from bot.cogs.ui.handlers import Reply, on_press, on_submit
from bot.cogs.ui.replies import member_of, open_form, reply
from bot.services.recording import Verdict
from bot.study.errors import Refusal, Refused
from bot.study.grading import as_written
from bot.study.questions import LETTERS


async def submit(
    interaction: discord.Interaction[StudyBot], daily_id: int, letters: str, edition: int | None = None
) -> None:
    """Answer a daily and reply privately. Both the buttons and the form call this."""
    member = member_of(interaction)
    services = interaction.client.services
    outcome = await services.answers.submit(daily_id, member, letters, at=interaction.created_at, edition=edition)
    await reply(interaction, messages.answered(outcome))


@on_press(AnswerId, Reply.IN_PLACE_IF_PRIVATE)
async def answer(interaction: discord.Interaction[StudyBot], id: AnswerId) -> None:
    """Answer with one letter."""
    await submit(interaction, id.daily, LETTERS[id.place] if id.place < len(LETTERS) else "?", id.edition)


@on_press(FormId, Reply.IN_PLACE_IF_PRIVATE)
async def form(interaction: discord.Interaction[StudyBot], id: FormId) -> None:
    """Open the private form of a daily that needs more than one press, filled in with the answer so far."""
    await ask(interaction, id)


@on_press(ChangeId, Reply.IN_PLACE_IF_PRIVATE)
async def change(interaction: discord.Interaction[StudyBot], id: ChangeId) -> None:
    await ask(interaction, FormId(id.daily, id.edition), id.letters.upper())


async def ask(interaction: discord.Interaction[StudyBot], id: FormId, letters: str = "") -> None:
    asked = await interaction.client.services.answers.question_to_answer(
        id.daily, member_of(interaction), at=interaction.created_at
    )
    if isinstance(asked, Verdict):
        await reply(interaction, messages.answered(asked))
        return
    question = asked.question
    shown = as_written(question)
    # Letters from an earlier edition would now stand for different options.
    kept = letters if id.edition == question.edition else ""
    answer = read_letters(question, shown, kept) if kept else asked.held
    form = FormId(id.daily, question.edition)
    await open_form(interaction, answer_form(form, question, shown, answer, scenario=asked.pack.scenario_of(question)))


@on_submit(FormId, Reply.IN_PLACE_IF_PRIVATE)
async def form_sent(interaction: discord.Interaction[StudyBot], id: FormId) -> None:
    """Submit the answer of a form; show the form again only if the answer is invalid."""
    letters = read_form(interaction)
    asked = await interaction.client.services.answers.question_to_answer(
        id.daily, member_of(interaction), at=interaction.created_at
    )
    if isinstance(asked, Verdict):
        await reply(interaction, messages.answered(asked))
    elif id.edition != asked.question.edition:
        raise Refused(Refusal.OPTIONS_CHANGED)
    elif fault := fault_of(asked.question, as_written(asked.question), letters):
        await reply(interaction, messages.not_sent(asked, letters, fault))
    else:
        await submit(interaction, id.daily, letters, id.edition)


@on_press(SendId, Reply.IN_PLACE_IF_PRIVATE)
async def send(interaction: discord.Interaction[StudyBot], id: SendId) -> None:
    """Handle the Send button of old messages, from before a form's own Submit sent the answer."""
    await submit(interaction, id.daily, id.letters.upper(), 0)


@on_press(ExplainId)
async def explain(interaction: discord.Interaction[StudyBot], id: ExplainId) -> None:
    services = interaction.client.services
    explained = await services.answers.explain(id.daily, member_of(interaction), at=interaction.created_at)
    await reply(interaction, messages.explained(explained))


@on_press(WhyId, Reply.IN_PLACE_IF_PRIVATE)
async def why(interaction: discord.Interaction[StudyBot], id: WhyId) -> None:
    services = interaction.client.services
    explained = await services.answers.explain(id.daily, member_of(interaction), at=interaction.created_at)
    await reply(interaction, messages.explained(explained, whole=True))


@on_press(SureId, Reply.IN_PLACE_IF_PRIVATE)
async def sure(interaction: discord.Interaction[StudyBot], id: SureId) -> None:
    """Record how sure the member was, and show the same feedback again."""
    explained = await interaction.client.services.confidences.say_of_daily(
        id.daily, member_of(interaction), id.confidence, at=interaction.created_at
    )
    await reply(interaction, messages.explained(explained, whole=id.whole == 1))
