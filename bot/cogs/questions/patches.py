"""One question as a file for the pack's folder, and the form that edits it first."""

from __future__ import annotations

import io
from pathlib import PurePosixPath

import discord
from discord import ui

from bot.bank.limits import EXPLANATION_MAX, SOURCE_MAX, SOURCES_MAX, STEM_MAX
from bot.bank.question_text import QuestionText
from bot.cogs.questions.custom_ids import PatchChangeId, PatchId
from bot.cogs.questions.messages import fault_lines
from bot.cogs.ui import questions
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.custom_ids import BankId
from bot.cogs.ui.forms import OPEN_FOR, text_part
from bot.cogs.ui.questions import BLUE, GREEN, RED
from bot.cogs.ui.text import FIELD, PAGE, clip, plain
from bot.places import PROGRAM
from bot.services.patches import Patch
from bot.study.code_blocks import one_line

OPTIONS_MAX = 4000
TAGS_MAX = 300


def patch_form(id: PatchId, text: QuestionText) -> ui.Modal:
    """Build the form, filled in with the question or with what was typed before."""
    form = ui.Modal(title="Change this question", custom_id=str(id), timeout=OPEN_FOR)
    marks = "Put * before a right option and its reason after #. Keep the lines of steps and pairs in order."
    for name, label, most, hint, filled in (
        ("stem", "The situation and one question", STEM_MAX, "", text.stem),
        ("options", "Options, one on each line", OPTIONS_MAX, marks, text.options),
        ("explanation", "Explanation", EXPLANATION_MAX, "", text.explanation),
        ("sources", "Sources, one on each line", SOURCES_MAX * SOURCE_MAX, "", text.sources),
        ("tags", "Facts, skills, exam versions", TAGS_MAX, "Their ids: 1.1-ingest-kinesis, 1.1.4, c02", text.tags),
    ):
        needed = name in ("stem", "options")
        form.add_item(text_part(name, label, most=most, long=True, required=needed, hint=hint, filled=filled))
    return form


def patched(patch: Patch) -> Message:
    """Hand over the file, or say what is wrong with an edit. Nothing changes in the server."""
    question = patch.question
    open_form = PatchId(BankId(question.id)) if patch.draft_id is None else PatchChangeId(patch.draft_id)
    buttons = [Press(open_form, "Change", main=patch.data is None)] if patch.editable else []
    if patch.data is None:
        card = Card(title="Not a question yet", color=RED, text=fault_lines(patch.faults, PAGE)[0])
        card.footer = "Change opens the form again, with everything you typed."
        return Message(card, buttons)
    card = Card(title=questions.heading(patch.pack, question), color=GREEN if not patch.faults else BLUE)
    card.above = f"A patch · {plain(question.id)}"
    where = f"`{patch.pack.name}/{patch.path}`"
    said = (
        f"It is a new file for the pack: {where}."
        if patch.new
        else f"It replaces {where}, and changes only this question."
    )
    card.text = (
        f"{clip(plain(one_line(question.stem)), FIELD // 2)}\n\n{said} `{PROGRAM} check` then checks the whole pack."
    )
    if patch.faults:
        card.add("What the check would report", fault_lines(patch.faults, FIELD)[0])
    if not patch.editable:
        card.add(
            "Editing", "A form cannot hold this question, because an option has several lines. Edit it in the file."
        )
    card.footer = "Nothing has changed in this server"
    name = PurePosixPath(patch.path).name
    file = discord.File(io.BytesIO(patch.data), name, description=f"{question.id} for its pack's folder")
    return Message(card, buttons, files=[file])
