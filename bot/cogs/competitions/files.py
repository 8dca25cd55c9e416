"""The result of a competition as a CSV file, for managers."""

from __future__ import annotations

import csv
import io
import re

from bot.services.competition_tables import CompetitionResult
from bot.study.characters import visible

COLUMNS = ("place", "name", "mention", "team", "points", "right", "answered")
_FORMULA = re.compile(r"(^|[;,|\t\r\n])(\s*)(?=[=+\-@\t\r])")
"""Matches where a formula would start: at the start of a cell, or after any separator that a spreadsheet may use."""


def table_file(result: CompetitionResult) -> bytes:
    """Return the result as CSV, in UTF-8 with a byte order mark, which spreadsheets need. Ids are written as mentions,
    because a spreadsheet would round them as numbers."""
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
    """Return text that no spreadsheet takes for a formula. Quotation marks become apostrophes, because a spreadsheet
    that expects a different separator could read a doubled quotation mark as an empty cell and start a new cell after
    it."""
    return _FORMULA.sub(r"\1\2'", visible(text).replace('"', "'"))
