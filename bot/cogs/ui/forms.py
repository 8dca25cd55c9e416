"""The private answer form, for question types that one press cannot answer, and replies to invalid answers.

Both survive a restart: a form is read from what Discord sends, and the letters of an answer that was not accepted are
on the button that opens the form again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.cogs.ui import questions
from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.text import CHOICE, FORM_TEXT, LABEL, clip, plain
from bot.study.code_blocks import one_line
from bot.study.errors import Refusal, Refused, UnknownOption
from bot.study.grading import Answer, Shown, expected_form, parse_answer
from bot.study.questions import LETTERS, Kind, Question

OPEN_FOR = 15 * 60
"""Seconds for which a form may be submitted: as long as Discord keeps its interaction alive."""
MOST_PARTS = 5
"""How many fields Discord allows in a form."""


def answer_form(
    id: CustomId, question: Question, shown: Shown, answer: Answer | None = None, *, scenario: str | None = None
) -> ui.Modal:
    """Build a form with one field for each part of the answer. Its Submit sends the answer.

    `answer` is an earlier one, filled in. The question goes on top if there is room, because on a phone the form covers
    it; its options are included only where the labels are too short for them.
    """
    form = ui.Modal(title="Your answer", custom_id=str(id), timeout=OPEN_FOR)
    parts = _parts(question)
    labels = [f"{LETTERS[place]} · {question.options[index].text}" for place, index in enumerate(shown)]
    if len(parts) < MOST_PARTS:
        whole = all(len(label) <= CHOICE and one_line(label) == label for label in labels)
        text = questions.stem(question, scenario) if whole else questions.body(question, shown, scenario)
        form.add_item(ui.TextDisplay(clip(text, FORM_TEXT)))
    for number, (label, description) in enumerate(parts):
        chosen = answer or ()
        if question.kind in (Kind.ORDERING, Kind.MATCHING):
            chosen = chosen[number : number + 1]
        options = [
            (clip(one_line(labels[place]), CHOICE), LETTERS[place], index in chosen)
            for place, index in enumerate(shown)
        ]
        component = _part(question, f"part-{number}", options)
        form.add_item(ui.Label(text=clip(label, LABEL), description=description, component=component))
    return form


def _part(question: Question, name: str, options: Sequence[tuple[str, str, bool]]) -> ui.Item[Any]:
    """Build one field. `options`: label, value, and whether it is chosen. `fault_of` checks the answer again, because
    Discord does not reject every invalid one."""
    match question.kind:
        case Kind.CHOICE:
            return ui.RadioGroup(
                custom_id=name,
                options=[discord.RadioGroupOption(label=a, value=b, default=c) for a, b, c in options],
            )
        case Kind.RESPONSE:
            return ui.CheckboxGroup(
                custom_id=name,
                min_values=len(question.correct),
                max_values=len(question.correct),
                options=[discord.CheckboxGroupOption(label=a, value=b, default=c) for a, b, c in options],
            )
        case Kind.ORDERING | Kind.MATCHING:
            return ui.Select(
                custom_id=name,
                placeholder="Choose",
                options=[discord.SelectOption(label=a, value=b, default=c) for a, b, c in options],
            )


def _parts(question: Question) -> list[tuple[str, str | None]]:
    match question.kind:
        case Kind.ORDERING:
            return [(f"Step {number}", None) for number in range(1, len(question.options) + 1)]
        case Kind.MATCHING:
            return [
                (f"For prompt {n}", clip(one_line(prompt), CHOICE))
                for n, prompt in enumerate(question.prompts, start=1)
            ]
        case Kind.RESPONSE | Kind.CHOICE:
            count = len(question.correct)
            return [("Choose one" if count == 1 else f"Choose {count}", None)]


def read_form(interaction: discord.Interaction[Any]) -> str:
    """Return the letters of a submitted form, in field order: `BAC`."""
    return "".join(
        str(value) for part in _sent(interaction) for value in part.get("values") or [part.get("value") or ""]
    )


# -- an answer that cannot be sent


def read_letters(question: Question, shown: Shown, letters: str) -> Answer:
    """Return an answer as it is, even an invalid one. Raises UnknownOption for letters that the question does not
    have."""
    places = [LETTERS.find(letter) for letter in letters]
    if not all(0 <= place < len(shown) for place in places):
        raise UnknownOption(expected_form(question))
    return tuple(shown[place] for place in places)


def not_sent(question: Question, shown: Shown, letters: str, fault: str) -> str:
    """Show what was chosen, with its options in full, and why it cannot count. Raises UnknownOption for letters that
    the question does not have."""
    answer = read_letters(question, shown, letters)
    lines = [
        f"**{letter}** · {plain(one_line(question.options[index].text))}"
        for letter, index in zip(letters, answer, strict=True)
    ]
    match question.kind:
        case Kind.ORDERING:
            lines = [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
        case Kind.MATCHING:
            prompts = (
                f"{number}. {plain(one_line(prompt))}" for number, prompt in enumerate(question.prompts, start=1)
            )
            lines = [f"{prompt} → {line}" for prompt, line in zip(prompts, lines, strict=False)]
        case Kind.CHOICE | Kind.RESPONSE:
            lines.sort()
    return "\n".join([f"**Not sent yet.** {fault}", "", "You chose:", *lines])


def fault_of(question: Question, shown: Shown, letters: str) -> str | None:
    """Say why an answer cannot be sent; None if it can."""
    try:
        parse_answer(question, letters, shown)
    except UnknownOption as error:
        if question.kind is Kind.ORDERING and len(set(letters)) < len(letters):
            return "One step is in two places. Use every step once."
        return f"This question takes {error.expected}."
    return None


# -- forms with typed text


def text_part(
    name: str, label: str, *, most: int, long: bool = False, required: bool = True, hint: str = "", filled: str = ""
) -> ui.Label[Any]:
    """Build a text field. `hint` is under the label and stays visible while typing."""
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id=name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        required=required,
        max_length=most,
        default=filled or None,
    )
    return ui.Label(text=label, description=hint or None, component=field)


def read_parts(interaction: discord.Interaction[Any], *needed: str) -> dict[str, str]:
    """Return the values of a submitted form by field name: what was typed, or the option chosen.

    Raises FORM_OUT_OF_DATE if it lacks a `needed` field, which would otherwise be taken for an empty one.
    """
    read = {}
    for part in _sent(interaction):
        values = part.get("values") or ()
        read[str(part.get("custom_id", ""))] = str(part.get("value") or (values[0] if values else ""))
    if not read.keys() >= set(needed):
        raise Refused(Refusal.FORM_OUT_OF_DATE)
    return read


def read_choices(interaction: discord.Interaction[Any], name: str) -> frozenset[str]:
    """Return all that was chosen in one field of a submitted form; empty if the form has no such field."""
    parts = (part for part in _sent(interaction) if part.get("custom_id") == name)
    return frozenset(str(value) for part in parts for value in part.get("values") or ())


def _sent(interaction: discord.Interaction[Any]) -> list[dict[str, Any]]:
    """Return the fields as Discord sends them. Fields missing from an older version of a form are missing here too."""
    data: dict[str, Any] = dict(interaction.data or {})
    return [part.get("component") or {} for part in data.get("components") or ()]
