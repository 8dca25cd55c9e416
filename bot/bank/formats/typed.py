"""Read a question that was typed into a form: a choice or response, with an option on each line."""

from __future__ import annotations

from typing import Any

from bot.bank import dialects
from bot.bank.faults import Fault
from bot.bank.files import Document, Lines
from bot.bank.formats.readings import Draft, LeftOut, Reading

FORM = "the form"
RIGHT = "*"
WHY = " # "


def read(*, section: str, difficulty: int, stem: str, options: str, explanation: str = "", source: str = "") -> Reading:
    """Read a question. `options` has one on each line: a right one begins with `*`, and after ` # ` comes its
    rationale."""
    lines = [line.strip() for line in options.splitlines() if line.strip()]
    right = sum(line.startswith(RIGHT) for line in lines)
    if not right:
        remedy = "Put * before each right one; with several, all of them are needed"
        return Reading([LeftOut((Fault(FORM, 0, "options", "have none marked as right", remedy),))])
    entry = {
        "kind": "choice" if right == 1 else "response",
        "difficulty": difficulty,
        "stem": stem,
        "options": [_option(line) for line in lines],
        "explanation": explanation,
        "sources": [source] if source.strip() else [],
    }
    return Reading([Draft(Document(FORM, entry, Lines(0), dialects.FORM), (), entry, section)])


def _option(line: str) -> dict[str, Any]:
    text, _, why = line.removeprefix(RIGHT).partition(WHY)
    return {"text": text.strip(), "why": why.strip(), "correct": line.startswith(RIGHT)}
