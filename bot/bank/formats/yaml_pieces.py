"""Split an invalid YAML file by lines, so that a syntax error costs only one entry."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

_ENTRY = re.compile(r"[^\w\s]{0,2} *- +(?:id|kind|difficulty|stem):")
"""Matches the start of an entry, even if its dash is out of line or follows a stray character."""
_DASH = re.compile(r"( *)-(?:\s|$)")
_KEY = re.compile(r"[^\s#\-\]}%]|-\S|-\Z|[\]}]+[ \t]*[^\s\]},#]|-[ \t]+(?:[^\s\"'].*)?:[ \t]*(?:\[.*)?$")
"""Matches the start of a key, even after a stray bracket or dash."""
_BLANK = re.compile(r"\s*(?:#|$)")
_DOCUMENT = re.compile(r"---(?:\s|$)")


def list_pieces(text: str, key: str, frame: Set[str]) -> Iterator[tuple[int, str, bool]]:
    """Split a file at the entries of its lists under `key:`. Yields the first line and text of each piece, and whether
    it is an entry.

    An entry ends at the next dash in its column, at a key of the `frame`, or at another document.
    """
    lines = text.split("\n")
    starts = [(0, False)]
    indent = _indent(lines)
    listed = begins = False
    for number, line in enumerate(lines):
        dash = _DASH.match(line)
        if _DOCUMENT.match(line) or line.partition(":")[0] in frame:
            listed = line.startswith(f"{key}:")
            begins = listed and _BLANK.match(line, len(key) + 1) is not None
            if starts[-1][1] or _DOCUMENT.match(line):
                starts.append((number, False))
        elif listed and (
            (dash and indent == len(dash[1])) or _ENTRY.match(line) or (begins and not _BLANK.match(line))
        ):
            begins = False
            starts.append((number, True))
    for (first, entry), (end, _) in pairwise([*starts, (len(lines), False)]):
        if end > first:
            yield first + 1, "\n".join(lines[first:end]), entry


def _indent(lines: Sequence[str]) -> int | None:
    """Return the column of the entries' dashes: the most common one, or else that of the outermost dash."""
    looking = [len(dash[1]) for line in lines if (dash := _DASH.match(line)) and _ENTRY.match(line)]
    if looking:
        return Counter(looking).most_common(1)[0][0]
    return min((len(dash[1]) for line in lines if (dash := _DASH.match(line))), default=None)


def mapping_pieces(text: str) -> Iterator[tuple[int, str]]:
    """Split a mapping at its outermost keys. Yields the first line and text of each piece."""
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if _KEY.match(line) and not _DOCUMENT.match(line)]
    for first, end in pairwise([*starts, len(lines)]):
        yield first + 1, "\n".join(lines[first:end])
