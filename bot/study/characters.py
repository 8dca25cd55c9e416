"""Decide which characters are visible."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_STACK = 2
"""How many marks one letter may have: enough for every script in use, too few to run into the lines above and below."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and symbols that look blank."""
_JOINERS = "\u200c\u200d"
_IGNORABLE = ((0x2065, 0x2065), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF))
"""Code points that Unicode reserves for invisible marks, but has not assigned yet."""

_PICTURES = (0x1F000, 0x1FBFF)
"""The blocks of emoji and other pictures, where new emoji are assigned."""


def is_hidden(char: str) -> bool:
    """Return whether a character has no glyph: controls, direction marks, joiners, private use.

    A character that this Python's Unicode does not know is visible: it is an emoji or a letter of a later version.
    """
    category = unicodedata.category(char)
    if category != "Cn":
        return category in _HIDDEN
    code = ord(char)
    noncharacter = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return noncharacter or any(first <= code <= last for first, last in _IGNORABLE)


def is_letter(char: str) -> bool:
    """Return whether a character is a letter, which may be one that this Python's Unicode does not know."""
    return char.isalpha() or (
        unicodedata.category(char) == "Cn" and not is_hidden(char) and not _PICTURES[0] <= ord(char) <= _PICTURES[1]
    )


def is_unseen(char: str) -> bool:
    """Return whether a character cannot be seen, because it is hidden or looks blank. Spaces do not count as unseen."""
    return char in _BLANK or is_hidden(char)


def one_line(text: str) -> str:
    """Return a text on one line, trimmed, without hidden characters. Joiners stay inside a word or an emoji, where they
    change how it looks."""
    shown = (
        " " if char in _BLANK else char
        for char in text
        if char.isspace() or char in _JOINERS or char in _BLANK or not is_hidden(char)
    )
    words = (word.strip(_JOINERS) for word in "".join(shown).split())
    return " ".join(filter(None, words))


def visible(text: str) -> str:
    """Return one line without invisible and direction marks and without stacks of accents. The result is not
    escaped."""
    kept: list[str] = []
    stack = 0
    for char in unicodedata.normalize("NFC", "".join(filter(_visible, text))):
        mark = unicodedata.category(char).startswith("M")
        stack = stack + 1 if mark else 0
        # A mark without a letter before it would attach to whatever precedes the text.
        if stack <= _STACK and (kept or not mark):
            kept.append(char)
    return _SPACES.sub(" ", "".join(kept)).strip()


def _visible(char: str) -> bool:
    # Category Cf holds direction marks, but also the joiners of emoji. Without joiners, a family emoji splits into its
    # members, which remains legible.
    return char.isspace() or not is_unseen(char)
