"""Read and write CSV and TSV. A file may be our own table or a quiz site's template: see `tables`.

A text that a spreadsheet would take for a formula, number, date or boolean gets a leading apostrophe, which is removed
on reading.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from bot.bank.formats.own_table import COLUMNS, NUMBERS, cells_of
from bot.bank.formats.readings import Reading
from bot.bank.formats.spreadsheets import guarded, split_rows
from bot.bank.formats.tables import read_sheets
from bot.study.questions import Case, Question


def read(text: str, file: str, most: int) -> Reading:
    return read_sheets({"": split_rows(text)}, file, most)


def write(questions: Iterable[Question], cases: Mapping[str, Case]) -> bytes:
    """Write CSV, with the byte order mark that spreadsheets need for UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for question in questions:
        writer.writerow(
            {name: cell if name in NUMBERS else guarded(cell) for name, cell in cells_of(question, cases).items()}
        )
    return out.getvalue().encode("utf-8-sig")
