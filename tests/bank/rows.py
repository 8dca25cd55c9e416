"""JSON lines and table rows for import tests."""

from __future__ import annotations

import json
from typing import Any

from bot.bank.formats import Batch, Intake, parse
from tests.bank.builders import CHECKED, PACK

INTAKE = Intake(on=CHECKED, pack=PACK, section="1.1")
ROW: dict[str, Any] = {
    "id": "x-1",
    "section": "1.1",
    "type": "choice",
    "stem": "Which one?",
    "options": ["This", "That"],
    "correct": [1],
    "explanation": "It is.",
    "option_rationales": ["No.", "Yes."],
    "sources": ["A: B"],
    "covers": ["1.1-queue"],
    "exams": ["c02"],
    "skills": ["3.1.4"],
    "difficulty": 3,
    "case": None,
}


def jsonl(**changes: Any) -> Batch:
    row = {key: value for key, value in (ROW | changes).items() if value is not ...}
    return parse(json.dumps(row).encode(), "f.jsonl", INTAKE)


def csv(*rows: str, head: str = "id,type,stem,option_1,option_2,option_3,prompt_1,correct") -> Batch:
    return parse("\n".join([head, *rows]).encode(), "f.csv", INTAKE)
