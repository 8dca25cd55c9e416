"""The form for a question, the buttons under its preview, and the pages of a server's questions."""

from __future__ import annotations

import re
from typing import Any, Final

import discord
from discord import ui

from bot.bank.limits import EXPLANATION_MAX, SECTION_PATTERN, SOURCE_MAX, STEM_MAX
from bot.bank.question_text import QuestionText
from bot.cogs.questions import messages
from bot.cogs.questions.custom_ids import (
    DraftDropId,
    DraftEditId,
    DraftSaveId,
    PatchChangeId,
    PatchId,
    QuestionFormId,
    QuestionsPageId,
)
from bot.cogs.questions.patches import OPTIONS_MAX, patch_form, patched
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.custom_ids import BankId, CustomId
from bot.cogs.ui.forms import OPEN_FOR, read_parts, text_part
from bot.cogs.ui.handlers import Reply, on_press, on_submit
from bot.cogs.ui.replies import guild_of, open_form, reply
from bot.cogs.ui.text import LABEL_HINT, clip
from bot.storage.questions import Typed
from bot.study.questions import Pack

SECTION_MAX: Final = 20


def question_form(typed: Typed, id: CustomId, pack: Pack | None = None) -> ui.Modal:
    """Build the form for a question, filled in with what was typed before. Submitting it sends `id`.

    `pack`: the server's pack; if it lacks the chosen section, the form asks for another one.
    """
    form = ui.Modal(title=f"A question for section {typed.section}", custom_id=str(id), timeout=OPEN_FOR)
    form.add_item(
        text_part(
            "stem",
            "The situation and one question",
            most=STEM_MAX,
            long=True,
            hint="End with the question. It should make sense without the options.",
            filled=typed.stem,
        )
    )
    form.add_item(
        text_part(
            "options",
            "Options, one on each line",
            most=OPTIONS_MAX,
            long=True,
            hint="* marks a right option (all of them are needed), # its reason: * A queue # It keeps the order",
            filled=typed.options,
        )
    )
    form.add_item(
        text_part(
            "explanation",
            "Explanation",
            most=EXPLANATION_MAX,
            long=True,
            required=False,
            hint="Two to four sentences that teach why the right answer is right.",
            filled=typed.explanation,
        )
    )
    form.add_item(
        text_part(
            "source",
            "Source",
            most=SOURCE_MAX,
            required=False,
            hint="A page of documentation (https://…), or a book and chapter.",
            filled=typed.source,
        )
    )
    if pack is not None and typed.section not in pack.leaves:
        hint = clip(
            f"This server's pack has no section {typed.section}. Choose one of {', '.join(pack.leaves)}", LABEL_HINT
        )
        form.add_item(text_part("section", "Section", most=SECTION_MAX, hint=hint))
    return form


def add_form(typed: Typed, pack: Pack | None = None) -> ui.Modal:
    return question_form(typed, QuestionFormId(typed.section, typed.difficulty), pack)


def read_typed(interaction: discord.Interaction[Any], section: str, difficulty: int) -> Typed:
    """Read a submitted form. Raises FORM_OUT_OF_DATE."""
    parts = read_parts(interaction, "stem", "options", "explanation", "source")
    chosen = parts.get("section", "").strip()
    return Typed(
        chosen if re.fullmatch(SECTION_PATTERN, chosen) else section,
        difficulty,
        stem=parts["stem"],
        options=parts["options"],
        explanation=parts["explanation"],
        source=parts["source"],
    )


@on_submit(QuestionFormId, Reply.IN_PLACE_IF_PRIVATE, managers=True)
async def form_sent(interaction: discord.Interaction[StudyBot], id: QuestionFormId) -> None:
    typed = read_typed(interaction, id.section, id.difficulty)
    drafted = await interaction.client.services.questions.draft(
        guild_of(interaction), typed, by=interaction.user.id, at=interaction.created_at
    )
    await reply(interaction, messages.drafted(drafted))


@on_press(DraftSaveId, Reply.IN_PLACE, managers=True)
async def draft_save(interaction: discord.Interaction[StudyBot], id: DraftSaveId) -> None:
    saved = await interaction.client.services.questions.save(
        guild_of(interaction), id.draft, by=interaction.user.id, at=interaction.created_at
    )
    await reply(interaction, messages.saved(saved))


@on_press(DraftEditId, Reply.IN_PLACE, managers=True)
async def draft_edit(interaction: discord.Interaction[StudyBot], id: DraftEditId) -> None:
    questions = interaction.client.services.questions
    typed = await questions.typed(guild_of(interaction), id.draft, by=interaction.user.id)
    await open_form(interaction, add_form(typed, await interaction.client.services.pack_for(guild_of(interaction))))


@on_press(DraftDropId, Reply.IN_PLACE, managers=True)
async def draft_drop(interaction: discord.Interaction[StudyBot], id: DraftDropId) -> None:
    questions = interaction.client.services.questions
    await questions.discard(guild_of(interaction), id.draft, by=interaction.user.id)
    await reply(interaction, messages.discarded())


@on_press(QuestionsPageId, Reply.IN_PLACE, managers=True)
async def questions_page(interaction: discord.Interaction[StudyBot], id: QuestionsPageId) -> None:
    questions = interaction.client.services.questions
    page = await questions.page(guild_of(interaction), id.page)
    await reply(interaction, messages.page(page))


@on_press(PatchId, Reply.IN_PLACE, managers=True)
async def patch(interaction: discord.Interaction[StudyBot], id: PatchId) -> None:
    text = await interaction.client.services.patches.text(guild_of(interaction), id.question)
    await open_form(interaction, patch_form(id, text))


@on_press(PatchChangeId, Reply.IN_PLACE, managers=True)
async def patch_change(interaction: discord.Interaction[StudyBot], id: PatchChangeId) -> None:
    patches = interaction.client.services.patches
    question, text = await patches.typed(guild_of(interaction), id.draft, by=interaction.user.id)
    await open_form(interaction, patch_form(PatchId(BankId(question)), text))


@on_submit(PatchId, Reply.IN_PLACE_IF_PRIVATE, managers=True)
async def patch_sent(interaction: discord.Interaction[StudyBot], id: PatchId) -> None:
    names = ("stem", "options", "explanation", "sources", "tags")
    parts = read_parts(interaction, *names)
    text = QuestionText(*(parts[name] for name in names))
    made = await interaction.client.services.patches.edit(
        guild_of(interaction), id.question, text, by=interaction.user.id, at=interaction.created_at
    )
    await reply(interaction, patched(made))
