"""Which characters show something."""

from __future__ import annotations

import unicodedata

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
