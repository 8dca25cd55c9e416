"""Helpers for the formats that give the key by number: JSON lines, tables and Anki notes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from bot.bank.formats.readings import BadKey
from bot.bank.limits import ID_PATTERN, SCENARIO_MAX
from bot.bank.schema import tidy_text
from bot.study.code_blocks import split_at_gap
from bot.study.looks import looks
from bot.study.questions import LETTERS, Case, Kind, Question

GAP = "\n\n"
"""Separates the scenario from the stem. Elsewhere our texts have empty lines only in code, so this is unambiguous."""

_LISTED: Final = re.compile(r"[\s,;]+")
_NUMBER: Final = re.compile(r"(\d{1,2})(?:\.0+)?")
_AND: Final = re.compile(r"\s*(?:[,;&/+]|\b(?:and|und)\b)\s*", re.IGNORECASE)
_MARKED: Final = re.compile(r"(?:(?:option|answer|choice) )?\(?([A-J]|10|[1-9])(?:[).:]+(?:\s+(.+))?)?", re.IGNORECASE)
_COLUMN: Final = re.compile(r"option_(\d{1,2})", re.IGNORECASE)


def foreign_id(name: str) -> str:
    """Turn an id from another program into a valid id of ours: unchanged if it is valid, else readable, with a hash
    that keeps it unique."""
    if re.fullmatch(ID_PATTERN, name):
        return name
    readable = re.sub(r"[^A-Za-z0-9._]+", "-", name).strip("-._")[:36]
    return f"{readable}-{sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}".lstrip("-")


def with_scenario(question: Question, cases: Mapping[str, Case]) -> str:
    case = cases.get(question.case) if question.case else None
    return f"{case.scenario}{GAP}{question.stem}" if case else question.stem


def split_scenario(text: str, case: str | None, cases: dict[str, Case]) -> str:
    """Return the stem without the scenario of its case, which is added to `cases`. Raises BadKey if the case already
    has a different scenario."""
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
        raise BadKey("case", f'"{name}" has a different scenario than above', "Give each case its own id")


def entry_from(
    kind: str, options: Sequence[str], rationales: Sequence[str], correct: Sequence[int], prompts: Sequence[str]
) -> dict[str, Any]:
    """Build an entry as in our YAML. `correct` counts from 0 and means the same as `Question.correct`."""
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
                raise BadKey("correct", "does not name every option once", "Name each option once, in the right order")
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


def key_of(places: Sequence[int], options: Sequence[str]) -> str:
    """Return a key that `places_named` can read: numbers from 1 or, where these could be option texts, names of
    columns."""
    numbers = " ".join(str(place + 1) for place in places)
    return numbers if _by_text(numbers, options, places) is places else _columns(places)


def places_named(key: str, options: Sequence[str], *, several: bool = True, flags: bool = False) -> list[int]:
    """Return the indexes of the options that a key names by number, letter, column or text.

    With `flags` it may also consist of a 0 or 1 for each option. Raises BadKey if it names no option or is ambiguous.
    """
    key = key.strip()
    parts = _LISTED.split(key)
    if all(map(_COLUMN.fullmatch, parts)):
        return [int(part.rpartition("_")[2]) - 1 for part in parts]
    placed = _by_flags(key, parts, len(options)) if flags else None
    if placed is not None and len(parts) > 1:
        return placed
    placed = _by_place(parts) if placed is None else placed
    same = [place for place, option in enumerate(options) if key and looks(option) == looks(key)]
    is_word = bool(same) and len(key) > 1 and key.isalpha() and not (several and key.isupper())
    if placed is not None and all(0 <= place < len(options) for place in placed) and not is_word:
        meant = _by_text(key, options, placed)
        if meant is placed:
            return placed
        one, other = _columns(placed), _columns(meant)
        problem = f"is the {'number' if key[0].isdigit() else 'letter'} of {one} and the text of {other}"
        raise BadKey("correct", f'is "{key[:40]}", which {problem}', f"Write {one} or {other}")
    if len(same) == 1:
        return same
    if not same and placed is None and (named := _loosely(key, options)) is not None:
        return named
    if not key:
        problem = "is empty"
    elif same:
        problem = f'is "{key[:40]}", which is the text of {len(same)} options'
    elif placed is not None:
        problem = f'is "{key[:40]}", which points beyond the options'
    else:
        problem = f'is "{key[:40]}", which is neither a number, a letter nor the text of an option'
    raise BadKey("correct", problem, "Write the numbers of the right options, separated by spaces")


def _loosely(key: str, options: Sequence[str]) -> list[int] | None:
    """Read other ways of writing a key: `B. Rome`, `(b)`, `Option C`, `A and C`, or several texts separated by
    commas."""
    for parts in ([key], _AND.split(key)):
        places = [place for part in parts if (place := _option_named(part, options)) is not None]
        if len(places) == len(parts):
            return places
    return None


def _option_named(part: str, options: Sequence[str]) -> int | None:
    shown = [looks(option) for option in options]
    if shown.count(looks(part)) == 1:
        return shown.index(looks(part))
    found = _MARKED.fullmatch(part.strip())
    if found is None:
        return None
    mark = found[1].upper()
    place = LETTERS.index(mark) if mark in LETTERS else int(mark) - 1
    there = 0 <= place < len(options)
    return place if there and (not found[2] or shown[place] == looks(found[2])) else None


def _columns(places: Sequence[int]) -> str:
    return " ".join(f"option_{place + 1}" for place in places)


def _by_place(parts: Sequence[str]) -> list[int] | None:
    """Read a key of numbers from 1, or of letters with or without separators."""
    if all(map(_NUMBER.fullmatch, parts)):
        return [int(part.partition(".")[0]) - 1 for part in parts]
    letters = "".join(parts).upper()
    if letters and set(letters) <= set(LETTERS):
        return [LETTERS.index(letter) for letter in letters]
    return None


def _by_flags(key: str, parts: Sequence[str], count: int) -> list[int] | None:
    flags = list(key) if len(parts) == 1 and len(key) == count else parts
    if not len(flags) >= count > 1 or not set(flags) <= {"0", "1"} or "1" in flags[count:]:
        return None
    return [place for place, flag in enumerate(flags) if flag == "1"]


def _by_text(key: str, options: Sequence[str], places: Sequence[int]) -> Sequence[int]:
    """Return the indexes of the options whose texts are the key or its parts. Return `places` if no
    option has such a text, or if the options at `places` have these texts, too."""
    shown = [looks(option) for option in options]
    for names in ([looks(key)], [looks(part) for part in _LISTED.split(key)]):
        if all(name in shown for name in names):
            return places if [shown[place] for place in places] == names else [shown.index(name) for name in names]
    return places
