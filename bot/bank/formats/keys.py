"""What formats with keys as numbers share: JSON lines and CSV."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from bot.bank.formats.readings import BadKey
from bot.bank.limits import ID_PATTERN, SCENARIO_MAX
from bot.bank.schema import tidy_text
from bot.study.code_blocks import split_at_gap
from bot.study.questions import Case, Kind, Question

GAP = "\n\n"
"""Between scenario and stem. Our texts hold no empty lines but in code, so it says surely where the scenario ends."""


def foreign_id(name: str) -> str:
    """Make an id of another program one of ours: as it is, or made readable, with a hash that keeps it apart from others."""
    if re.fullmatch(ID_PATTERN, name):
        return name
    readable = re.sub(r"[^A-Za-z0-9._]+", "-", name).strip("-._")[:36]
    return f"{readable}-{sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}".lstrip("-")


def with_scenario(question: Question, cases: Mapping[str, Case]) -> str:
    case = cases.get(question.case) if question.case else None
    return f"{case.scenario}{GAP}{question.stem}" if case else question.stem


def split_scenario(text: str, case: str | None, cases: dict[str, Case]) -> str:
    """The stem alone; the scenario before it goes to `cases`, where it must not differ from the one already there."""
    if case is None:
        return text
    text = text.replace("\r\n", "\n")
    scenario, stem = split_at_gap(text)
    if scenario:
        add_case(cases, case, scenario)
    return stem


def add_case(cases: dict[str, Case], name: str, scenario: str) -> None:
    try:
        clean = str(tidy_text(scenario))
    except ValueError as error:
        raise BadKey("scenario", *str(error).split("; ", 1)) from None
    if len(clean) > SCENARIO_MAX:
        raise BadKey("scenario", f"has {len(clean)} characters; at most {SCENARIO_MAX} are shown", "Shorten it")
    if cases.setdefault(name, Case(name, clean)).scenario != clean:
        raise BadKey("case", f'"{name}" has another scenario than above', "Give the two cases two ids")


def entry_from(
    kind: str, options: Sequence[str], rationales: Sequence[str], correct: Sequence[int], prompts: Sequence[str]
) -> dict[str, Any]:
    """An entry shaped as in our YAML. `correct` counts from 0; its meaning by kind is that of `Question.correct`."""
    if any(not 0 <= place < len(options) for place in correct):
        raise BadKey("correct", "points beyond the options", f"There are {len(options)} options")
    if rationales and len(rationales) != len(options):
        problem = f"has {len(rationales)} entries for {len(options)} options"
        raise BadKey("option_rationales", problem, "Give one for each option, or none")
    if prompts and kind != Kind.MATCHING:
        raise BadKey("prompts", f"does not go with {kind}", "Leave it out")
    entries: list[dict[str, Any]] = [
        {"text": text, "why": why} for text, why in zip(options, rationales or [""] * len(options), strict=True)
    ]
    entry: dict[str, Any] = {"kind": kind, "options": entries}
    match kind:
        case Kind.CHOICE | Kind.RESPONSE:
            _refuse_repeats(correct)
            for place in correct:
                entries[place]["correct"] = True
        case Kind.ORDERING:
            if sorted(correct) != list(range(len(options))):
                raise BadKey("correct", "is no order of all options", "Name each option once, in the right order")
            for rank, place in enumerate(correct, 1):
                entries[place]["place"] = rank
        case Kind.MATCHING:
            if len(correct) != len(prompts):
                problem = f"has {len(correct)} entries for {len(prompts)} prompts"
                raise BadKey("correct", problem, "Name one option for each prompt, in their order")
            entry["prompts"] = [
                {"text": text, "match": options[place]} for text, place in zip(prompts, correct, strict=True)
            ]
        case _:
            raise BadKey("type", f'cannot be "{kind[:60]}"', "Write choice, response, ordering or matching")
    return entry


def _refuse_repeats(correct: Sequence[int]) -> None:
    if len(set(correct)) != len(correct):
        raise BadKey("correct", "names an option twice", "Name each right option once")
