"""The private answer form, for the kinds of question that one press cannot answer.

A form outlives a restart: it is read from what Discord sends, not from an object in memory.
"""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.text import CHOICE, LABEL, clip
from bot.study.grading import Shown
from bot.study.questions import LETTERS, Kind, Question

OPEN_FOR = 15 * 60
"""Seconds for which a form may be sent: as long as Discord keeps its interaction alive."""


def answer_form(id: CustomId, question: Question, shown: Shown) -> ui.Modal:
    """One select for each part of the answer; what is chosen stays in view, and can be changed, until it is sent."""
    form = ui.Modal(title="Your answer", custom_id=str(id), timeout=OPEN_FOR)
    for number, (label, description) in enumerate(_parts(question)):
        count = len(question.correct) if question.kind is Kind.RESPONSE else 1
        select: ui.Select[Any] = ui.Select(
            custom_id=f"part-{number}",
            placeholder="Choose" if count == 1 else f"Choose {count}",
            min_values=count,
            max_values=count,
            options=[
                discord.SelectOption(
                    label=clip(f"{LETTERS[place]} · {question.options[index].text}", CHOICE), value=LETTERS[place]
                )
                for place, index in enumerate(shown)
            ],
        )
        form.add_item(ui.Label(text=clip(label, LABEL), description=description, component=select))
    return form


def _parts(question: Question) -> list[tuple[str, str | None]]:
    match question.kind:
        case Kind.ORDERING:
            return [(f"Step {number}", None) for number in range(1, len(question.options) + 1)]
        case Kind.MATCHING:
            return [(f"For prompt {n}", clip(prompt, CHOICE)) for n, prompt in enumerate(question.prompts, start=1)]
        case Kind.RESPONSE | Kind.CHOICE:
            count = len(question.correct)
            return [("Choose one" if count == 1 else f"Choose {count}", None)]


def read_form(interaction: discord.Interaction[Any]) -> str:
    """The letters of a form that was sent, in the order of its parts, as a member would type them."""
    data: dict[str, Any] = dict(interaction.data or {})
    parts = [part.get("component", {}) for part in data.get("components", [])]
    return " ".join(str(value) for part in parts for value in part.get("values", []))


def text_part(
    name: str, label: str, *, most: int, long: bool = False, required: bool = True, hint: str = "", filled: str = ""
) -> ui.Label[Any]:
    """A part of a form in which something is typed. `hint` stands under the label and stays while one types."""
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id=name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        required=required,
        max_length=most,
        default=filled or None,
    )
    return ui.Label(text=label, description=hint or None, component=field)


def read_parts(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """What a form was filled in with, by the names of its parts: what was typed, or the one that was chosen."""
    data: dict[str, Any] = dict(interaction.data or {})
    parts = [part.get("component", {}) for part in data.get("components", [])]
    return {part["custom_id"]: part.get("value") or "".join(part.get("values", [])[:1]) for part in parts}
