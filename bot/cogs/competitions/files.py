"""The result of a competition as a table file, for managers."""

from __future__ import annotations

import csv
import io
import re

from bot.services.competition_tables import CompetitionResult
from bot.study.characters import visible

COLUMNS = ("place", "name", "mention", "team", "points", "right", "answered")
_FORMULA = re.compile(r"(^|[;,|\t\r\n])(\s*)(?=[=+\-@\t\r])")
"""A formula begins a cell, and a program may see the beginning of one after any sign that separates lists in its language."""


def table_file(result: CompetitionResult) -> bytes:
    """UTF-8 with a mark at the beginning, by which spreadsheets know it. Ids are written as mentions: as numbers they would
    lose their last digits there."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for place in result.places:
        writer.writerow(
            [
                place.rank,
                cell(place.name),
                f"<@{place.user_id}>" if place.name else "",
                cell(place.team or ""),
                place.points,
                place.correct,
                place.answered,
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula. Quotation marks become apostrophes: after a separator that the file does
    not use, a doubled one opens and closes a cell, and what stands behind it would begin that cell."""
    return _FORMULA.sub(r"\1\2'", visible(text).replace('"', "'"))
