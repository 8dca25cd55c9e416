"""A member's data, as files that fit into a message."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator

from bot.cogs.ui.files import MARGIN, zipped
from bot.services.privacy import Export

NAME = "cohort-my-data"

Row = tuple[str, dict[str, object]]


def export_files(export: Export, limit: int) -> list[tuple[str, bytes]]:
    """Return names and contents: one JSON file, else one zip archive, else as many archives as needed."""
    room = limit - MARGIN
    rows = [(table, row) for table, kept in export.tables.items() for row in kept]
    whole = _document(export, rows)
    if len(whole) <= room:
        return [(f"{NAME}.json", whole)]
    parts = list(_parts(export, rows, whole, room))
    if len(parts) == 1:
        return [(f"{NAME}.zip", zipped(f"{NAME}.json", parts[0]))]
    return [
        (f"{NAME}-{number}-of-{len(parts)}.zip", zipped(f"{NAME}-{number}.json", part))
        for number, part in enumerate(parts, 1)
    ]


def _parts(export: Export, rows: list[Row], document: bytes, room: int) -> Iterator[bytes]:
    """Yield documents that fit once compressed. Each contains whole rows and is valid JSON on its own."""
    if len(rows) < 2 or len(zipped(f"{NAME}.json", document)) <= room:  # a single row takes up a few kilobytes at most
        yield document
        return
    middle = len(rows) // 2
    for half in (rows[:middle], rows[middle:]):
        yield from _parts(export, half, _document(export, half), room)


def _document(export: Export, rows: Iterable[Row]) -> bytes:
    tables: dict[str, list[dict[str, object]]] = defaultdict(list)
    for table, row in rows:
        tables[table].append(row)
    document = {"user_id": str(export.user_id), "exported_at": export.at.isoformat(), "tables": tables}
    return json.dumps(document, ensure_ascii=False, indent=2).encode()
