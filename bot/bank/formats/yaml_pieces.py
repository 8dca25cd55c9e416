"""A YAML file parted by its lines where it cannot be read whole, so that a fault of syntax costs one entry and not the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import pairwise

_ENTRY = re.compile(r" *- +(?:id|kind|difficulty|stem):")
"""How an entry begins, also where its dash is out of line."""
_DASH = re.compile(r"( *)-(?:\s|$)")
_KEY = re.compile(r"[^\s#\-\]}%]|-\S|-\Z")
_DOCUMENT = re.compile(r"---(?:\s|$)")


def list_pieces(text: str, key: str, frame: Set[str]) -> Iterator[tuple[int, str, bool]]:
    """Part a file at the entries of its lists `key:`. Yields a piece's first line, its text, and whether it is an entry.

    An entry ends where another dash stands in its column, or a key of the `frame` or another document begins.
    """
    lines = text.split("\n")
    starts = [(0, False)]
    indent: int | None = None
    listed = False
    for number, line in enumerate(lines):
        dash = _DASH.match(line)
        if _DOCUMENT.match(line) or line.partition(":")[0] in frame:
            listed, indent = line.startswith(f"{key}:"), None
            if starts[-1][1] or _DOCUMENT.match(line):
                starts.append((number, False))
        elif listed and dash and (indent in (None, len(dash[1])) or _ENTRY.match(line)):
            indent = len(dash[1]) if indent is None else indent
            starts.append((number, True))
    for (first, entry), (end, _) in pairwise([*starts, (len(lines), False)]):
        if end > first:
            yield first + 1, "\n".join(lines[first:end]), entry


def mapping_pieces(text: str) -> Iterator[tuple[int, str]]:
    """Part a mapping at its outermost keys: the first line and the text of each."""
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if _KEY.match(line) and not _DOCUMENT.match(line)]
    for first, end in pairwise([*starts, len(lines)]):
        yield first + 1, "\n".join(lines[first:end])
