"""JSON lines: one object for each question, with the keys that docs/writing-questions.md lists.

Indexes count from 0. A question of a case is whole by itself: its stem begins with the scenario, then an empty line.
The format has no place for `checked` and `retired`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.bank.faults import Fault
from bot.bank.files import Document, Lines
from bot.bank.formats.drafts import Reading, draft_list, too_many
from bot.bank.formats.keys import BadKey, entry_from, split_scenario, with_scenario
from bot.bank.sentences import faults_of
from bot.study.questions import Case, Kind, Question


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: str | None = None
    section: str | None = None
    type: str
    stem: str
    options: list[str]
    prompts: list[str] | None = None
    correct: list[int]
    explanation: str = ""
    option_rationales: list[str] = []
    sources: list[str] = []
    covers: list[str] = []
    exams: list[str] = []
    skills: list[str] = []
    difficulty: int | None = None
    case: str | None = None


def read(data: str | bytes, file: str, most: int) -> Reading:
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    except UnicodeDecodeError:
        return Reading(faults=[Fault(file, 0, "", "is not UTF-8 text", "Save it with the encoding UTF-8")])
    faults: list[Fault] = []
    cases: dict[str, Case] = {}
    rows: list[tuple[int, str | None, dict[str, Any]]] = []
    lines = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
    for count, (number, line) in enumerate(lines):
        if count == most:
            faults.append(too_many(file, most))
            break
        row = _row(line, number, file, faults)
        if row is None:
            continue
        try:
            rows.append((number, row.section, _entry(row, cases)))
        except BadKey as bad:
            faults.append(Fault(file, number, f"{row.id or 'question'}, {bad.key}", bad.problem, bad.remedy))
    return Reading(draft_list(file, rows), cases, faults)


def _row(line: str, number: int, file: str, faults: list[Fault]) -> Row | None:
    try:
        value = json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
        return Row.model_validate(value)
    except ValidationError as error:
        faults += faults_of(error, Document(file, value, Lines(number)))
    except json.JSONDecodeError as error:
        faults.append(Fault(file, number, "", f"is not JSON: {error.msg}", "Write one object on each line"))
    except RecursionError:
        faults.append(Fault(file, number, "", "is nested too deeply", "Write one flat object on each line"))
    except ValueError as error:
        faults.append(Fault(file, number, "", str(error)[:120], "Write one object on each line"))
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("holds a key twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"holds {name}, which is not JSON")


def _entry(row: Row, cases: dict[str, Case]) -> dict[str, Any]:
    stem = split_scenario(row.stem, row.case, cases)
    entry = entry_from(row.type, row.options, row.option_rationales, row.correct, row.prompts or [])
    entry |= {"stem": stem, "explanation": row.explanation, "sources": row.sources, "covers": row.covers}
    entry |= {"exams": row.exams, "skills": row.skills}
    if row.id is not None:
        entry["id"] = row.id
    if row.case is not None:
        entry["case"] = row.case
    if row.difficulty is not None:
        entry["difficulty"] = row.difficulty
    return entry


def write(questions: Iterable[Question], cases: Mapping[str, Case]) -> bytes:
    lines = (json.dumps(object_of(question, cases), ensure_ascii=False) for question in _kept(questions))
    return "".join(f"{line}\n" for line in lines).encode()


def _kept(questions: Iterable[Question]) -> Iterator[Question]:
    return (question for question in questions if not question.retired)


def object_of(question: Question, cases: Mapping[str, Case]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": question.id,
        "section": question.section,
        "type": question.kind.value,
        "stem": with_scenario(question, cases),
        "options": [option.text for option in question.options],
    }
    if question.kind is Kind.MATCHING:
        found["prompts"] = list(question.prompts)
    return found | {
        "correct": list(question.correct),
        "explanation": question.explanation,
        "option_rationales": [option.rationale for option in question.options],
        "sources": list(question.sources),
        "covers": list(question.covers),
        "exams": list(question.exams),
        "skills": list(question.skills),
        "difficulty": question.difficulty,
        "case": question.case,
    }
