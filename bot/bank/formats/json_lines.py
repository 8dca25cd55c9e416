"""Read and write JSON lines: one object for each question, with the keys listed in docs/writing-questions.md.

Indexes count from 0. A question of a case is self-contained: its stem begins with the scenario and an empty line.
The format has no place for `checked` and `retired`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.bank.dialects import JSON
from bot.bank.files import Document, Lines
from bot.bank.formats.json_arrays import load, objects
from bot.bank.formats.keys import entry_from, split_scenario, with_scenario
from bot.bank.formats.readings import BadKey, BadUnit, Found, Reading, gather
from bot.bank.sentences import faults_of
from bot.study.questions import Case, Kind, Question

_NOT_LINES: Final = re.compile(
    r"\s*(?:\[(?!\s*\][ \t]*(?:\n|$))|\{(?![^\n]*\}\s*(?:\n|$))|\{[^{}\[\]]{0,4000}\"questions\"\s*:\s*\[)"
)
"""Matches an array, or an object that spans lines or contains the array `questions`."""


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


def read(text: str, file: str, most: int) -> Reading:
    """Read objects, one on each line; or an array of them, or an object with an array `questions`."""
    cases: dict[str, Case] = {}
    if _NOT_LINES.match(text):
        rows, remedy = objects(text, "questions"), "Write an array of objects, with commas between them"
    else:
        rows = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
        remedy = "Write one object on each line"
    numbered = ((line, (line, place, row)) for place, (line, row) in enumerate(rows))
    return gather(file, numbered, lambda row: _found(file, *row, remedy, cases), most, JSON, cases=cases)


def _found(file: str, line: int, place: int, text: str, remedy: str, cases: dict[str, Case]) -> Found:
    value = load(text, remedy)
    try:
        row = Row.model_validate(value)
    except ValidationError as error:
        document = Document(file, {"questions": {place: value}}, Lines(line), JSON)
        raise BadUnit(faults_of(error, document, ("questions", place))) from None
    try:
        return Found(_entry(row, cases), row.section)
    except BadKey as bad:
        raise BadKey(bad.key, bad.problem, bad.remedy, row.id or bad.name) from None


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
