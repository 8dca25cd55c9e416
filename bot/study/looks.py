"""Compare texts by how they look, not by their code points."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
"""Characters without a glyph: soft hyphens, joiners, direction marks, variation selectors, Hangul and Braille
blanks."""


def looks(text: str) -> str:
    """Return a key that is equal for texts that look alike.

    It ignores case, width, composition, runs of spaces and invisible characters.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    narrow = "".join(map(_narrow, unicodedata.normalize("NFC", _UNSEEN.sub("", text))))
    return " ".join(unicodedata.normalize("NFC", narrow.casefold()).split())


def _narrow(char: str) -> str:
    """Return a full-width or half-width letter in its usual width; ³ stays different from 3."""
    decomposition = unicodedata.decomposition(char)
    return chr(int(decomposition.split()[1], 16)) if decomposition.startswith(("<wide>", "<narrow>")) else char
