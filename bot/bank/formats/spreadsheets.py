"""What spreadsheet programs do to tables of text: quotes, encodings, and texts that they take for something else."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Final

_RECORD_LINES: Final = 40
"""A cell of more lines is a quote that was never closed; it also bounds what a file of such quotes costs."""
_SEPARATOR: Final = re.compile(r"\"?sep=(\\t|.)\"?\s*")
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
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


def split_rows(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield each row with the number of its first line, or what is wrong with it. A broken row costs itself alone.

    A quote that is never closed would take in all that follows; reading goes on with the line below it instead.
    """
    if "\n" not in text:
        text = text.replace("\r", "\n")
    lines = [f"{line}\n" for line in text.split("\n")]  # str.splitlines also parts at marks that a text may hold
    first, delimiter = 0, ""
    if lines and (told := _SEPARATOR.fullmatch(lines[0])):
        first, delimiter = 1, "\t" if told[1] == "\\t" else told[1]
    if not delimiter:
        head = lines[0] if lines else ""
        delimiter = max(",;\t", key=head.count)  # spreadsheets of many countries write semicolons
    width = 0
    while first < len(lines):
        reader = csv.reader(lines[first : first + _RECORD_LINES], delimiter=delimiter, strict=True)
        try:
            cells = next(reader)
        except csv.Error as error:
            yield first + 1, _quote_problem(str(error))
            first += 1
            continue
        width = width or len(cells)
        if reader.line_num > 1 and len(cells) > width:
            yield first + 1, _quote_problem("unexpected end of data")
            first += 1
            continue
        yield first + 1, cells
        first += max(1, reader.line_num)


def _quote_problem(problem: str) -> str:
    if problem == "unexpected end of data" or "expected after" in problem:
        return 'has a quote (") that is never closed, or that stands alone inside a text'
    return f"is not CSV: {problem}"


def guarded(cell: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula, number, date, time or truth value."""
    return f"'{cell}" if _is_misread(cell.lstrip("'")) else cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _is_misread(cell.lstrip("'")) else cell


def _is_misread(text: str) -> bool:
    if _FORMULA.match(text):
        return True
    if len(text) > 40:
        return False
    words = _WORD.findall(text.casefold())
    if not _DIGIT.search(text):
        return len(words) == 1 and words[0] in _TRUTHS
    return all(word in _UNITS or word[:3] in _MONTHS for word in words)
