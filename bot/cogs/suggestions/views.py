"""The form for a suggestion, the buttons under its preview, and the queue that managers work through."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.cogs.questions.views import question_form, read_typed
from bot.cogs.suggestions import messages
from bot.cogs.suggestions.custom_ids import (
    AcceptId,
    DeclineId,
    EditId,
    QueueId,
    SuggestChangeId,
    SuggestDropId,
    SuggestFormId,
    SuggestSendId,
)
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.forms import OPEN_FOR, read_parts, text_part
from bot.cogs.ui.handlers import Reply, on_press, on_submit
from bot.cogs.ui.replies import guild_of, member_of, open_form, reply
from bot.cogs.ui.text import LABEL_HINT, clip, plain
from bot.storage.questions import Typed
from bot.study.code_blocks import one_line
from bot.study.questions import Pack
from bot.study.suggestions import MAX_WORD


def suggest_form(typed: Typed, pack: Pack | None = None) -> ui.Modal:
    return question_form(typed, SuggestFormId(typed.section, typed.difficulty), pack)


def decline_form(id: DeclineId, stem: str) -> ui.Modal:
    form: ui.Modal = ui.Modal(title="Decline this suggestion", custom_id=str(id), timeout=OPEN_FOR)
    form.add_item(ui.TextDisplay(plain(clip(one_line(stem), LABEL_HINT * 2))))
    hint = "Only its author sees this. What would make you accept it?"
    form.add_item(text_part("word", "A message to its author", most=MAX_WORD, long=True, required=False, hint=hint))
    return form


# -- for members


@on_submit(SuggestFormId, Reply.IN_PLACE_IF_PRIVATE)
async def form_sent(interaction: discord.Interaction[StudyBot], id: SuggestFormId) -> None:
    typed = read_typed(interaction, id.section, id.difficulty)
    checked = await interaction.client.services.suggestions.draft(
        member_of(interaction), typed, at=interaction.created_at
    )
    await reply(interaction, messages.checked(checked))


@on_press(SuggestSendId, Reply.IN_PLACE)
async def send(interaction: discord.Interaction[StudyBot], id: SuggestSendId) -> None:
    sent = await interaction.client.services.suggestions.send(
        member_of(interaction), id.draft, at=interaction.created_at
    )
    await reply(interaction, messages.sent(sent))


@on_press(SuggestChangeId, Reply.IN_PLACE)
async def change(interaction: discord.Interaction[StudyBot], id: SuggestChangeId) -> None:
    services, guild_id = interaction.client.services, guild_of(interaction)
    typed = await services.questions.typed(guild_id, id.draft, by=interaction.user.id)
    await open_form(interaction, suggest_form(typed, await services.pack_for(guild_id)))


@on_press(SuggestDropId, Reply.IN_PLACE)
async def drop(interaction: discord.Interaction[StudyBot], id: SuggestDropId) -> None:
    await interaction.client.services.questions.discard(guild_of(interaction), id.draft, by=interaction.user.id)
    await reply(interaction, messages.discarded())


# -- for managers


@on_press(QueueId, Reply.IN_PLACE, managers=True)
async def queue(interaction: discord.Interaction[StudyBot], id: QueueId) -> None:
    await show_queue(interaction, id.page)


async def show_queue(interaction: discord.Interaction[Any], page: int) -> None:
    suggestions = interaction.client.services.suggestions
    found = await suggestions.queue(guild_of(interaction), page, at=interaction.created_at)
    await reply(interaction, messages.queue(found))


@on_press(AcceptId, Reply.IN_PLACE, managers=True)
async def accept(interaction: discord.Interaction[StudyBot], id: AcceptId) -> None:
    decided = await interaction.client.services.suggestions.accept(
        guild_of(interaction), id.suggestion, id.page, by=interaction.user.id, at=interaction.created_at
    )
    await reply(interaction, messages.decided(decided))


@on_press(EditId, Reply.IN_PLACE, managers=True)
async def edit(interaction: discord.Interaction[StudyBot], id: EditId) -> None:
    found = await interaction.client.services.suggestions.waiting(guild_of(interaction), id.suggestion)
    pack = await interaction.client.services.pack_for(guild_of(interaction))
    await open_form(interaction, question_form(found.typed, id, pack))


@on_submit(EditId, Reply.IN_PLACE_IF_PRIVATE, managers=True)
async def edited(interaction: discord.Interaction[StudyBot], id: EditId) -> None:
    suggestions, guild_id = interaction.client.services.suggestions, guild_of(interaction)
    before = (await suggestions.waiting(guild_id, id.suggestion)).typed
    typed = read_typed(interaction, before.section, before.difficulty)
    page = await suggestions.edit(guild_id, id.suggestion, typed, id.page, at=interaction.created_at)
    await reply(interaction, messages.queue(page))


@on_press(DeclineId, Reply.IN_PLACE, managers=True)
async def decline(interaction: discord.Interaction[StudyBot], id: DeclineId) -> None:
    found = await interaction.client.services.suggestions.waiting(guild_of(interaction), id.suggestion)
    await open_form(interaction, decline_form(id, found.typed.stem))


@on_submit(DeclineId, Reply.IN_PLACE_IF_PRIVATE, managers=True)
async def declined(interaction: discord.Interaction[StudyBot], id: DeclineId) -> None:
    decided = await interaction.client.services.suggestions.decline(
        guild_of(interaction),
        id.suggestion,
        id.page,
        read_parts(interaction, "word")["word"],
        by=interaction.user.id,
        at=interaction.created_at,
    )
    await reply(interaction, messages.decided(decided))
