"""Our own table: one row for each question, options numbered from 1. CSV, TSV and .xlsx share it.

`correct` names options by number: the right one, the right ones, the right order, or one for each prompt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from bot.bank.formats.keys import add_case, entry_from, key_of, places_named
from bot.bank.formats.readings import BadKey, Change, Found
from bot.bank.formats.spreadsheets import SheetRow, unguarded
from bot.bank.limits import OPTIONS_MAX, PROMPTS, SOURCES_MAX
from bot.study.questions import Case, Question


def _numbered(name: str, count: int) -> list[str]:
    return [f"{name}_{number}" for number in range(1, count + 1)]


_PROMPTS: Final = _numbered("prompt", PROMPTS[1])
_OPTIONS: Final = _numbered("option", OPTIONS_MAX)
_WHYS: Final = _numbered("why", OPTIONS_MAX)
_SOURCES: Final = _numbered("source", SOURCES_MAX)
COLUMNS: Final = (
    *("id", "section", "type", "difficulty", "case", "scenario", "stem"),
    *_PROMPTS,
    *_OPTIONS,
    *("correct", "explanation"),
    *_WHYS,
    *_SOURCES,
    *("covers", "exams", "skills", "checked", "retired"),
)
REQUIRED: Final = ("type", "stem", "option_1", "option_2", "correct")

NUMBERS: Final = frozenset(("difficulty", "correct"))
_NAME_GAP = re.compile(r"[\s_]+")
_PLACE = re.compile(r"\d{1,2}(?:\.0+)?")


_KEPT: Final = frozenset(("id", "section", "difficulty", "correct", "checked", "retired", "covers", "exams", "skills"))
"""Columns in which a number or date is normal. In other columns it may be a mangled text."""


def names_of(header: Sequence[str]) -> list[str]:
    return [_NAME_GAP.sub("_", name.strip().lower()) for name in header]


def is_header(names: Sequence[str]) -> bool:
    return "stem" in names and len(set(names) & set(COLUMNS)) > 2


def judge(names: Sequence[str], cases: dict[str, Case]) -> Callable[[SheetRow], Found]:
    """Return a function that reads a row with these column names. Scenarios go to `cases`."""

    def found(row: SheetRow) -> Found:
        if row.broken:
            raise BadKey("", *row.broken, "")
        cells = row.cells
        values = dict(zip(names, [*map(unguarded, cells), *[""] * len(names)], strict=False))
        name = values.get("id") or "question"
        if any(cell.strip() for cell in cells[len(names) :]):
            raise BadKey("", "has more cells than the first row", "Quote cells that contain commas", name)
        try:
            entry = _entry(values, cases)
        except BadKey as bad:
            raise BadKey(bad.key, bad.problem, bad.remedy, name) from None
        changes = [
            (names[place], *note)
            for place, note in row.notes.items()
            if place < len(names) and names[place] and names[place] not in _KEPT
        ]
        return Found(entry, values.get("section") or None, changes=[*changes, *_bookkeeping(values, entry)])

    return found


def header_fault(names: Sequence[str]) -> tuple[str, str] | None:
    if missing := [name for name in REQUIRED if name not in names]:
        return f"lacks {', '.join(missing)}", f"Begin with the names of the columns: {', '.join(COLUMNS[:7])} ..."
    if unknown := [name for name in names if name and name not in COLUMNS]:
        return f'has an unknown column "{unknown[0][:40]}"', f"Use {', '.join(COLUMNS)}"
    named = [name for name in names if name]
    if len(set(named)) < len(named):
        return "names a column twice", "Remove one"
    return None


def _entry(row: Mapping[str, str], cases: dict[str, Case]) -> dict[str, Any]:
    options = _filled(row, _OPTIONS)
    prompts = _filled(row, _PROMPTS)
    whys = [row.get(name, "") for name in _WHYS]
    if any(whys[len(options) :]):
        raise BadKey("why", "explains an option that does not exist", "Remove it")
    kind = row.get("type", "").strip().lower()
    places = places_named(row["correct"], options, several=kind != "choice")
    if "type" not in row:  # a table from another program
        kind = "choice" if len(places) == 1 else "response"
    entry = entry_from(kind, options, whys[: len(options)], places, prompts)
    entry |= {"stem": row["stem"], "explanation": row.get("explanation", "")}
    entry |= {"sources": _filled(row, _SOURCES), "covers": row.get("covers", "").split()}
    entry |= {name: row.get(name, "").split() for name in ("exams", "skills")}
    if row.get("id"):
        entry["id"] = row["id"]
    if name := row.get("case", ""):
        entry["case"] = name
        if scenario := row.get("scenario", ""):
            add_case(cases, name, scenario)
    if retired := row.get("retired", "").strip().lower():
        if retired not in ("true", "false"):
            raise BadKey("retired", f'is "{retired[:20]}"', "Write true or false, or leave it empty")
        entry["retired"] = retired == "true"
    return entry


def _filled(row: Mapping[str, str], names: list[str]) -> list[str]:
    """Return the cells up to the last one that is not empty. Empty cells between others are kept, so that each
    is reported with its own number."""
    cells = [row.get(name, "") for name in names]
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _bookkeeping(row: Mapping[str, str], entry: dict[str, Any]) -> Iterator[Change]:
    """Add difficulty and date to the entry. If a spreadsheet has mangled them, report it but keep the question."""
    if level := row.get("difficulty", "").strip():
        if _PLACE.fullmatch(level) and level.partition(".")[0] in ("1", "2", "3"):
            entry["difficulty"] = int(level.partition(".")[0])
        else:
            yield "difficulty", f'is "{level[:20]}", and was taken as 2', "Write 1 (easy), 2 (medium) or 3 (hard)"
    if checked := row.get("checked", "").strip():
        try:
            entry["checked"] = date.fromisoformat(checked)
        except ValueError:
            yield "checked", f'is "{checked[:20]}", and was taken as today', "Write it like this: 2026-11-23"


def cells_of(question: Question, cases: Mapping[str, Case]) -> dict[str, str]:
    case = cases.get(question.case) if question.case else None
    return {
        "id": question.id,
        "section": question.section,
        "type": question.kind.value,
        "difficulty": str(question.difficulty),
        "case": question.case or "",
        "scenario": case.scenario if case else "",
        "stem": question.stem,
        **dict(zip(_PROMPTS, question.prompts, strict=False)),
        **dict(zip(_OPTIONS, (option.text for option in question.options), strict=False)),
        "correct": key_of(question.correct, [option.text for option in question.options]),
        "explanation": question.explanation,
        **dict(zip(_WHYS, (option.rationale for option in question.options), strict=False)),
        **dict(zip(_SOURCES, question.sources, strict=False)),
        "covers": " ".join(question.covers),
        "exams": " ".join(question.exams),
        "skills": " ".join(question.skills),
        "checked": question.checked.isoformat(),
        "retired": "true" if question.retired else "",
    }
