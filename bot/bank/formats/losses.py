"""What each format cannot store, reported at export. docs/writing-questions.md has the same list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from bot.bank.formats import KEEPS_RETIRED, Format
from bot.study.questions import Kind, Question

_NO_DAY: Final = frozenset((Format.JSONL, Format.GIFT, Format.MOODLE))
_NO_SOURCES: Final = frozenset((Format.GIFT, Format.MOODLE))
"""Formats that cannot store sources. They also lose the rationales and the display order of orderings and matchings."""
_PAIRED: Final = (Kind.ORDERING, Kind.MATCHING)


def losses(questions: Iterable[Question], format: Format) -> list[str]:
    """Return phrases for what this format cannot store, each with the number of affected questions."""
    return list(_losses(list(questions), format))


def _losses(questions: list[Question], format: Format) -> Iterator[str]:
    written = questions if format in KEEPS_RETIRED else [question for question in questions if not question.retired]
    if retired := len(questions) - len(written):
        yield _many(retired, "retired question")
    if format in _NO_SOURCES:
        if sourced := sum(bool(question.sources) for question in written):
            yield f"the sources of {_many(sourced, 'question')}"
        paired = [question for question in written if question.kind in _PAIRED]
        if explained := sum(any(option.rationale for option in question.options) for question in paired):
            yield f"the rationales of {_many(explained, 'ordering or matching', 'orderings and matchings')}"
        if paired:
            yield "the order in which steps and matches are shown"
    if format in _NO_DAY and written:
        yield "the day on which each was last checked"


def _many(count: int, noun: str, plural: str = "") -> str:
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"
