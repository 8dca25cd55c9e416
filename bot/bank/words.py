"""Split text into words, terms and sentences for the checks. This works only for English, and only as exactly as the
checks need."""

from __future__ import annotations

import re
from typing import Final

WORD: Final = re.compile(r"[A-Za-z0-9]+(?:['\u2019\-.][A-Za-z0-9]+)*")


def _bag(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = _bag(
    "a about after all also an and any are as at be been before being but by can do does each every for from had has have "
    "how in into is it its may more most must no not of off on one only or other out over per same should so some such "
    "than that the their them then there these they this those through to two under up use used uses using via was were "
    "what when where which while who whose will with within without would"
)
HEDGES: Final = _bag(
    "appropriate approximately can could generally likely may might mostly often perhaps possibly probably sometimes "
    "typically usually"
)
ABSOLUTES: Final = _bag("all always any every must never none only")


def words(text: str) -> list[str]:
    """Return the words in lower case; a hyphenated one (`read-only`) is one word."""
    return [word.lower() for word in WORD.findall(text)]


def terms(text: str) -> frozenset[str]:
    """Return the words that carry meaning, without common endings."""
    return frozenset(_stem(part) for word in words(text) for part in word.split("-") if part not in _STOP)


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "er", "es", "ed", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def sentences(text: str) -> int:
    """Count sentences by their ends; the dots in `0.5` and `e.g.` do not count."""
    return len(re.findall(r"[.!?][\"')]?(?=\s+[\"'(]?[A-Z0-9]|\s*$)", re.sub(r"\b(?:e\.g|i\.e|vs|etc|ed)\.", "", text)))


def shingles(text: str, size: int) -> frozenset[tuple[str, ...]]:
    found = words(text)
    return frozenset(tuple(found[place : place + size]) for place in range(max(1, len(found) - size + 1)))
