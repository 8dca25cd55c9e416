"""CSV for people with spreadsheets: one row for each question, options numbered from 1.

`correct` names options by number: the right one, the right ones, the right order, or one for each prompt. A text that a
spreadsheet would take for a formula gets an apostrophe in front, which is taken off again on the way in.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from bot.bank.faults import Fault
from bot.bank.formats.drafts import Reading, draft_list, too_many
from bot.bank.formats.keys import BadKey, add_case, entry_from
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

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def read(data: str | bytes, file: str, most: int) -> Reading:
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    except UnicodeDecodeError:
        return Reading(faults=[Fault(file, 0, "", "is not UTF-8 text", "Save it as CSV UTF-8")])
    rows = _rows(text, file)
    line, header = next(rows, (1, []))
    names = [name.strip().lower() for name in header if isinstance(name, str)] if isinstance(header, list) else []
    if wrong := _header_fault(names):
        return Reading(faults=[Fault(file, line, "the first row", *wrong)])
    faults: list[Fault] = []
    cases: dict[str, Case] = {}
    found: list[tuple[int, str | None, dict[str, Any]]] = []
    for line, cells in rows:
        if len(found) + len(faults) == most:
            faults.append(too_many(file, most))
            break
        if isinstance(cells, Fault):
            faults.append(cells)
            continue
        if not any(cell.strip() for cell in cells):
            continue
        row = dict(zip(names, [*map(_plain, cells), *[""] * len(names)], strict=False))
        name = row.get("id") or "question"
        if any(cell.strip() for cell in cells[len(names) :]):
            faults.append(Fault(file, line, name, "has more cells than the first row", "Quote cells that hold commas"))
            continue
        try:
            found.append((line, row.get("section") or None, _entry(row, cases)))
        except BadKey as bad:
            faults.append(Fault(file, line, f"{name}, {bad.key}", bad.problem, bad.remedy))
    return Reading(draft_list(file, found), cases, faults)


def _rows(text: str, file: str) -> Iterator[tuple[int, list[str] | Fault]]:
    """(line where the row begins, its cells)."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)  # spreadsheets of many countries write semicolons
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, Fault(file, line, "", f"is not CSV: {error}", "Check its quotes")


def _header_fault(names: list[str]) -> tuple[str, str] | None:
    if missing := [name for name in REQUIRED if name not in names]:
        return f"lacks {', '.join(missing)}", f"Begin with the names of the columns: {', '.join(COLUMNS[:7])} ..."
    if unknown := [name for name in names if name and name not in COLUMNS]:
        return f'has an unknown column "{unknown[0][:40]}"', f"Use {', '.join(COLUMNS)}"
    if len(set(names)) < len(names):
        return "names a column twice", "Remove one"
    return None


def _entry(row: Mapping[str, str], cases: dict[str, Case]) -> dict[str, Any]:
    options = _filled(row, _OPTIONS)
    prompts = _filled(row, _PROMPTS)
    whys = [row.get(name, "") for name in _WHYS]
    if any(whys[len(options) :]):
        raise BadKey("why", "explains an option that is not there", "Remove it")
    entry = entry_from(row["type"].strip().lower(), options, whys[: len(options)], _places(row["correct"]), prompts)
    entry |= {"stem": row["stem"], "explanation": row.get("explanation", "")}
    entry |= {"sources": _filled(row, _SOURCES), "covers": row.get("covers", "").split()}
    entry |= {name: row.get(name, "").split() for name in ("exams", "skills")}
    if row.get("id"):
        entry["id"] = row["id"]
    if name := row.get("case", ""):
        entry["case"] = name
        if scenario := row.get("scenario", ""):
            add_case(cases, name, scenario)
    if level := row.get("difficulty", "").strip():
        if level not in ("1", "2", "3"):
            raise BadKey("difficulty", f'is "{level[:20]}"', "Write 1 (recall), 2 (apply) or 3 (weigh)")
        entry["difficulty"] = int(level)
    if checked := row.get("checked", "").strip():
        entry["checked"] = _date(checked)
    if retired := row.get("retired", "").strip().lower():
        if retired not in ("true", "false"):
            raise BadKey("retired", f'is "{retired[:20]}"', "Write true or false, or leave it empty")
        entry["retired"] = retired == "true"
    return entry


def _filled(row: Mapping[str, str], names: list[str]) -> list[str]:
    """The cells up to the last one in use; an empty one among them stays, to be refused with its number."""
    cells = [row.get(name, "") for name in names]
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _places(text: str) -> list[int]:
    parts = re.split(r"[\s,;]+", text.strip())
    if not all(re.fullmatch(r"\d{1,2}", part) for part in parts):
        raise BadKey("correct", f'is "{text[:40]}"', "Write the numbers of the right options, with spaces between")
    return [int(part) - 1 for part in parts]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadKey("checked", f'is "{text[:20]}"', "Write it like this: 2026-11-23") from None


def write(questions: Iterable[Question], cases: Mapping[str, Case]) -> bytes:
    """With the byte order mark that spreadsheets need to read UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for question in questions:
        writer.writerow({name: _safe(cell) for name, cell in _cells(question, cases).items()})
    return out.getvalue().encode("utf-8-sig")


def _cells(question: Question, cases: Mapping[str, Case]) -> dict[str, str]:
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
        "correct": " ".join(str(place + 1) for place in question.correct),
        "explanation": question.explanation,
        **dict(zip(_WHYS, (option.rationale for option in question.options), strict=False)),
        **dict(zip(_SOURCES, question.sources, strict=False)),
        "covers": " ".join(question.covers),
        "exams": " ".join(question.exams),
        "skills": " ".join(question.skills),
        "checked": question.checked.isoformat(),
        "retired": "true" if question.retired else "",
    }


def _safe(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
