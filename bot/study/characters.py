"""Which characters show something."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_STACK = 2
"""How many marks one letter may bear: enough for every script in use, too few to spill over the lines around."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and symbols that look like nothing."""
_IGNORABLE = ((0x2065, 0x2065), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF))
"""Code points that Unicode keeps for marks without a look, where it has not given them out yet."""


def is_hidden(char: str) -> bool:
    """Whether a character has no look of its own: controls, direction marks, joiners, private use.

    One that this Python's Unicode does not know is no such thing: it is an emoji or a letter of a later version.
    """
    category = unicodedata.category(char)
    if category != "Cn":
        return category in _HIDDEN
    code = ord(char)
    noncharacter = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return noncharacter or any(first <= code <= last for first, last in _IGNORABLE)


def is_unseen(char: str) -> bool:
    """Whether nothing of a character is seen: it is hidden, or a letter or symbol that looks like nothing. A space is not."""
    return char in _BLANK or is_hidden(char)


def visible(text: str) -> str:
    """One line without invisible or direction marks, and without towers of accents. Not escaped for anything."""
    kept: list[str] = []
    stack = 0
    for char in unicodedata.normalize("NFC", "".join(filter(_visible, text))):
        mark = unicodedata.category(char).startswith("M")
        stack = stack + 1 if mark else 0
        # A mark without a letter of its own would sit on whatever stands before the text.
        if stack <= _STACK and (kept or not mark):
            kept.append(char)
    return _SPACES.sub(" ", "".join(kept)).strip()


def _visible(char: str) -> bool:
    # Cf holds the joiners of emoji beside the direction marks; without them a family becomes its members, which is legible.
    return char.isspace() or not is_unseen(char)
