"""Helpers that all readers of typed text share."""

from __future__ import annotations

import re
import unicodedata

from bot.study.characters import visible

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x3001: ","}
"""ASCII equivalents of characters on Chinese and Japanese keyboards, and of their list commas."""
_ALIKE = str.maketrans(
    {"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2019": "'"}
)
"""Characters that phones and word processors write for a hyphen, a minus and an apostrophe."""
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "\u0131": "i", "þ": "th", "ə": "e"}
)
"""Latin letters that do not decompose into a letter and an accent."""
_SAINT = re.compile(r"\bst\.? ?(?<=[. ])(?=[a-z])")
_HYPHEN = re.compile(r"(?<=[a-z.])-(?=[a-z])")


def plain(text: str) -> str:
    """Normalize text: lower case, single spaces, nothing that cannot be seen, and ASCII for characters that look
    alike."""
    shown = text if text.isascii() else visible(text)
    return " ".join(shown.translate(_FULL_WIDTH).translate(_ALIKE).lower().split())


def fold(text: str) -> str:
    """Normalize like `plain`, and remove accents: `são paulo` equals `Sao Paulo`."""
    apart = unicodedata.normalize("NFKD", plain(text).translate(_LETTERS))
    return "".join(char for char in apart if not unicodedata.combining(char))


def spelled(name: str) -> str:
    """Normalize the name of a place: `St. John's`, `st-johns` and `Saint Johns` become equal. The signs of UTC offsets
    are kept."""
    words = " ".join(fold(name).replace("_", " ").replace(",", " ").replace("'", "").split())
    words = _HYPHEN.sub(" ", words) if "-" in words else words
    return _SAINT.sub("saint ", words) if "st" in words else words


def month_number(word: str) -> int | None:
    """Return 1 to 12 for the name of a month or at least its first three letters, such as `sept.`."""
    return _place(word.rstrip("."), MONTHS, 3, plus=1)


def weekday_number(word: str) -> int | None:
    """Return the weekday, where Monday is 0, for its name or at least its first two letters; also for `weds` and
    `Mondays`."""
    bare = word.rstrip(".")
    return _place({"weds": "wed"}.get(bare, bare.removesuffix("s") if bare.endswith("days") else bare), WEEKDAYS, 2)


def count(word: str) -> int | None:
    """Read a count: `3`, `three`, `a`, `an`."""
    if word in ("a", "an"):
        return 1
    if word in COUNTS:
        return COUNTS.index(word) + 1
    return int(word) if word.isascii() and word.isdigit() and len(word) < 5 else None


def _place(word: str, names: tuple[str, ...], shortest: int, *, plus: int = 0) -> int | None:
    if len(word) < shortest:
        return None
    return next((number + plus for number, name in enumerate(names) if name.startswith(word)), None)
