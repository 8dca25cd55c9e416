"""The result of a competition as a table file, for managers."""

from __future__ import annotations

import csv
import io
import re

from bot.services.competition_tables import CompetitionResult
from bot.study.characters import visible

COLUMNS = ("place", "name", "mention", "team", "points", "right", "answered")
_FORMULA = re.compile(r"(^|[;,|\t\r\n])(\s*)(?=[=+\-@\t\r])")
"""Characters that start a formula, also after any list separator of the program's language."""


def table_file(result: CompetitionResult) -> bytes:
    """Return UTF-8 with a byte order mark, which spreadsheets need. Ids are written as mentions, because as numbers
    they would lose their last digits."""
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
    """Return text that no spreadsheet takes for a formula. Quotation marks become apostrophes: after a separator that
    the file does not use, a doubled one opens and closes a cell, and the text after it would begin another."""
    return _FORMULA.sub(r"\1\2'", visible(text).replace('"', "'"))
