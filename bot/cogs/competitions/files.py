"""The result of a contest as a table file, for managers."""

from __future__ import annotations

import csv
import io

from bot.cogs.ui.text import visible
from bot.services.competition_tables import Result

COLUMNS = ("place", "name", "mention", "team", "points", "right", "answered")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table_file(result: Result) -> bytes:
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
                f"<@{place.user_id}>",
                cell(place.team or ""),
                place.points,
                place.correct,
                place.answered,
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    seen = visible(text)
    return f"'{seen}" if seen.startswith(_FORMULA) else seen
