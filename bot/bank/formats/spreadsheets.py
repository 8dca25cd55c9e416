"""Read and write what spreadsheet programs make of text: quotes, delimiters, and texts misread as numbers or dates."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

HEADER_ROWS: Final = 12
"""How many rows are searched for the names of the columns."""

_RECORD_LINES: Final = 300
"""A row with more lines than this has a quote that was never closed. The limit also bounds the cost of a file full of
them."""
_DELIMITERS: Final = ",;\t"
_TITLE_CELLS: Final = 2
"""A row with at most this many cells is a title, not the header."""
_CELLS_MIN: Final = 3
"""In tables with fewer columns, a line of prose could pass for a row."""
_SEPARATOR: Final = re.compile(r"\"?sep=(\\t|.)\"?\s*")
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_INNER: Final = re.compile(r"([;|\t\r\n]\s*)(?='*[=+\-@])")
"""Matches where another cell would begin with a formula, in a spreadsheet that expects another separator than commas."""
_INNER_GUARD: Final = re.compile(_INNER.pattern + "'")
_DIGIT: Final = re.compile(r"[0-9]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_MONTHS: Final = frozenset(
    [
        "jan",
        "feb",
        "fév",
        "mar",
        "mär",
        "apr",
        "avr",
        "may",
        "mai",
        "jun",
        "jui",
        "jul",
        "aug",
        "aoû",
        "sep",
        "oct",
        "okt",
        "nov",
        "dec",
        "dez",
        "déc",
    ]
)
_UNITS: Final = frozenset(["e", "am", "pm", "a", "p", "eur", "usd", "gbp", "h"])
_TRUTHS: Final = frozenset(
    ["true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "vero", "waar", "onwaar"]
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a table. `line`: the line or row where it begins. `broken`: why it cannot be read, and what to do."""

    line: int
    cells: Sequence[str] = ()
    broken: tuple[str, str] | None = None
    notes: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    """By column: what the spreadsheet may have changed in the text, and what to do."""

    @property
    def is_blank(self) -> bool:
        return self.broken is None and not any(cell.strip() for cell in self.cells)


def split_rows(text: str) -> Iterator[SheetRow]:
    """Yield the rows of CSV or TSV. A broken row does not affect others.

    A quote that is never closed would swallow everything after it, so reading continues on the next line.
    """
    if "\n" not in text:
        text = text.replace("\r", "\n")
    lines = [f"{line}\n" for line in text.split("\n")]  # str.splitlines would also split at separators within a text
    first, delimiter = 0, ""
    if declared := _SEPARATOR.fullmatch(lines[0]):
        first, delimiter = 1, "\t" if declared[1] == "\\t" else declared[1]
    delimiter = delimiter or _delimiter(lines[:HEADER_ROWS])
    width = 0
    stray = -1
    while first < len(lines):
        if first == stray:
            yield SheetRow(first + 1, broken=_quote_problem("unexpected end of data"))
            first += 1
            continue
        reader = csv.reader(lines[first : first + _RECORD_LINES], delimiter=delimiter, strict=True)
        try:
            cells = next(reader)
        except csv.Error as error:
            yield SheetRow(first + 1, broken=_quote_problem(str(error)))
            first += 1
            continue
        last = first + reader.line_num - 1
        swallows = swallows_rows(lines[first : last + 1], cells, delimiter)
        if swallows or (last > first and 0 < width < len(cells)):
            stray = last if swallows else stray
            yield SheetRow(first + 1, broken=_quote_problem("unexpected end of data"))
            first += 1
            continue
        if not width and len(cells) > _TITLE_CELLS:
            width = len(cells)
        yield SheetRow(first + 1, cells)
        first += max(1, reader.line_num)


def swallows_rows(lines: Sequence[str], cells: Sequence[str], delimiter: str) -> bool:
    """Return whether a row of several lines swallowed others, between an unclosed quote and a stray one further down.

    If so, its first line and its last line each have as many cells as the whole row, and the last line is not prose, in
    which a space follows each comma.
    """
    if len(lines) < 2 or len(cells) < _CELLS_MIN:
        return False
    *closed, opened = _cells(lines[0], delimiter)
    begin, end = [*closed, *_cells(opened, delimiter)], _cells(lines[-1], delimiter)
    return len(begin) == len(end) == len(cells) and not all(cell.startswith(" ") for cell in end[1:])


def _cells(line: str, delimiter: str) -> Sequence[str]:
    """Return the cells of a single line, ignoring unclosed quotes; an unreadable line is one cell."""
    try:
        return next(csv.reader([line], delimiter=delimiter), None) or [""]
    except csv.Error:
        return [line]


def _delimiter(head: Sequence[str]) -> str:
    """Return the delimiter that gives most rows the same number of cells; in many countries, spreadsheets use
    semicolons."""

    def fit(delimiter: str) -> int:
        widths: Counter[int] = Counter()
        with suppress(csv.Error):
            widths.update(len(cells) for cells in csv.reader(head, delimiter=delimiter) if len(cells) > 1)
        return max((count * (width - 1) for width, count in widths.items()), default=0)

    return max(_DELIMITERS, key=fit)


def _quote_problem(problem: str) -> tuple[str, str]:
    remedy = 'Write two quotes ("") for one inside a text, and close the cell'
    if problem == "unexpected end of data" or "expected after" in problem:
        return 'has a quote (") that is never closed, or that is not doubled inside a text', remedy
    return f"is not CSV: {problem}", remedy


def guarded(cell: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would read as a formula, number, date, time or boolean, and
    before a formula within the text that could become a cell of its own."""
    return _INNER.sub(r"\1'", f"'{cell}" if _is_misread(cell.lstrip("'")) else cell)


def unguarded(cell: str) -> str:
    cell = _INNER_GUARD.sub(r"\1", cell)
    return cell[1:] if cell.startswith("'") and _is_misread(cell.lstrip("'")) else cell


def kept(cell: str) -> str:
    """Double the apostrophes that `unguarded` would remove, in a format that needs no guard."""
    first = "'" if cell.startswith("'") and _is_misread(cell.lstrip("'")) else ""
    return first + _INNER_GUARD.sub(r"\1''", cell)


def _is_misread(text: str) -> bool:
    if _FORMULA.match(text):
        return True
    if len(text) > 40:
        return False
    words = _WORD.findall(text.casefold())
    if not _DIGIT.search(text):
        return len(words) == 1 and words[0] in _TRUTHS
    return all(word in _UNITS or word[:3] in _MONTHS for word in words)
